package dev.makima.sql;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/**
 * Writes of one kind that are done together: all that wait when the writer comes to the first of them. So they can share
 * statements, not only a commit, which counts where the database is beyond a network.
 *
 * <p>One may be done before writes of other kinds that were queued earlier: only for what does not depend on those.
 * Thread-safe.
 *
 * @param <T> what is to be written
 * @param <R> what becomes of it
 */
public final class JointWrites<T, R> {
    /** So that a transaction stays short, and a failure concerns few. */
    private static final int TOGETHER_MAX = 500;

    private final Database database;
    private final JointWork<T, R> work;
    private final Queue<Waiting<T, R>> waiting = new ArrayDeque<>();
    private boolean queued;

    /** Done by the work, with that database. */
    public JointWrites(Database database, JointWork<T, R> work) {
        this.database = database;
        this.work = work;
    }

    /** How some are written; bound to what {@link Work} is. */
    @FunctionalInterface
    public interface JointWork<T, R> {
        /**
         * Runs the statements.
         *
         * @return what became of each, in their order
         */
        List<R> run(Session session, List<T> items) throws SQLException;
    }

    private record Waiting<T, R>(T item, CompletableFuture<R> promise) {}

    /**
     * Queues a write. Never blocks.
     *
     * @return completes and fails as that of {@link Database#write}; where some fail together, each is tried by itself
     *     before
     */
    public CompletableFuture<R> add(T item) {
        Waiting<T, R> added = new Waiting<>(item, new CompletableFuture<>());
        synchronized (waiting) {
            waiting.add(added);
            if (queued) {
                return added.promise();
            }
            queued = true;
        }
        queue();
        return added.promise();
    }

    private void queue() {
        // Those that the first run took are the ones of each further run, and of the answer.
        List<Waiting<T, R>> taken = new ArrayList<>();
        CompletableFuture<Void> _ = database.write(session -> {
                    take(taken);
                    return run(session, taken);
                })
                .handle((results, failure) -> {
                    take(taken);
                    if (failure == null) {
                        complete(taken, results);
                    } else if (taken.size() == 1) {
                        taken.getFirst().promise().completeExceptionally(failure);
                    } else {
                        taken.forEach(this::alone);
                    }
                    return null;
                });
    }

    private void alone(Waiting<T, R> one) {
        CompletableFuture<Void> _ = database.write(session -> run(session, List.of(one)))
                .handle((results, failure) -> {
                    if (failure == null) {
                        complete(List.of(one), results);
                    } else {
                        one.promise().completeExceptionally(failure);
                    }
                    return null;
                });
    }

    private List<R> run(Session session, List<Waiting<T, R>> taken) throws SQLException {
        return work.run(session, taken.stream().map(Waiting::item).toList());
    }

    private static <T, R> void complete(List<Waiting<T, R>> taken, List<R> results) {
        for (int i = 0; i < taken.size(); i++) {
            taken.get(i).promise().complete(results.get(i));
        }
    }

    /** Takes those that wait, where that was not done yet; the others go with the next write. */
    private void take(List<Waiting<T, R>> taken) {
        boolean more;
        synchronized (waiting) {
            if (!taken.isEmpty()) {
                return;
            }
            while (taken.size() < TOGETHER_MAX && !waiting.isEmpty()) {
                taken.add(waiting.remove());
            }
            more = !waiting.isEmpty();
            queued = more;
        }
        if (more) {
            queue();
        }
    }
}
