package dev.makima.daemon.store;

import dev.makima.base.RunId;
import dev.makima.base.TaskId;
import dev.makima.git.Worktree;
import dev.makima.protocol.SpawnTask;
import dev.makima.protocol.TaskState;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the daemon knows of a task, as it is on disk: enough to go on with it after any crash.
 *
 * @param runId the run in hand, or the last one
 * @param fence the number of the hand-over, 0 from a server without leases
 * @param sessionId the agent's conversation; before the first launch that of the task's last run; null for none
 * @param launches how many agent processes the run has started; the number is saved before the process is
 * @param directory where the agent works, or null before there is one
 * @param worktree the worktree it works in, or null for a task without a repository; one of another task where that is
 *     another's id, and its base commit is then what this task found there
 * @param error why it failed, or null
 * @param progress how far the run has come
 */
public record TaskRecord(
        TaskId taskId,
        RunId runId,
        long fence,
        TaskState state,
        SpawnTask spawn,
        @Nullable UUID sessionId,
        int launches,
        @Nullable Path directory,
        @Nullable Worktree worktree,
        @Nullable String error,
        RunProgress progress) {

    /** A task as it is admitted. */
    public static TaskRecord admitted(SpawnTask spawn, RunId runId) {
        long fence = spawn.fence() == null ? 0 : spawn.fence();
        return new TaskRecord(
                spawn.taskId(),
                runId,
                fence,
                TaskState.INITIALIZING,
                spawn,
                null,
                0,
                null,
                null,
                null,
                RunProgress.NONE);
    }

    /** Whether it works in the worktree of another task, which it must neither remove nor take off its branch. */
    public boolean sharesWorktree() {
        return worktree != null && !worktree.taskId().equals(taskId);
    }

    /**
     * Whether the task is handed over with work that is newer than what this record knows of: it was another daemon's in
     * between. One without a place knows of none. In another task's worktree the work is not the task's alone to go back on.
     */
    public boolean isOlderThan(SpawnTask next) {
        @Nullable Long made = next.patchFence();
        return next.resumeSession() && made != null && (directory == null || made > fence) && !sharesWorktree();
    }

    /** The same in another state. */
    public TaskRecord withState(TaskState next, @Nullable String reason) {
        return new TaskRecord(
                taskId, runId, fence, next, spawn, sessionId, launches, directory, worktree, reason, progress);
    }

    /** The same by a later hand-over; an earlier one changes nothing. */
    public TaskRecord byHandOver(long later) {
        return later <= fence
                ? this
                : new TaskRecord(
                        taskId, runId, later, state, spawn, sessionId, launches, directory, worktree, error, progress);
    }

    /** The same with the conversation of the task's last run, which a first launch may resume. */
    public TaskRecord withSession(@Nullable UUID session) {
        return new TaskRecord(
                taskId, runId, fence, state, spawn, session, launches, directory, worktree, error, progress);
    }

    /** The same with a place to work. */
    public TaskRecord withDirectory(Path place, @Nullable Worktree tree) {
        return new TaskRecord(taskId, runId, fence, state, spawn, sessionId, launches, place, tree, error, progress);
    }

    /** The same with one more agent process, the one after the last concluded, which belongs to a conversation. */
    public TaskRecord withLaunch(UUID session, RunProgress next) {
        int number = next.concluded() + 1;
        return new TaskRecord(taskId, runId, fence, state, spawn, session, number, directory, worktree, error, next);
    }

    /** The same with its run further on. */
    public TaskRecord withProgress(RunProgress next) {
        return new TaskRecord(
                taskId, runId, fence, state, spawn, sessionId, launches, directory, worktree, error, next);
    }

    /** Whether it has no agent and waits for a message: a supervisor between two launches. */
    public boolean waits() {
        return spawn.isSupervisor() && !state.isTerminal() && launches > 0 && progress.concluded() == launches;
    }
}
