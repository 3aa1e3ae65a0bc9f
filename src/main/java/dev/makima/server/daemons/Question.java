package dev.makima.server.daemons;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.protocol.DaemonFrame;
import dev.makima.protocol.ServerFrame;
import io.vertx.core.Promise;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A command that waits for its answer. To be used on one event loop. */
final class Question {
    private final UUID daemonId;
    private final UUID id;
    private final ServerFrame command;
    private final Promise<DaemonFrame> promise = Promise.promise();
    private long timer = -1;
    private boolean overdue;
    private @Nullable DaemonConnection socket;

    Question(UUID daemonId, UUID id, ServerFrame command) {
        this.daemonId = daemonId;
        this.id = id;
        this.command = command;
    }

    UUID daemonId() {
        return daemonId;
    }

    UUID id() {
        return id;
    }

    /** As it is sent. */
    ServerFrame command() {
        return command;
    }

    Promise<DaemonFrame> promise() {
        return promise;
    }

    long timer() {
        return timer;
    }

    void timer(long set) {
        timer = set;
    }

    /** By which it was sent; null before. */
    @Nullable
    DaemonConnection socket() {
        return socket;
    }

    void socket(DaemonConnection by) {
        socket = by;
    }

    /** Whether nobody waits any more, but the daemon may still answer it. */
    boolean overdue() {
        return overdue;
    }

    void expire() {
        overdue = true;
    }

    boolean isAnsweredBy(DaemonFrame frame) {
        return AnswerTypes.fits(command, frame);
    }

    String name() {
        return command.getClass().getSimpleName();
    }

    void fail(ErrorCode code, String what, String cure) {
        promise.tryFail(new MakimaException(code, "daemon " + daemonId + " " + what + ": " + name(), cure));
    }
}
