package dev.makima.protocol;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.RunId;
import dev.makima.base.StreamName;
import dev.makima.base.TaskId;
import java.nio.ByteBuffer;

/**
 * A piece of a run's spool: what one binary message carries. It respects neither lines nor characters.
 *
 * @param fence 0 where there is no lease
 * @param offset where in the stream the piece begins, in bytes
 * @param bytes 1 to {@link #MAX_LENGTH} raw bytes; not to be changed by anyone once it is in here
 */
public record OutputPiece(TaskId taskId, RunId runId, long fence, StreamName stream, long offset, ByteBuffer bytes) {
    /** The longest piece, in bytes. */
    public static final int MAX_LENGTH = 65_536;

    /**
     * Checks the bounds; keeps a read-only view of the bytes that are left in the buffer.
     *
     * @throws MakimaException VALIDATION where a number is out of bounds
     */
    public OutputPiece {
        bytes = bytes.slice().asReadOnlyBuffer();
        check(fence, offset, bytes.remaining());
    }

    /** How many bytes it has. */
    public int length() {
        return bytes.remaining();
    }

    /** Where in the stream it ends: the offset of the next piece. */
    public long end() {
        return offset + length();
    }

    /** A copy of its bytes. */
    public byte[] toByteArray() {
        byte[] copy = new byte[length()];
        bytes.get(bytes.position(), copy);
        return copy;
    }

    static void check(long fence, long offset, int length) {
        if (fence < 0 || offset < 0 || offset > Long.MAX_VALUE - MAX_LENGTH || length < 1 || length > MAX_LENGTH) {
            throw new MakimaException(
                    ErrorCode.VALIDATION,
                    "not a piece of output: fence " + fence + ", offset " + offset + ", length " + length);
        }
    }
}
