package dev.makima.cli.local;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Vert.x from a thread that may block. */
public final class Futures {
    private static final Duration CLOSING = Duration.ofSeconds(10);

    private Futures() {}

    /** A small Vert.x: two event loops do for one machine, and nothing is read from the class path at run time. */
    public static Vertx vertx() {
        return Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(2)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(true)));
    }

    /**
     * Waits for the result.
     *
     * @param what is waited for, for the error: "the server to start"
     * @throws MakimaException what the future failed with; TIMEOUT where it took too long
     */
    public static <T> T await(Future<T> future, Duration limit, String what) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof MakimaException known) {
                throw known;
            }
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new MakimaException(ErrorCode.INTERNAL, "waiting for " + what + " failed: " + cause, null, cause);
        } catch (TimeoutException e) {
            throw new MakimaException(
                    ErrorCode.TIMEOUT,
                    "waited " + limit.toSeconds() + " s for " + what,
                    "Try again; --debug tells more",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MakimaException(ErrorCode.UNAVAILABLE, "interrupted while waiting for " + what, null, e);
        }
    }

    /** Closes Vert.x; what it still does after ten seconds dies with the process. */
    public static void close(Vertx vertx) {
        try {
            await(vertx.close(), CLOSING, "Vert.x to close");
        } catch (MakimaException e) {
            System.getLogger(Futures.class.getName()).log(System.Logger.Level.DEBUG, "Vert.x was not closed", e);
        }
    }
}
