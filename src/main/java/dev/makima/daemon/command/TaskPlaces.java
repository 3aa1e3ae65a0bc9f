package dev.makima.daemon.command;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.TaskId;
import dev.makima.daemon.store.StoreClient;
import dev.makima.daemon.store.StoreRequest;
import dev.makima.daemon.store.TaskRecord;
import dev.makima.git.Worktree;
import dev.makima.git.Worktrees;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds where the work of a task is. Blocking; thread-safe. */
final class TaskPlaces {
    private final StoreClient store;
    private final Worktrees worktrees;

    TaskPlaces(StoreClient store, Worktrees worktrees) {
        this.store = store;
        this.worktrees = worktrees;
    }

    /** The task as it is saved, if it is known. */
    Optional<TaskRecord> record(TaskId taskId) throws InterruptedException {
        return store.await(new StoreRequest.FindTask(taskId));
    }

    /**
     * The task as it is saved.
     *
     * @throws MakimaException NOT_FOUND for one that is not known here
     */
    TaskRecord known(TaskId taskId) throws InterruptedException {
        return record(taskId).orElseThrow(() -> unknown(taskId));
    }

    /**
     * The worktree that the task works in, as the task's own whosever it is, with the branch that git has recorded for it
     * now. It need not be there any more.
     */
    Optional<Worktree> find(TaskId taskId, @Nullable TaskRecord task) {
        @Nullable Worktree saved = task == null ? null : task.worktree();
        if (saved == null) {
            return worktrees.find(taskId);
        }
        return Optional.of(worktrees
                .refreshed(saved)
                .map(now -> new Worktree(
                        taskId,
                        now.path(),
                        now.repository(),
                        now.branch(),
                        saved.baseBranch(),
                        saved.baseSha(),
                        List.of()))
                .orElse(saved));
    }

    /**
     * The worktree that the task works in.
     *
     * @throws MakimaException NOT_FOUND where the task is not known, works without a repository, has no worktree yet, or
     *     its worktree is gone
     */
    Worktree worktree(TaskId taskId) throws InterruptedException {
        Optional<TaskRecord> task = record(taskId);
        Optional<Worktree> found = find(taskId, task.orElse(null));
        if (found.isPresent()) {
            if (Files.isDirectory(found.get().path())) {
                return found.get();
            }
            throw new MakimaException(
                    ErrorCode.NOT_FOUND,
                    "the worktree " + found.get().path() + " of task " + taskId + " is gone",
                    "Start the task again to have it made again from its branch");
        }
        throw task.map(TaskPlaces::without).orElseGet(() -> unknown(taskId));
    }

    /** The tasks that are not over and work in this directory, but for one. */
    List<TaskId> workingIn(Path directory, TaskId butFor) throws InterruptedException {
        return store.await(new StoreRequest.UnfinishedTasks()).stream()
                .filter(task -> directory.equals(task.directory()))
                .map(TaskRecord::taskId)
                .filter(task -> !task.equals(butFor))
                .toList();
    }

    private static MakimaException without(TaskRecord task) {
        String why = task.directory() == null
                ? " has no worktree: it is " + task.state().wire()
                : " has no worktree: it works without a repository, in " + task.directory();
        return new MakimaException(ErrorCode.NOT_FOUND, "task " + task.taskId() + why);
    }

    private static MakimaException unknown(TaskId taskId) {
        return new MakimaException(
                ErrorCode.NOT_FOUND,
                "this daemon has no worktree of task " + taskId + ": it was cleaned up, or never made here");
    }
}
