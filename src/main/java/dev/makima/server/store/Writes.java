package dev.makima.server.store;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.CompletableFuture;

/** What the database's one writer does, as Vert.x waits for it. Beside {@link Reads}, which need no turn. */
final class Writes {
    private Writes() {}

    /** The same write, completing on the caller's Vert.x context; off Vert.x, on the writer's thread. */
    static <T> Future<T> future(CompletableFuture<T> write) {
        Context context = Vertx.currentContext();
        if (context != null) {
            return Future.fromCompletionStage(write, context);
        }
        return Future.fromCompletionStage(write);
    }
}
