package dev.makima.server.contracts;

import dev.makima.server.store.Contract;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a contract needs next, and what is to become of a member's work. Pure. */
public final class Suggestions {
    private Suggestions() {}

    /**
     * What is to be done.
     *
     * @param command how; null where no single one does it
     */
    public record Suggestion(
            String action, String why, @Nullable String command) {}

    /** What the contract needs next. */
    public static Suggestion next(Contract contract, Checklist checklist) {
        if (contract.completed()) {
            return new Suggestion("none", "the contract is completed", null);
        }
        for (Checklist.Item item : checklist.items()) {
            if (!item.done()) {
                return switch (item.deliverable().kind()) {
                    case DOCUMENT ->
                        new Suggestion(
                                "create-document",
                                "the phase " + checklist.phase() + " needs "
                                        + item.deliverable().hint(),
                                "makima contract create-file "
                                        + item.deliverable().name() + " < FILE");
                    case TASKS -> new Suggestion("finish-tasks", "not all tasks are done", "makima supervisor tasks");
                    case PULL_REQUEST ->
                        new Suggestion(
                                "open-pull-request",
                                "all else of the phase is done",
                                "makima supervisor pr BRANCH --title TITLE");
                };
            }
        }
        String next = checklist.next();
        return next == null
                ? new Suggestion("complete", "nothing is open in the last phase", "makima supervisor complete")
                : new Suggestion(
                        "advance-phase",
                        "nothing is open in the phase " + checklist.phase(),
                        "makima supervisor advance-phase " + next);
    }

    /**
     * What is to become of a member's work.
     *
     * @param files what it has changed
     * @param code whether code is among that
     */
    public static Suggestion completion(List<String> files, boolean code) {
        if (files.isEmpty() && !code) {
            return new Suggestion("none", "nothing was changed", null);
        }
        return new Suggestion(
                "branch",
                "the work stays on the task's branch, from where the supervisor merges it: end your turn",
                null);
    }
}
