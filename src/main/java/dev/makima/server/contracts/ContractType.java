package dev.makima.server.contracts;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.Text;
import dev.makima.server.contracts.Deliverable.Kind;
import java.util.List;
import java.util.Optional;

/** The kinds of contracts, with their phases in order and what each of these is to bring about. */
@SuppressWarnings("ImmutableEnumChecker") // Both lists are made by List.of.
public enum ContractType {
    /** A plan, and what it says. */
    SIMPLE("simple", List.of(Phase.PLAN, Phase.EXECUTE)),
    /** From the question to the reviewed answer. */
    SPECIFICATION("specification", List.of(Phase.RESEARCH, Phase.SPECIFY, Phase.PLAN, Phase.EXECUTE, Phase.REVIEW));

    private final String wire;
    private final List<Phase> phases;

    ContractType(String wire, List<Phase> phases) {
        this.wire = wire;
        this.phases = phases;
    }

    /** A phase, and what it is to bring about. */
    private enum Phase {
        RESEARCH("research", document("research-notes", "what is there, what others do, what is not known")),
        SPECIFY("specify", document("requirements", "what is to be there in the end, and how one can tell")),
        PLAN("plan", document("plan", "the tasks, in order, with what each one needs")),
        EXECUTE(
                "execute",
                new Deliverable("tasks", Kind.TASKS, "all tasks done: makima supervisor spawn, wait, merge"),
                new Deliverable(
                        Deliverable.PULL_REQUEST, Kind.PULL_REQUEST, "makima supervisor pr BRANCH --title TITLE")),
        REVIEW("review", document("review-notes", "what was looked at, what was found, what was mended"));

        private final String wire;
        private final List<Deliverable> deliverables;

        Phase(String wire, Deliverable... deliverables) {
            this.wire = wire;
            this.deliverables = List.of(deliverables);
        }

        private static Deliverable document(String name, String about) {
            return new Deliverable(name, Kind.DOCUMENT, "a document: " + about);
        }
    }

    /**
     * Reads the name in the API.
     *
     * @throws MakimaException VALIDATION where there is none of that name
     */
    public static ContractType of(String wire) {
        for (ContractType type : values()) {
            if (type.wire.equals(wire)) {
                return type;
            }
        }
        throw new MakimaException(
                ErrorCode.VALIDATION,
                "not a kind of contract: " + Text.abbreviate(wire, 40),
                "Use simple or specification");
    }

    /** The name in the API. */
    public String wire() {
        return wire;
    }

    /** Its phases, in order. */
    public List<String> phases() {
        return phases.stream().map(phase -> phase.wire).toList();
    }

    /**
     * A phase of it.
     *
     * @throws MakimaException VALIDATION where it has none of that name
     */
    public String phase(String wire) {
        if (!phases().contains(wire)) {
            throw new MakimaException(
                    ErrorCode.VALIDATION,
                    "a " + this.wire + " contract has no phase " + Text.abbreviate(wire, 40),
                    "Its phases are " + String.join(", ", phases()));
        }
        return wire;
    }

    /** The phase after that one; empty after the last. */
    public Optional<String> next(String phase) {
        int at = phases().indexOf(phase);
        return at < 0 || at + 1 >= phases.size() ? Optional.empty() : Optional.of(phases().get(at + 1));
    }

    /** What the phase is to bring about. */
    public List<Deliverable> deliverables(String phase) {
        return phases.stream()
                .filter(one -> one.wire.equals(phase))
                .flatMap(one -> one.deliverables.stream())
                .toList();
    }

    /** The names of what all its phases are to bring about, in their order. */
    public List<String> deliverables() {
        return phases.stream()
                .flatMap(one -> one.deliverables.stream())
                .map(Deliverable::name)
                .distinct()
                .toList();
    }
}
