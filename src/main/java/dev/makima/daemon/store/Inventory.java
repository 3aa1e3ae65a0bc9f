package dev.makima.daemon.store;

import dev.makima.base.RunId;
import dev.makima.base.TaskId;
import dev.makima.daemon.bus.StoreStatus;
import dev.makima.protocol.TaskState;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the daemon's database knows of its machine, in one snapshot: what is in use, and what is not needed any more.
 * Small, whatever the tasks are: no plan, no message, no frame.
 *
 * @param tasks all that are not forgotten
 * @param runs all whose output may still lie on the disk
 * @param tellings tasks that the server has yet to hear something of
 * @param waitingEvents how many events the server has not acknowledged
 * @param asideEvents what the server refused for good, the newest last; some of it where it is much
 */
public record Inventory(
        List<TaskRow> tasks,
        List<RunRow> runs,
        Set<TaskId> tellings,
        long waitingEvents,
        List<StoreStatus.Aside> asideEvents) {

    /** Copies them. */
    public Inventory {
        tasks = List.copyOf(tasks);
        runs = List.copyOf(runs);
        tellings = Set.copyOf(tellings);
        asideEvents = List.copyOf(asideEvents);
    }

    /**
     * A task.
     *
     * @param name for people, or empty
     * @param runId the run in hand, or the last one
     * @param directory where it works, or null
     * @param worktreeOf the task whose worktree it works in, or null where that is its own
     * @param taken whether the server has given it to another daemon since
     */
    public record TaskRow(
            TaskId taskId,
            String name,
            RunId runId,
            TaskState state,
            @Nullable Path directory,
            @Nullable TaskId worktreeOf,
            boolean taken,
            Instant updatedAt) {}

    /**
     * A run.
     *
     * @param releasedAt since when the server has its output and its end, or null
     */
    public record RunRow(
            RunId runId,
            TaskId taskId,
            TaskState state,
            @Nullable Instant releasedAt) {
        /** Whether it is over, and the server has all of it. */
        public boolean released() {
            return releasedAt != null && state.isTerminal();
        }
    }

    /** The task. */
    public Optional<TaskRow> task(TaskId taskId) {
        return tasks.stream().filter(task -> task.taskId().equals(taskId)).findFirst();
    }

    /** The run. */
    public Optional<RunRow> run(RunId runId) {
        return runs.stream().filter(run -> run.runId().equals(runId)).findFirst();
    }

    /** The tasks that are not over. */
    public List<TaskRow> unfinished() {
        return tasks.stream().filter(task -> !task.state().isTerminal()).toList();
    }

    /** The tasks by id. */
    public Map<TaskId, TaskRow> byTask() {
        return tasks.stream().collect(Collectors.toMap(TaskRow::taskId, Function.identity()));
    }
}
