package dev.makima.server.core;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.protocol.DaemonFrame;
import dev.makima.protocol.FrameCodec;
import dev.makima.protocol.ServerFrame;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** How a daemon's answer, or why there is none, travels back to the node that asked. Stateless. */
public final class Replies {
    static final String WITHIN = "answerWithinMillis";

    private static final String CODEC = "makima.replies";

    private Replies() {}

    static void register(Vertx vertx) {
        try {
            vertx.eventBus().registerCodec(new Codec());
        } catch (IllegalStateException e) {
            // Another server on this Vert.x has registered it already.
            assert CODEC.equals(new Codec().name());
        }
    }

    /** How long the sender waits for the daemon's answer; empty where it wants none. */
    public static Optional<Duration> within(Message<ServerFrame> message) {
        return Optional.ofNullable(message.headers().get(WITHIN))
                .map(Long::parseLong)
                .map(Duration::ofMillis);
    }

    /** Sends the answer, or why there is none, once that is known. */
    public static void send(Message<ServerFrame> message, Future<DaemonFrame> answer) {
        answer.onSuccess(frame -> message.reply(frame, new DeliveryOptions().setCodecName(CODEC)))
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

    private static final class Codec implements MessageCodec<DaemonFrame, DaemonFrame> {
        @Override
        public void encodeToWire(Buffer buffer, DaemonFrame frame) {
            byte[] json = FrameCodec.encode(frame).getBytes(StandardCharsets.UTF_8);
            buffer.appendInt(json.length).appendBytes(json);
        }

        @Override
        public DaemonFrame decodeFromWire(int position, Buffer buffer) {
            int start = position + Integer.BYTES;
            return FrameCodec.decodeDaemonFrame(buffer.getString(start, start + buffer.getInt(position)));
        }

        @Override
        public DaemonFrame transform(DaemonFrame frame) {
            return frame;
        }

        @Override
        public String name() {
            return CODEC;
        }

        @Override
        public byte systemCodecID() {
            return -1;
        }
    }
}
