package dev.makima.daemon.task;

import dev.makima.daemon.run.Control;
import dev.makima.daemon.run.Run;
import dev.makima.daemon.run.StopReason;
import dev.makima.daemon.store.TaskRecord;
import dev.makima.protocol.TaskState;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Whether the directories of tasks that have an agent are still there. An agent whose worktree somebody removed would
 * work on in nothing, or, with git looking further up for a repository, in somebody else's.
 */
final class WorktreeHealth {
    private static final System.Logger LOG = System.getLogger(WorktreeHealth.class.getName());

    private WorktreeHealth() {}

    /** Ends the run where its directory has vanished; blocks for a look at the disk. Any thread. */
    static void check(Run run) {
        TaskRecord task = run.record();
        if (hasAgent(task.state()) && isGone(task)) {
            LOG.log(Level.WARNING, "task {0}: {1} has vanished", task.taskId(), task.directory());
            run.tell(new Control.Say("The directory " + task.directory() + " has vanished: the agent is stopped."));
            run.tell(new Control.Stop(StopReason.WORKTREE_GONE, false));
        }
    }

    private static boolean hasAgent(TaskState state) {
        return state == TaskState.RUNNING || state == TaskState.PAUSED || state == TaskState.STARTING;
    }

    /** Only what is known not to be there is gone: a disk that does not answer is another matter. */
    static boolean isGone(TaskRecord task) {
        @Nullable Path directory = task.directory();
        return directory != null
                && (Files.notExists(directory)
                        || (task.worktree() != null && Files.notExists(directory.resolve(".git"))));
    }
}
