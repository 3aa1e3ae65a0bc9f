package dev.makima.sql;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A work that waits for the writer, then for the commit. Used by the writer's thread alone, but for its promise. */
final class Queued<T extends @Nullable Object> {
    private final Work<T> work;
    private final CompletableFuture<T> promise = new CompletableFuture<>();
    private @Nullable T result;
    private @Nullable RuntimeException failure;
    private @Nullable SQLException refused;

    Queued(Work<T> work) {
        this.work = work;
    }

    CompletableFuture<T> promise() {
        return promise;
    }

    /**
     * Runs the work.
     *
     * @return whether it did not fail
     * @throws SQLException where the connection is lost
     */
    boolean run(Session session, Engine engine) throws SQLException {
        failure = null;
        refused = null;
        try {
            result = work.run(session);
        } catch (SQLException e) {
            if (engine.isLost(e)) {
                throw e;
            }
            refused = e;
            failure = engine.failure(e);
        } catch (RuntimeException e) {
            failure = e;
        } catch (Error e) {
            failure = new MakimaException(ErrorCode.INTERNAL, "a write failed: " + e, null, e);
        }
        return failure == null;
    }

    /** Tells the caller what became of it. */
    @SuppressWarnings("NullAway") // A work of Void gives null; T says so.
    void complete() {
        if (failure != null) {
            promise.completeExceptionally(failure);
        } else {
            promise.complete(result);
        }
    }

    /** What the database said to the work that failed, if it was the database. */
    @Nullable
    SQLException refused() {
        return refused;
    }

    /** Tells the caller that nothing of it holds: for a reason of its own where it has one, else for this. */
    void failWith(RuntimeException why) {
        promise.completeExceptionally(failure == null ? why : failure);
    }

    /** Tells the caller that it failed. */
    void fail(RuntimeException why) {
        promise.completeExceptionally(why);
    }
}
