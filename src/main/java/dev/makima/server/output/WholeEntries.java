package dev.makima.server.output;

import dev.makima.agent.Entry;
import dev.makima.agent.EntryParser;
import dev.makima.server.store.EntryTable;
import dev.makima.server.store.OutputTable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Makes an entry again from its output, with nothing cut. Thread-safe. */
public final class WholeEntries {
    private static final int READ_BYTES = 1 << 20;

    private final Vertx vertx;
    private final OutputTable output;

    /** Whole entries of that output. */
    public WholeEntries(Vertx vertx, OutputTable output) {
        this.vertx = vertx;
        this.output = output;
    }

    /** The entry's JSON; as it is kept where it stands for no output. */
    public Future<String> body(EntryTable.Stored entry) {
        Long streamId = entry.streamId();
        if (streamId == null) {
            return Future.succeededFuture(entry.body());
        }
        return vertx.executeBlocking(() -> read(streamId, entry), false)
                .map(body -> Objects.requireNonNullElse(body, entry.body()));
    }

    /**
     * Bytes of a stream as they are stored.
     *
     * @param length how many at most
     */
    public Future<byte[]> raw(long streamId, long offset, int length) {
        return vertx.executeBlocking(() -> bytes(streamId, offset, offset + length), false)
                .map(bytes -> Objects.requireNonNull(bytes, "bytes"));
    }

    private String read(long streamId, EntryTable.Stored entry) {
        Optional<OutputTable.Stream> stream = output.stream(streamId);
        if (stream.isEmpty()) {
            return entry.body();
        }
        byte[] line = bytes(streamId, entry.start(), entry.end());
        List<Entry> entries = EntryParser.parse(stream.get().name(), line, 0, line.length);
        return entry.block() < entries.size()
                ? EntryJson.whole(stream.get().name(), entries.get(entry.block()))
                : entry.body();
    }

    private byte[] bytes(long streamId, long from, long to) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        long position = from;
        while (position < to) {
            List<OutputTable.Chunk> chunks = output.read(streamId, position, READ_BYTES);
            if (chunks.isEmpty()) {
                break;
            }
            for (OutputTable.Chunk chunk : chunks) {
                ByteBuffer part = chunk.bytes();
                int length = (int) Math.min(part.remaining(), to - position);
                bytes.write(part.array(), part.arrayOffset() + part.position(), length);
                position += length;
            }
        }
        return bytes.toByteArray();
    }
}
