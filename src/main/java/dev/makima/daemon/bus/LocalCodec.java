package dev.makima.daemon.bus;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/** Hands immutable records over the local event bus as they are, without copying; never to another process. */
public final class LocalCodec implements MessageCodec<Object, Object> {
    static final String NAME = "makima-local";

    private LocalCodec() {}

    /** Registers the codec unless this Vert.x has it; daemon and server in one process share it. */
    public static void register(Vertx vertx) {
        try {
            vertx.eventBus().registerCodec(new LocalCodec());
        } catch (IllegalStateException e) {
            // Registered before: registering is the only way to ask.
        }
    }

    @Override
    public Object transform(Object message) {
        return message;
    }

    @Override
    public void encodeToWire(Buffer buffer, Object message) {
        throw new UnsupportedOperationException("daemon messages stay in one process");
    }

    @Override
    public Object decodeFromWire(int position, Buffer buffer) {
        throw new UnsupportedOperationException("daemon messages stay in one process");
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public byte systemCodecID() {
        return -1;
    }
}
