package dev.makima.server.core;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.protocol.DaemonFrame;
import dev.makima.protocol.FrameCodec;
import dev.makima.protocol.ServerFrame;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Optional;

/** How a daemon's answer, or why there is none, travels back to the node that asked. Stateless. */
public final class Replies {
    static final String WITHIN = "answerWithinMillis";

    static final WireCodec<DaemonFrame> CODEC =
            new WireCodec<>("makima.replies", FrameCodec::encode, FrameCodec::decodeDaemonFrame);

    private Replies() {}

    /** How long the sender waits for the daemon's answer; empty where it wants none. */
    public static Optional<Duration> within(Message<ServerFrame> message) {
        return Optional.ofNullable(message.headers().get(WITHIN))
                .map(Long::parseLong)
                .map(Duration::ofMillis);
    }

    /** Sends the answer, or why there is none, once that is known. */
    public static void send(Message<ServerFrame> message, Future<DaemonFrame> answer) {
        answer.onSuccess(frame -> message.reply(frame, new DeliveryOptions().setCodecName(CODEC.name())))
                .onFailure(failure -> message.fail(1, text(failure)));
    }

    /** What the other node said went wrong; empty where it said nothing. */
    static Optional<MakimaException> failure(Throwable failure) {
        if (!(failure instanceof ReplyException reply) || reply.failureType() != ReplyFailure.RECIPIENT_FAILURE) {
            return Optional.empty();
        }
        JsonObject said = new JsonObject(String.valueOf(reply.getMessage()));
        return Optional.of(new MakimaException(
                ErrorCode.valueOf(said.getString("code")), said.getString("what"), said.getString("cure"), failure));
    }

    private static String text(Throwable failure) {
        MakimaException told = failure instanceof MakimaException e
                ? e
                : new MakimaException(ErrorCode.INTERNAL, failure.toString(), null, failure);
        return new JsonObject()
                .put("code", told.code().name())
                .put("what", told.what())
                .put("cure", told.cure().orElse(null))
                .encode();
    }
}
