package dev.makima.daemon.checkpoint;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.TaskId;
import dev.makima.config.DaemonConfig;
import dev.makima.daemon.store.TaskRecord;
import dev.makima.git.Checkpoint;
import dev.makima.git.GitTools;
import dev.makima.git.HandOver;
import dev.makima.git.Patch;
import dev.makima.git.Worktree;
import dev.makima.protocol.CheckpointCreated;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Makes checkpoints of tasks: the commit, the push to origin, the patch, and the word to the server.
 *
 * <p>Blocking, for as long as git takes, but never for a remote. Any thread; who makes a
 * checkpoint does so {@link #inTurn}. There is one object of this per daemon.
 */
public final class CheckpointMaker {
    /** The error of a task in whose worktree nothing has changed. */
    public static final String NO_CHANGES = Checkpoint.None.NO_CHANGES.reason();

    private static final System.Logger LOG = System.getLogger(CheckpointMaker.class.getName());

    private final GitTools git;
    private final Predicate<TaskId> mayPush;
    private final boolean withPatches;
    private final long mostFrameBytes;
    private final ConcurrentHashMap<Path, ReentrantLock> turns = new ConcurrentHashMap<>();

    /** Makes checkpoints with this git, as configured by process.checkpointPatches and server.maxFrameBytes. */
    public CheckpointMaker(DaemonConfig config, GitTools git) {
        this(config, git, _ -> true);
    }

    /**
     * The same where not every push is allowed.
     *
     * @param mayPush whether checkpoints of a task may be pushed now; any thread
     */
    public CheckpointMaker(DaemonConfig config, GitTools git, Predicate<TaskId> mayPush) {
        this.mayPush = mayPush;
        this.git = git;
        this.withPatches = config.process().checkpointPatches().enabled();
        this.mostFrameBytes = config.server().maxFrameBytes();
    }

    /**
     * Makes a checkpoint of everything in the task's worktree that is not ignored.
     *
     * <p>The commit is pushed to origin, if there is one, unless the task is {@code localOnly}: later, and how that ends is
     * only logged. A patch that is too large is left out, and {@code message} says so.
     *
     * @param message the commit's message, and that of the answer
     * @return with {@code success=false} and the reason in {@code error} where none was made: {@link #NO_CHANGES} where there
     *     is nothing to commit, a merge or the like in progress, no repository, a failure of git
     * @throws InterruptedException where the calling thread was interrupted
     */
    public CheckpointCreated make(TaskRecord task, String message) throws InterruptedException {
        @Nullable Worktree worktree = task.worktree();
        if (worktree == null) {
            return failure(task, message, "The task has no repository here: there is nothing to make a checkpoint of");
        }
        try {
            return switch (git.checkpoints().make(worktree, message, push(task))) {
                case Checkpoint.None none -> failure(task, message, none.reason());
                case Checkpoint.Made made -> withPatch(task, worktree, made, message);
            };
        } catch (MakimaException e) {
            return failure(task, message, e.explain());
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "task " + task.taskId() + ": a checkpoint broke", e);
            return failure(task, message, "a mistake of the daemon: " + e);
        }
    }

    /** Later, on a thread of its own: so the lease is asked then, too. */
    private Optional<HandOver> push(TaskRecord task) {
        boolean may = !task.spawn().localOnly() && mayPush.test(task.taskId());
        return may ? Optional.of(new HandOver(task.fence(), () -> requireLease(task))) : Optional.empty();
    }

    private void requireLease(TaskRecord task) {
        if (!mayPush.test(task.taskId())) {
            throw new MakimaException(
                    ErrorCode.CONFLICT, "the lease of task " + task.taskId() + " is not in force any more");
        }
    }

    private CheckpointCreated failure(TaskRecord task, String message, String error) {
        return CheckpointFrame.failure(task.taskId(), message, error, mostFrameBytes);
    }

    /** The commit is there: whatever becomes of its patch, it is reported. */
    private CheckpointCreated withPatch(TaskRecord task, Worktree worktree, Checkpoint.Made made, String message)
            throws InterruptedException {
        @Nullable Patch patch = null;
        String note = "";
        if (withPatches) {
            try {
                patch = git.patches().make(worktree, worktree.baseSha(), made.commitSha());
            } catch (MakimaException e) {
                note = "The patch is not sent: " + e.explain();
                Level level = e.code() == ErrorCode.VALIDATION ? Level.INFO : Level.WARNING;
                LOG.log(level, "task {0}: checkpoint {1} without a patch: {2}", task.taskId(), made.commitSha(), note);
            }
        }
        return CheckpointFrame.success(task.taskId(), made, message, patch, note, mostFrameBytes);
    }

    /** What is done in a worktree's turn. */
    @FunctionalInterface
    public interface Work<T> {
        /** Does it; may block. */
        T run() throws InterruptedException;
    }

    /**
     * Does the work while nobody else makes a checkpoint of the same worktree or reports one, so that reports come in the
     * order of the commits. Whoever makes one and reports it does both in here.
     *
     * @throws InterruptedException where the calling thread was interrupted, also while it waited for its turn
     */
    public <T> T inTurn(Worktree worktree, Work<T> work) throws InterruptedException {
        ReentrantLock lock = turn(worktree);
        lock.lockInterruptibly();
        try {
            return work.run();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Does the work that ends a task when no checkpoint of it is under way, so that none is reported behind the end; a
     * checkpoint that takes too long does not hold up the end for ever.
     *
     * @param worktree the task's, or null for one that has none
     * @param atMost how long to wait for a checkpoint
     * @throws InterruptedException where the calling thread was interrupted, also while it waited
     */
    public <T> T behindCheckpoints(@Nullable Worktree worktree, Duration atMost, Work<T> work)
            throws InterruptedException {
        if (worktree == null) {
            return work.run();
        }
        ReentrantLock lock = turn(worktree);
        boolean settled = lock.tryLock(atMost.toMillis(), TimeUnit.MILLISECONDS);
        if (!settled) {
            LOG.log(Level.WARNING, "a checkpoint of {0} takes long: it may be reported late", worktree.path());
        }
        try {
            return work.run();
        } finally {
            if (settled) {
                lock.unlock();
            }
        }
    }

    private ReentrantLock turn(Worktree worktree) {
        return turns.computeIfAbsent(worktree.path(), _ -> new ReentrantLock(true));
    }
}
