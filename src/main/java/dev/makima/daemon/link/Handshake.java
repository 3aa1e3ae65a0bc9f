package dev.makima.daemon.link;

import dev.makima.protocol.Authenticated;
import dev.makima.protocol.FrameCodec;
import dev.makima.protocol.FrameException;
import dev.makima.protocol.ServerError;
import dev.makima.protocol.ServerFrame;
import dev.makima.protocol.WireCodes;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.lang.System.Logger.Level;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** From an open socket to an authenticated one: one frame there, one back, within a bounded time. */
final class Handshake {
    private static final System.Logger LOG = System.getLogger(Handshake.class.getName());

    private final Vertx vertx;
    private final WebSocket socket;
    private final LinkSettings settings;
    private final Promise<Authenticated> answered = Promise.promise();

    Handshake(Vertx vertx, WebSocket socket, LinkSettings settings) {
        this.vertx = vertx;
        this.socket = socket;
        this.settings = settings;
    }

    /**
     * Introduces this daemon.
     *
     * @return fails with {@link KeyRefused} where the server says so, with anything else where the connection is
     *     simply lost
     */
    Future<Authenticated> authenticate() {
        socket.textMessageHandler(this::read);
        socket.closeHandler(_ -> answered.tryFail("the server closed the connection during the handshake"));
        socket.exceptionHandler(answered::tryFail);
        long timer = vertx.setTimer(
                settings.answerWithin().toMillis(),
                _ -> answered.tryFail("no answer to 'authenticate' within "
                        + settings.answerWithin().toMillis() + " ms"));
        socket.writeTextMessage(FrameCodec.encode(settings.introduction())).onFailure(answered::tryFail);
        return answered.future().onComplete(_ -> vertx.cancelTimer(timer));
    }

    private void read(String text) {
        try {
            ServerFrame frame = FrameCodec.decodeServerFrame(text);
            switch (frame) {
                case Authenticated authenticated -> {
                    // Frames may follow in the same packet: nothing is read until the session listens.
                    socket.pause();
                    answered.tryComplete(authenticated);
                }
                case ServerError error
                when WireCodes.meansKeyRefused(error.code()) && !isDatabaseFault(error.message()) ->
                    answered.tryFail(new KeyRefused(error.code() + ", " + error.message()));
                case ServerError error ->
                    answered.tryFail("the server answered " + error.code() + ", " + error.message());
                // A server sends nothing before 'authenticated'. One that does is no reason to do without it.
                case ServerFrame other ->
                    LOG.log(
                            Level.WARNING,
                            "the server sent {0} before ''authenticated'': it is skipped",
                            other.getClass().getSimpleName());
            }
        } catch (FrameException e) {
            LOG.log(Level.WARNING, "a frame before ''authenticated'' is skipped: {0}", e.getMessage());
        }
    }

    /**
     * What a refused upgrade means: a wrong key, or a fault that passes. A server whose database is down may answer
     * 401 with a message that says so; that is no verdict on the key.
     */
    static Throwable reading(Throwable cause) {
        if (cause instanceof UpgradeRejectedException rejected
                && (rejected.getStatus() == 401 || rejected.getStatus() == 403)) {
            JsonObject body = body(rejected.getBody()).orElse(new JsonObject());
            String message = body.getString("message", "");
            if (!isDatabaseFault(message)) {
                return new KeyRefused(
                        "HTTP " + rejected.getStatus() + " " + body.getString("code", "") + " " + message);
            }
        }
        return cause;
    }

    private static boolean isDatabaseFault(String message) {
        return message.startsWith("Database error");
    }

    private static Optional<JsonObject> body(@Nullable Buffer body) {
        try {
            return Optional.ofNullable(body).map(JsonObject::new);
        } catch (DecodeException | ClassCastException e) {
            // A proxy's page instead of the server's JSON.
            return Optional.empty();
        }
    }

    /** The server refuses the API key. */
    static final class KeyRefused extends RuntimeException {
        KeyRefused(String message) {
            super(message.strip());
        }
    }
}
