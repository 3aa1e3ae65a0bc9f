package dev.makima.cli.doctor;

import dev.makima.base.MakimaException;
import dev.makima.daemon.upkeep.Leftover;
import dev.makima.daemon.upkeep.Leftovers;
import dev.makima.git.GitTools;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What tasks have left behind: what may go, and what stays for which reason.
 *
 * @param detailed whether each is named; else a kind is one finding, however many there are
 */
record LeftoverCheck(Patient patient, boolean detailed) implements Check {
    /** Measuring is the smaller part of what the doctor has time for. */
    private static final long MEASURE_NANOS = 5_000_000_000L;

    @Override
    public String subject() {
        return "leftovers";
    }

    @Override
    public List<Finding> look() throws InterruptedException {
        try (GitTools git = patient.home().git()) {
            Leftovers leftovers;
            try {
                leftovers = patient.home().leftovers(git);
            } catch (MakimaException e) {
                return List.of(new Finding.Warning(
                        "leftovers",
                        "not looked for: nothing can be proven without the daemon's database",
                        "Mend the database first"));
            }
            List<Leftover> all = leftovers.find();
            return all.isEmpty() ? List.of(new Finding.Fine("leftovers", "none")) : findings(all);
        }
    }

    private List<Finding> findings(List<Leftover> all) {
        Space space = new Space(MEASURE_NANOS);
        return Stream.of(
                        groups(all, Leftover::removable),
                        groups(all, left -> !left.removable() && left.kind() == Leftover.Kind.PROCESSES),
                        groups(all, left -> !left.removable() && left.kind() != Leftover.Kind.PROCESSES))
                .flatMap(kinds -> kinds.entrySet().stream())
                .flatMap(kind ->
                        detailed ? kind.getValue().stream().map(one -> List.of(one)) : Stream.of(kind.getValue()))
                .map(some -> new LeftoverGroup(some, space).finding())
                .toList();
    }

    private static Map<Leftover.Kind, List<Leftover>> groups(List<Leftover> all, Predicate<Leftover> which) {
        Map<Leftover.Kind, List<Leftover>> groups = new EnumMap<>(Leftover.Kind.class);
        all.stream()
                .filter(which)
                .forEach(left -> groups.computeIfAbsent(left.kind(), _ -> new ArrayList<>())
                        .add(left));
        return groups;
    }
}
