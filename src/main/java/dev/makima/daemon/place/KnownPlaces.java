package dev.makima.daemon.place;

import dev.makima.base.TaskId;
import dev.makima.daemon.store.StoreClient;
import dev.makima.daemon.store.StoreRequest;
import dev.makima.daemon.store.TaskRecord;
import dev.makima.git.Worktree;
import dev.makima.git.Worktrees;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds where a task of this machine works or has worked: as the store knows it, else by looking for it. Blocking. */
final class KnownPlaces {
    private final StoreClient store;
    private final Worktrees worktrees;

    KnownPlaces(StoreClient store, Worktrees worktrees) {
        this.store = store;
        this.worktrees = worktrees;
    }

    /**
     * A directory that is there.
     *
     * @param worktree the worktree that it is, maybe another task's, or null for a task without a repository
     */
    record Known(Path directory, @Nullable Worktree worktree) {
        private static Known of(Worktree worktree) {
            return new Known(worktree.path(), worktree);
        }
    }

    /** Where another task works or has worked. */
    Optional<Known> find(TaskId task) throws InterruptedException {
        return find(task, store.await(new StoreRequest.FindTask(task)));
    }

    /** The same for a task whose record was read already. */
    Optional<Known> find(TaskId task, Optional<TaskRecord> saved) {
        return saved.flatMap(this::recorded).or(() -> worktrees.find(task).map(Known::of));
    }

    private Optional<Known> recorded(TaskRecord task) {
        @Nullable Worktree worktree = task.worktree();
        @Nullable Path directory = task.directory();
        if (worktree == null) {
            return Optional.ofNullable(directory).filter(Files::isDirectory).map(path -> new Known(path, null));
        }
        Optional<Worktree> now = worktrees.refreshed(worktree);
        // What another task's worktree was when this one came there is known to the store alone.
        return task.sharesWorktree() ? now.map(_ -> Known.of(worktree)) : now.map(Known::of);
    }
}
