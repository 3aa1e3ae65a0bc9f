package dev.makima.daemon.upkeep;

import dev.makima.base.MakimaException;
import dev.makima.daemon.project.ProjectSteps;
import dev.makima.daemon.store.StoreClient;
import dev.makima.daemon.store.StoreRequest;
import dev.makima.daemon.store.TaskRecord;
import dev.makima.git.CleanupResult;
import dev.makima.git.GitTools;
import dev.makima.git.UnsavedWork;
import dev.makima.git.Worktree;
import dev.makima.protocol.TaskState;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Removes the worktrees of tasks that are done or failed; their branches stay. A worktree stays that holds unsaved work,
 * that an unfinished task works in, or whose task is not known here. So does that of an interrupted task: it is there to be
 * resumed. Blocking.
 */
final class StartCleanup {
    private static final System.Logger LOG = System.getLogger(StartCleanup.class.getName());

    private final StoreClient store;
    private final GitTools git;
    private final ProjectSteps steps;

    StartCleanup(StoreClient store, GitTools git, ProjectSteps steps) {
        this.store = store;
        this.git = git;
        this.steps = steps;
    }

    void run() throws InterruptedException {
        for (Worktree worktree : git.worktrees().all()) {
            try {
                consider(worktree);
            } catch (MakimaException e) {
                LOG.log(Level.WARNING, "clean-up at the start: {0}", e.explain());
            }
        }
    }

    private void consider(Worktree worktree) throws InterruptedException {
        Optional<TaskRecord> task =
                store.await(new StoreRequest.FindTask(worktree.taskId())).filter(StartCleanup::isOver);
        // Asked right before: a server may have started it again by now.
        Set<Path> inUse = store.await(new StoreRequest.UnfinishedTasks()).stream()
                .flatMap(other -> Optional.ofNullable(other.directory()).stream())
                .collect(Collectors.toSet());
        if (task.isEmpty() || inUse.contains(worktree.path())) {
            return;
        }
        CleanupResult result = git.cleanup()
                .cleanup(
                        worktree,
                        false,
                        UnsavedWork.KEEP,
                        () -> steps.tearDown(task.get().spawn(), worktree, line -> LOG.log(Level.INFO, "{0}", line)));
        LOG.log(Level.INFO, "clean-up at the start, task {0}: {1}", worktree.taskId(), result.message());
    }

    private static boolean isOver(TaskRecord task) {
        return task.state() == TaskState.DONE || task.state() == TaskState.FAILED;
    }
}
