package dev.makima.git;

import dev.makima.base.TaskId;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Pushes checkpoints to origin, one at a time for each task, on a thread of that task's own: a dead remote holds up nobody.
 * Of those that come while one is under way only the newest is pushed, which contains the others.
 *
 * <p>At most one thread, one push and one waiting commit per task. A push ends after two minutes. A failure is told once,
 * and again only after a success. Thread-safe.
 */
final class CheckpointPushes implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(CheckpointPushes.class.getName());
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Git git;
    private final Map<TaskId, Pusher> pushers = new HashMap<>();
    private final Set<TaskId> failing = new HashSet<>();
    private boolean closed;

    CheckpointPushes(Git git) {
        this.git = git;
    }

    private record Commit(String sha, HandOver handOver) {}

    /** Has the commit pushed, soon, if that hand-over still holds then. Returns at once. */
    synchronized void offer(Worktree worktree, String sha, HandOver handOver) {
        Commit commit = new Commit(sha, handOver);
        if (closed) {
            return;
        }
        Pusher running = pushers.get(worktree.taskId());
        if (running != null) {
            running.next = commit;
            return;
        }
        Pusher pusher = new Pusher(worktree, commit);
        pushers.put(worktree.taskId(), pusher);
        pusher.thread.start();
    }

    synchronized boolean awaitIdle(Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!pushers.isEmpty()) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            wait(Math.max(1, left / 1_000_000));
        }
        return true;
    }

    @Override
    public synchronized void close() {
        closed = true;
        pushers.values().forEach(pusher -> pusher.thread.interrupt());
    }

    private synchronized @Nullable Commit takeNext(Pusher pusher) {
        Commit next = pusher.next;
        pusher.next = null;
        if (next == null || closed) {
            pushers.remove(pusher.worktree.taskId());
            notifyAll();
            return null;
        }
        return next;
    }

    private final class Pusher implements Runnable {
        private final Worktree worktree;
        private final Thread thread;
        private @Nullable Commit next;

        Pusher(Worktree worktree, Commit first) {
            this.worktree = worktree;
            this.next = first;
            this.thread = Thread.ofPlatform().daemon().name("checkpoint-push").unstarted(this);
        }

        @Override
        public void run() {
            Commit commit = takeNext(this);
            while (commit != null) {
                try {
                    push(worktree, commit);
                } catch (InterruptedException e) {
                    // Only close() does that, and takeNext() answers null from then on.
                    LOG.log(System.Logger.Level.DEBUG, "a push of a checkpoint was ended");
                }
                commit = takeNext(this);
            }
        }
    }

    private void push(Worktree worktree, Commit commit) throws InterruptedException {
        try {
            if (!RepositoryConfig.read(git, worktree.repository()).hasOrigin()) {
                return;
            }
            // Forced, since checkpoints may begin anew; to a ref of this hand-over alone, so that a machine that
            // comes late overwrites nothing of a later one.
            String refspec =
                    "+" + commit.sha() + ":" + commit.handOver().pushed(TaskNames.checkpoints(worktree.taskId()));
            GitCall call = Pushes.call(git, worktree.repository(), LIMIT, "origin", refspec);
            GitResult result = commit.handOver().step(_ -> "a checkpoint was pushed", () -> git.run(call));
            told(worktree, result.ok() ? null : GitFailure.reason(result));
        } catch (RuntimeException e) {
            // Also a mistake of ours: the thread has to stay, for the next checkpoint.
            told(worktree, String.valueOf(e.getMessage()));
        }
    }

    private synchronized void told(Worktree worktree, @Nullable String failure) {
        if (failure == null) {
            failing.remove(worktree.taskId());
        } else if (failing.add(worktree.taskId())) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "could not push the checkpoints of task {0} to origin: {1}",
                    worktree.taskId(),
                    failure);
        }
    }
}
