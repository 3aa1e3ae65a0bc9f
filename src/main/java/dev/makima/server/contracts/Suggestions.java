package dev.makima.server.contracts;

import dev.makima.base.TaskId;
import dev.makima.base.Text;
import dev.makima.protocol.TaskState;
import dev.makima.server.store.Contract;
import dev.makima.server.store.QuestionTable;
import dev.makima.server.store.Task;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a contract needs next, with the command that does it. Pure. */
public final class Suggestions {
    private Suggestions() {}

    /**
     * What is to be done.
     *
     * @param command how, as it is typed; null where no single one does it
     * @param taskId the task that it is about
     * @param fileId the document that it is about
     */
    public record Suggestion(
            String action,
            String why,
            @Nullable String command,
            @Nullable String taskId,
            @Nullable String fileId) {
        Suggestion(String action, String why, @Nullable String command) {
            this(action, why, command, null, null);
        }
    }

    /**
     * How a contract stands.
     *
     * @param tasks all of it, the supervisor too
     * @param merged those whose work was merged
     * @param questions those that are open
     */
    public record Standing(
            Contract contract,
            Checklist checklist,
            List<Task> tasks,
            Set<TaskId> merged,
            List<QuestionTable.Asked> questions) {
        /** Copies the lists. */
        public Standing {
            tasks = List.copyOf(tasks);
            merged = Set.copyOf(merged);
            questions = List.copyOf(questions);
        }
    }

    /** What it needs next: what holds up most goes first. */
    public static Suggestion next(Standing now) {
        Contract contract = now.contract();
        if (contract.completed()) {
            return new Suggestion("none", "the contract is completed", null);
        }
        return question(now)
                .or(() -> leader(now))
                .or(() -> merge(now))
                .or(() -> failed(now))
                .or(() -> waiting(now))
                .or(() -> open(now))
                .orElseGet(() -> onward(now));
    }

    private static Optional<Suggestion> question(Standing now) {
        return now.questions().stream()
                .findFirst()
                .map(asked -> new Suggestion(
                        "answer-question",
                        "a person has to answer: " + Text.abbreviate(asked.question(), 200),
                        null,
                        asked.taskId().toString(),
                        null));
    }

    private static Optional<Suggestion> leader(Standing now) {
        return first(now, Task.Spec::isSupervisor, Suggestions::rests)
                .map(task -> about(
                        task,
                        "start-supervisor",
                        "the supervisor does not run: it is " + task.status().wire(),
                        "makima tasks start " + task.id()));
    }

    private static Optional<Suggestion> merge(Standing now) {
        String branch = now.contract().branch();
        return Members.unmerged(now.tasks(), now.merged()).stream()
                .findFirst()
                .map(task -> branch == null
                        ? new Suggestion(
                                "create-branch",
                                "task \"" + task.name() + "\" is done, and there is no branch to merge its work to",
                                "makima supervisor branch " + branchFor(now.contract()))
                        : about(
                                task,
                                "merge-task",
                                "task \"" + task.name() + "\" is done, and its work is not merged: review it (makima"
                                        + " supervisor diff " + task.id() + "), then merge it",
                                "makima supervisor merge " + task.id() + " --to " + branch));
    }

    private static Optional<Suggestion> failed(Standing now) {
        List<String> continued = now.tasks().stream()
                .map(task -> task.spec().continueFromTaskId())
                .filter(id -> id != null)
                .toList();
        return first(
                        now,
                        Suggestions::isMember,
                        task -> (task.status() == TaskState.FAILED || task.status() == TaskState.INTERRUPTED)
                                && !continued.contains(task.id().toString()))
                .map(task -> about(
                        task,
                        "look-into-failure",
                        "task \"" + task.name() + "\" is " + task.status().wire()
                                + (task.errorMessage() == null ? "" : ": " + Text.abbreviate(task.errorMessage(), 200)),
                        "makima supervisor output " + task.id()));
    }

    private static Optional<Suggestion> waiting(Standing now) {
        Optional<Suggestion> active = first(now, Suggestions::isMember, task -> !task.ended() && !rests(task))
                .map(task -> about(
                        task,
                        "wait-for-tasks",
                        "task \"" + task.name() + "\" is at work",
                        "makima supervisor wait " + task.id()));
        return active.or(() -> first(now, Suggestions::isMember, task -> !task.ended() && rests(task))
                .map(task -> about(
                        task,
                        "start-task",
                        "task \"" + task.name() + "\" was not started",
                        "makima tasks start " + task.id())));
    }

    private static Optional<Suggestion> open(Standing now) {
        return now.checklist().items().stream()
                .filter(item -> !item.done())
                .findFirst()
                .map(item -> switch (item.deliverable().kind()) {
                    case DOCUMENT -> document(now, item);
                    case TASKS ->
                        new Suggestion(
                                "spawn-task",
                                "the phase " + now.checklist().phase() + " has no tasks, or they are not all done",
                                "makima supervisor spawn NAME PLAN");
                    case PULL_REQUEST ->
                        new Suggestion(
                                "open-pull-request",
                                "all else of the phase is done",
                                "makima supervisor pr " + branchFor(now.contract()) + " --title "
                                        + Quoted.of(now.contract().name()));
                });
    }

    private static Suggestion document(Standing now, Checklist.Item item) {
        String why = "the phase " + now.checklist().phase() + " needs "
                + item.deliverable().hint();
        return item.fileId() == null
                ? new Suggestion(
                        "create-document",
                        why,
                        "makima contract create-file " + item.deliverable().name() + " < FILE")
                : new Suggestion(
                        "write-document",
                        why + ", which is not taken for done yet",
                        "makima contract update-file " + item.fileId() + " < FILE",
                        null,
                        item.fileId().toString());
    }

    private static Suggestion onward(Standing now) {
        String next = now.checklist().next();
        return next == null
                ? new Suggestion("complete", "nothing is open in the last phase", "makima supervisor complete")
                : new Suggestion(
                        "advance-phase",
                        "nothing is open in the phase " + now.checklist().phase(),
                        "makima supervisor advance-phase " + next);
    }

    private static String branchFor(Contract contract) {
        return contract.branch() == null ? "makima/" + Text.sanitise(contract.name()) : contract.branch();
    }

    private static boolean isMember(Task.Spec spec) {
        return !spec.isSupervisor();
    }

    /** Whether nobody is about to run it. */
    private static boolean rests(Task task) {
        return task.ended() || (task.status() == TaskState.PENDING && !task.queued());
    }

    private static Optional<Task> first(Standing now, Predicate<Task.Spec> kind, Predicate<Task> which) {
        return now.tasks().stream()
                .filter(task -> kind.test(task.spec()))
                .filter(which)
                .findFirst();
    }

    private static Suggestion about(Task task, String action, String why, String command) {
        return new Suggestion(action, why, command, task.id().toString(), null);
    }
}
