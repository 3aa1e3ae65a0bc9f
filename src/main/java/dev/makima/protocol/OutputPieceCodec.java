package dev.makima.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.RunId;
import dev.makima.base.StreamName;
import dev.makima.base.TaskId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The binary message of {@code outputStream}: a JSON header, a line feed, raw bytes. Pure and thread-safe. */
public final class OutputPieceCodec {
    /** The longest header that is read, in bytes; ours have some 250. */
    public static final int MAX_HEADER = 4096;

    private static final String TYPE = "taskOutputs";
    private static final ObjectWriter WRITER = Wire.MAPPER.writerFor(Header.class);
    private static final ObjectReader READER = Wire.MAPPER.readerFor(Header.class);

    private OutputPieceCodec() {}

    /** The header's fields in the order of the protocol. */
    private record Header(
            String type,
            TaskId taskId,
            RunId runId,
            @Defaulted long fence,
            StreamName stream,
            long offset,
            int length) {}

    /**
     * What goes before the bytes of a piece: the header with its line feed.
     *
     * @param length how many bytes follow, 1 to {@link OutputPiece#MAX_LENGTH}
     * @throws MakimaException VALIDATION where a number is out of bounds
     */
    public static byte[] header(TaskId taskId, RunId runId, long fence, StreamName stream, long offset, int length) {
        OutputPiece.check(fence, offset, length);
        try {
            String json = WRITER.writeValueAsString(new Header(TYPE, taskId, runId, fence, stream, offset, length));
            return (json + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            // A record of ids and numbers can always be written.
            throw new MakimaException(ErrorCode.INTERNAL, "cannot encode the header of a piece", null, e);
        }
    }

    /** The whole message of a piece. */
    public static byte[] encode(OutputPiece piece) {
        byte[] header =
                header(piece.taskId(), piece.runId(), piece.fence(), piece.stream(), piece.offset(), piece.length());
        byte[] message = new byte[header.length + piece.length()];
        System.arraycopy(header, 0, message, 0, header.length);
        piece.bytes().get(piece.bytes().position(), message, header.length, piece.length());
        return message;
    }

    /**
     * Reads a message.
     *
     * @param message is not copied: the piece is a view of it
     * @throws FrameException where it is no piece: header, length or a bound is wrong
     */
    public static OutputPiece decode(byte[] message) {
        int end = headerEnd(message);
        @Nullable Header header;
        try {
            header = READER.readValue(message, 0, end);
        } catch (IOException e) {
            throw failed(FrameException.Kind.BAD_FIELD, "its header cannot be read", message);
        }
        if (header == null || !header.type.equals(TYPE)) {
            throw failed(FrameException.Kind.UNKNOWN_TYPE, "not a piece of output", message);
        }
        int length = message.length - end - 1;
        if (header.length != length) {
            throw failed(
                    FrameException.Kind.BAD_FIELD, "it says " + header.length + " bytes and has " + length, message);
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap(message, end + 1, length);
            return new OutputPiece(header.taskId, header.runId, header.fence, header.stream, header.offset, bytes);
        } catch (MakimaException e) {
            throw failed(FrameException.Kind.BAD_FIELD, e.what(), message);
        }
    }

    private static int headerEnd(byte[] message) {
        int limit = Math.min(message.length, MAX_HEADER);
        for (int i = 0; i < limit; i++) {
            if (message[i] == '\n') {
                return i;
            }
        }
        throw failed(FrameException.Kind.UNPARSEABLE, "it has no header", message);
    }

    private static FrameException failed(FrameException.Kind kind, String reason, byte[] message) {
        String start = new String(message, 0, Math.min(message.length, MAX_HEADER), StandardCharsets.UTF_8);
        int end = start.indexOf('\n');
        return new FrameException(
                kind, reason, message.length, FrameHead.read(end < 0 ? start : start.substring(0, end)));
    }
}
