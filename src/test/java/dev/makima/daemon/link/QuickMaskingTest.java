package dev.makima.daemon.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuickMaskingTest {
    private final EmbeddedChannel client = new EmbeddedChannel(new QuickMasking());
    /** Refuses what is not masked. */
    private final EmbeddedChannel server =
            new EmbeddedChannel(new WebSocket13FrameDecoder(WebSocketDecoderConfig.newBuilder()
                    .expectMaskedFrames(true)
                    .allowMaskMismatch(false)
                    .maxFramePayloadLength(1 << 20)
                    .build()));

    @AfterEach
    void close() {
        client.finishAndReleaseAll();
        server.finishAndReleaseAll();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 125, 126, 127, 8191, 8192, 8193, 65_535, 65_536, 65_800, 200_001})
    void aBinaryMessageArrivesAsItWas(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        // Not from the beginning of its buffer.
        ByteBuf content = Unpooled.wrappedBuffer(new byte[3], bytes).skipBytes(3);
        WebSocketFrame arrived = sent(new BinaryWebSocketFrame(content));
        assertThat(arrived).isInstanceOf(BinaryWebSocketFrame.class);
        assertThat(arrived.isFinalFragment()).isTrue();
        assertThat(ByteBufUtil.getBytes(arrived.content())).isEqualTo(bytes);
        assertThat(content.refCnt()).isZero();
        arrived.release();
    }

    @Test
    void eachMessageHasAKeyOfItsOwn() {
        byte[] bytes = new byte[64];
        assertThat(encoded(bytes)).isNotEqualTo(encoded(bytes));
        assertThat(bytes).containsOnly(0);
    }

    @Test
    void whatElseIsSentArrivesAsWell() {
        WebSocketFrame text = sent(new TextWebSocketFrame("hällo"));
        assertThat(text)
                .isInstanceOfSatisfying(
                        TextWebSocketFrame.class,
                        frame -> assertThat(frame.text()).isEqualTo("hällo"));
        text.release();
        WebSocketFrame ping = sent(new PingWebSocketFrame(Unpooled.wrappedBuffer(new byte[] {1, 2})));
        assertThat(ping).isInstanceOf(PingWebSocketFrame.class);
        ping.release();
        WebSocketFrame begin = sent(new BinaryWebSocketFrame(false, 0, Unpooled.wrappedBuffer(new byte[] {3})));
        assertThat(begin.isFinalFragment()).isFalse();
        begin.release();
        WebSocketFrame end = sent(new ContinuationWebSocketFrame(true, 0, Unpooled.wrappedBuffer(new byte[] {4})));
        assertThat(end.content().getByte(0)).isEqualTo((byte) 4);
        end.release();
    }

    private WebSocketFrame sent(WebSocketFrame frame) {
        assertThat(client.writeOutbound(frame)).isTrue();
        for (ByteBuf part = client.readOutbound(); part != null; part = client.readOutbound()) {
            server.writeInbound(part);
        }
        WebSocketFrame arrived = server.readInbound();
        assertThat(arrived).isNotNull();
        return arrived;
    }

    private byte[] encoded(byte[] bytes) {
        client.writeOutbound(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(bytes)));
        ByteBuf encoded = client.readOutbound();
        byte[] copy = ByteBufUtil.getBytes(encoded);
        encoded.release();
        return copy;
    }
}
