package dev.makima.server.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.TaskId;
import dev.makima.protocol.DaemonFrame;
import dev.makima.protocol.FrameCodec;
import dev.makima.protocol.SendMessage;
import dev.makima.protocol.ServerFrame;
import dev.makima.protocol.TaskComplete;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import org.junit.jupiter.api.Test;

/** What travels between servers on a clustered event bus; within one process nothing is ever encoded. */
class WireCodecTest {
    private static final TaskId TASK = TaskId.of("0b7d5a3e-6c1f-4e1d-9c39-3f2f6f3b8a11");

    @Test
    void commandsToDaemonsArriveAtAnotherServerAsTheyWere() {
        MessageCodec<ServerFrame, ServerFrame> codec =
                new WireCodec<>("commands", FrameCodec::encode, FrameCodec::decodeServerFrame);
        ServerFrame sent = new SendMessage(TASK, "Größe \uD83D\uDE80\n");
        assertThat(carried(codec, sent)).isEqualTo(sent).isNotSameAs(sent);
    }

    @Test
    void daemonsAnswersArriveToo() {
        DaemonFrame sent = TaskComplete.success(TASK);
        assertThat(carried(Replies.CODEC, sent)).isEqualTo(sent).isNotSameAs(sent);
    }

    /** As the bus does it: with its own words before and behind. */
    private static <F> F carried(MessageCodec<F, F> codec, F frame) {
        Buffer wire = Buffer.buffer("before");
        int position = wire.length();
        codec.encodeToWire(wire, frame);
        return codec.decodeFromWire(position, wire.appendString("behind"));
    }
}
