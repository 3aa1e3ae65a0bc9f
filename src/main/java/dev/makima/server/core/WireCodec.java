package dev.makima.server.core;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/** Passes immutable frames on as they are within a process, and as the protocol's JSON between processes. Stateless. */
final class WireCodec<F> implements MessageCodec<F, F> {
    private final String name;
    private final Function<F, String> encode;
    private final Function<String, F> decode;

    WireCodec(String name, Function<F, String> encode, Function<String, F> decode) {
        this.name = name;
        this.encode = encode;
        this.decode = decode;
    }

    /** Makes it known under its name, unless another server on this Vert.x has done so already. */
    void register(Vertx vertx) {
        try {
            vertx.eventBus().registerCodec(this);
        } catch (IllegalStateException e) {
            // Registered before: registering is the only way to ask.
        }
    }

    @Override
    public void encodeToWire(Buffer buffer, F frame) {
        byte[] json = encode.apply(frame).getBytes(StandardCharsets.UTF_8);
        buffer.appendInt(json.length).appendBytes(json);
    }

    @Override
    public F decodeFromWire(int position, Buffer buffer) {
        int start = position + Integer.BYTES;
        return decode.apply(buffer.getString(start, start + buffer.getInt(position)));
    }

    @Override
    public F transform(F frame) {
        return frame;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public byte systemCodecID() {
        return -1;
    }
}
