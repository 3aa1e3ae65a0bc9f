package dev.makima.server.core;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.TaskId;
import dev.makima.protocol.DaemonFrame;
import dev.makima.protocol.FrameCodec;
import dev.makima.protocol.ReauthStatus;
import dev.makima.protocol.ServerFrame;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.time.Duration;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * All addresses of the event bus and what travels there.
 *
 * <table>
 *   <caption>Addresses</caption>
 *   <tr><td>makima.daemon.ID</td><td>a {@link ServerFrame} for that daemon, from anyone; the node that holds its socket
 *       answers once the frame was handed to it, or with the daemon's answer where that is asked for</td></tr>
 *   <tr><td>makima.news</td><td>the id of a task that has changed or has new entries, to every node</td></tr>
 *   <tr><td>makima.history</td><td>the id of an owner whose history has grown, to every node</td></tr>
 *   <tr><td>makima.logins</td><td>how a login at a daemon goes, to every node</td></tr>
 *   <tr><td>makima.keys</td><td>the id of an API key that was revoked, to every node</td></tr>
 *   <tr><td>makima.questions</td><td>the id of a question that was answered, to every node</td></tr>
 * </table>
 *
 * <p>Frames are passed on uncopied within a process and as the protocol's JSON between processes. Thread-safe.
 */
public final class Bus {
    private static final String NEWS = "makima.news";
    private static final String QUESTIONS = "makima.questions";
    private static final String HISTORY = "makima.history";
    private static final String KEYS = "makima.keys";
    private static final String LOGINS = "makima.logins";
    private static final WireCodec<ServerFrame> FRAMES =
            new WireCodec<>("makima.frames", FrameCodec::encode, FrameCodec::decodeServerFrame);
    private static final long SEND_MILLIS = 10_000;

    private final Vertx vertx;

    /** The addresses on this event bus. */
    public Bus(Vertx vertx) {
        this.vertx = vertx;
        FRAMES.register(vertx);
        Replies.CODEC.register(vertx);
    }

    /**
     * Sends a frame to a daemon, wherever its socket is.
     *
     * @return completes when it was handed to the socket; fails with UNAVAILABLE where the daemon is not connected
     */
    public Future<Void> send(UUID daemonId, ServerFrame frame) {
        DeliveryOptions options =
                new DeliveryOptions().setCodecName(FRAMES.name()).setSendTimeout(SEND_MILLIS);
        return vertx.eventBus()
                .request(address(daemonId), frame, options)
                .<Void>mapEmpty()
                .recover(failure -> Future.failedFuture(unavailable(daemonId, failure)));
    }

    /**
     * Sends a command to a daemon, wherever its socket is, and waits for what it says.
     *
     * @param within how long the node that has the socket waits for the answer
     * @return the answer, whatever it says; fails with UNAVAILABLE where the daemon is not connected or its connection
     *     is lost, with TIMEOUT, and with RATE_LIMITED where it has too much to answer already
     */
    public Future<DaemonFrame> ask(UUID daemonId, ServerFrame frame, Duration within) {
        DeliveryOptions options = new DeliveryOptions()
                .setCodecName(FRAMES.name())
                .addHeader(Replies.WITHIN, Long.toString(within.toMillis()))
                // That node knows better what went wrong, so its own time is over first.
                .setSendTimeout(within.toMillis() + SEND_MILLIS);
        return vertx.eventBus()
                .<DaemonFrame>request(address(daemonId), frame, options)
                .map(Message::body)
                .recover(failure ->
                        Future.failedFuture(Replies.failure(failure).orElseGet(() -> unavailable(daemonId, failure))));
    }

    /** Takes the frames for a daemon: those with a {@link Replies#within} want its answer. */
    public MessageConsumer<ServerFrame> frames(UUID daemonId, Consumer<Message<ServerFrame>> consumer) {
        return vertx.eventBus().consumer(address(daemonId), consumer::accept);
    }

    /** Tells every node that a task has changed or has new entries. */
    public void publish(TaskId taskId) {
        vertx.eventBus().publish(NEWS, taskId.toString());
    }

    /** Hears which tasks have changed or have new entries. */
    public MessageConsumer<String> news(Consumer<TaskId> consumer) {
        return vertx.eventBus().consumer(NEWS, message -> consumer.accept(TaskId.of(message.body())));
    }

    /** Tells every node that a question was answered. */
    public void publishAnswer(UUID questionId) {
        vertx.eventBus().publish(QUESTIONS, questionId.toString());
    }

    /** Hears which questions were answered. */
    public MessageConsumer<String> answers(Consumer<UUID> consumer) {
        return vertx.eventBus().consumer(QUESTIONS, message -> consumer.accept(UUID.fromString(message.body())));
    }

    /** Tells every node that an owner's history has grown. */
    public void publishHistory(String ownerId) {
        vertx.eventBus().publish(HISTORY, ownerId);
    }

    /** Hears whose history has grown. */
    public MessageConsumer<String> histories(Consumer<String> consumer) {
        return vertx.eventBus().consumer(HISTORY, message -> consumer.accept(message.body()));
    }

    /** Tells every node that a key was revoked. */
    public void publishRevoked(UUID keyId) {
        vertx.eventBus().publish(KEYS, keyId.toString());
    }

    /** Hears the ids of keys that were revoked: what was opened with one of them is over. */
    public MessageConsumer<String> revocations(Consumer<String> consumer) {
        return vertx.eventBus().consumer(KEYS, message -> consumer.accept(message.body()));
    }

    /** Tells every node how a login at a daemon goes. */
    public void publish(UUID daemonId, ReauthStatus status) {
        vertx.eventBus()
                .publish(
                        LOGINS,
                        FrameCodec.encode(status),
                        new DeliveryOptions().addHeader("daemonId", daemonId.toString()));
    }

    /** Hears how logins at daemons go. */
    public MessageConsumer<String> logins(BiConsumer<UUID, ReauthStatus> consumer) {
        return vertx.eventBus().consumer(LOGINS, message -> {
            if (FrameCodec.decodeDaemonFrame(message.body()) instanceof ReauthStatus status) {
                consumer.accept(UUID.fromString(message.headers().get("daemonId")), status);
            }
        });
    }

    private static String address(UUID daemonId) {
        return "makima.daemon." + daemonId;
    }

    private static MakimaException unavailable(UUID daemonId, Throwable failure) {
        boolean absent = failure instanceof ReplyException reply && reply.failureType() == ReplyFailure.NO_HANDLERS;
        return new MakimaException(
                ErrorCode.UNAVAILABLE,
                "daemon " + daemonId + (absent ? " is not connected" : " does not take commands"),
                "See to it that the daemon runs, and try again",
                failure);
    }
}
