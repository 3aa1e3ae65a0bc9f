package dev.makima.agent;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What agents are told of their role, beside the plan: the texts are resources. Every {@code makima} command line in
 * them is one that this version understands, which a test makes sure of. Pure; any thread.
 */
public final class Roles {
    /** What the names of a directive's planning tasks begin with; nothing else in a task says what it is for. */
    private static final List<String> PLANNING = List.of("Plan: ", "Re-plan: ");

    private Roles() {}

    /**
     * The role of a task. The narrower one wins: a supervisor belongs to a contract too.
     *
     * @param taskName tells a directive's planning tasks from its others
     */
    public static Role of(
            boolean isSupervisor, boolean isOrchestrator, boolean ofContract, boolean ofDirective, String taskName) {
        if (isSupervisor) {
            return Role.SUPERVISOR;
        }
        if (isOrchestrator) {
            return Role.ORCHESTRATOR;
        }
        if (ofDirective) {
            return PLANNING.stream().anyMatch(taskName::startsWith) ? Role.DIRECTIVE_PLANNER : Role.DIRECTIVE_TASK;
        }
        return ofContract ? Role.CONTRACT_MEMBER : Role.TASK;
    }

    /**
     * The whole text for a role.
     *
     * @param autonomousLoop whether the agent is started again until it says that it is ready; never so a supervisor,
     *     which is started again by messages
     */
    public static String text(Role role, boolean autonomousLoop) {
        StringBuilder text = new StringBuilder(read(role.resource()));
        if (sharesTheRulesOfTasks(role)) {
            text.append('\n').append(read(Role.TASK.resource()));
        }
        if (autonomousLoop && role != Role.SUPERVISOR) {
            text.append('\n').append(completionGate());
        }
        return text.toString();
    }

    /** How an agent in an autonomous loop says whether it is ready. */
    public static String completionGate() {
        return read("completion-gate");
    }

    /** Those that change files themselves. */
    private static boolean sharesTheRulesOfTasks(Role role) {
        return switch (role) {
            case CONTRACT_MEMBER -> true;
            // A directive's last task pushes and opens the pull request; a planner changes nothing at all.
            case TASK, ORCHESTRATOR, SUPERVISOR, DIRECTIVE_PLANNER, DIRECTIVE_TASK -> false;
        };
    }

    /** A text among the resources, by its name without an ending. */
    static String read(String name) {
        try (InputStream text = Roles.class.getResourceAsStream("roles/" + name + ".md")) {
            if (text == null) {
                throw new IllegalStateException("the role's text is not in the jar: " + name);
            }
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
