package dev.makima.server.daemons;

import dev.makima.base.FullDiskException;
import dev.makima.base.StreamName;
import dev.makima.base.TaskId;
import dev.makima.protocol.FrameCodec;
import dev.makima.protocol.OutputAck;
import dev.makima.protocol.OutputPiece;
import dev.makima.protocol.TaskOutput;
import dev.makima.server.store.OutputTable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Takes the output that comes by one socket to the database and acknowledges it there.
 *
 * <p>While a write is under way, what comes is gathered, and goes as one write when that one is done or 1 MiB is
 * together: so a lone line is stored at once, a flood in large steps, and acknowledgements come at each commit.
 *
 * <p>To be used on the socket's event loop.
 */
final class OutputIntake {
    private static final System.Logger LOG = System.getLogger(OutputIntake.class.getName());
    private static final long GATHERED_MAX = 1 << 20;
    private static final long AGAIN_MILLIS = 500;

    private final DaemonConnection socket;
    private final DaemonParts parts;
    private final UUID daemonId;
    private final Set<TaskId> refused = new HashSet<>();
    /** The streams of lines whose last part has not come. */
    private final Map<TaskId, StreamName> unfinished = new HashMap<>();

    private List<OutputTable.Piece> gathered = new ArrayList<>();
    private long gatheredBytes;
    private int underWay;

    OutputIntake(DaemonConnection socket, DaemonParts parts, UUID daemonId) {
        this.socket = socket;
        this.parts = parts;
        this.daemonId = daemonId;
    }

    /** A piece of a stream. */
    void piece(OutputPiece piece) {
        add(new OutputTable.Piece(
                piece.taskId(), piece.runId(), piece.fence(), piece.stream(), piece.offset(), piece.bytes()));
    }

    /** A line, or a part of one, of a daemon that knows no streams. Only a line's first part tells its stream. */
    void line(TaskOutput frame) {
        StreamName begun = unfinished.get(frame.taskId());
        boolean prefixed = begun == null && frame.output().startsWith(FrameCodec.STDERR_PREFIX);
        StreamName stream = begun != null ? begun : prefixed ? StreamName.STDERR : StreamName.STDOUT;
        if (frame.isPartial()) {
            unfinished.put(frame.taskId(), stream);
        } else {
            unfinished.remove(frame.taskId());
        }
        String text = prefixed ? frame.output().substring(FrameCodec.STDERR_PREFIX.length()) : frame.output();
        byte[] bytes = (frame.isPartial() ? text : text + "\n").getBytes(StandardCharsets.UTF_8);
        add(new OutputTable.Piece(frame.taskId(), null, 0, stream, OutputTable.AT_END, ByteBuffer.wrap(bytes)));
    }

    /** Gives all that was gathered to the writer, so that what is written next comes after it. */
    void flush() {
        if (gathered.isEmpty()) {
            return;
        }
        List<OutputTable.Piece> pieces = gathered;
        long bytes = gatheredBytes;
        gathered = new ArrayList<>();
        gatheredBytes = 0;
        underWay++;
        write(pieces, bytes);
    }

    private void write(List<OutputTable.Piece> pieces, long bytes) {
        parts.store().output().append(daemonId, pieces, parts.clock().instant()).onComplete(done -> {
            if (socket.streams() && socket.isOpen() && FullDiskException.isBehind(done.cause())) {
                // Kept, and not acknowledged: where that gets too much, nothing more is read. Streams alone, whose
                // offsets hold their order whatever comes between.
                parts.vertx().setTimer(AGAIN_MILLIS, _ -> write(pieces, bytes));
                return;
            }
            underWay--;
            parts.flow().remove(bytes);
            if (done.failed()) {
                // Nothing was acknowledged: the daemon sends it again to a server whose database works.
                socket.fail("output could not be stored", done.cause());
                return;
            }
            stored(done.result());
            if (underWay == 0) {
                flush();
            }
        });
    }

    private void add(OutputTable.Piece piece) {
        long size = piece.bytes().remaining();
        gathered.add(piece);
        gatheredBytes += size;
        parts.flow().add(size);
        if (underWay == 0 || gatheredBytes >= GATHERED_MAX) {
            flush();
        }
    }

    private void stored(OutputTable.Appended appended) {
        if (socket.streams()) {
            if (!appended.acks().isEmpty()) {
                socket.send(new OutputAck(appended.acks()));
            }
            appended.rewinds().forEach(socket::send);
        }
        appended.streams().forEach(parts.entries()::wake);
        appended.changed().forEach(parts.events()::changed);
        for (TaskId taskId : appended.refused()) {
            if (refused.add(taskId)) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "daemon {0} sends output of task {1}, which it does not have: dropped",
                        daemonId,
                        taskId);
            }
        }
    }
}
