package dev.makima.process;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Splits a stream of bytes, handed over piece by piece, into lines: {@code \n} ends one, one {@code \r} before it does
 * not belong to it. Works on bytes, so a character across two pieces stays whole. Each byte is looked at once and copied
 * at most a few times, however long the line. Not thread-safe.
 */
public final class LineScanner {
    private static final int SMALL = 8 * 1024;
    private static final int LARGE = 1024 * 1024;
    private static final byte[] NONE = {};

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long LOWEST_BITS = 0x0101010101010101L;
    private static final long HIGHEST_BITS = 0x8080808080808080L;
    private static final long LINE_FEEDS = 0x0A0A0A0A0A0A0A0AL;

    private final int maximumLength;
    /** The line's beginning that came with earlier pieces: at most one byte more than the limit, for the \r. */
    private byte[] pending = NONE;

    private int kept;
    private long lineLength;
    private byte lastByte;
    private long lineOffset;

    /**
     * A scanner at the beginning of a line.
     *
     * @param maximumLength the longest line handed over whole, in bytes; at least 1
     * @param offset where in the stream it begins
     */
    public LineScanner(int maximumLength, long offset) {
        if (maximumLength < 1) {
            throw new IllegalArgumentException("no length for a line: " + maximumLength);
        }
        this.maximumLength = maximumLength;
        this.lineOffset = offset;
    }

    /** Takes the next piece, which it empties, and hands over every line that ends in it. */
    public void accept(ByteBuffer bytes, LineConsumer consumer) {
        if (bytes.hasArray()) {
            int start = bytes.arrayOffset() + bytes.position();
            scan(bytes.array(), start, start + bytes.remaining(), consumer);
            bytes.position(bytes.limit());
            return;
        }
        byte[] copy = new byte[Math.min(bytes.remaining(), SMALL)];
        while (bytes.hasRemaining()) {
            int count = Math.min(bytes.remaining(), copy.length);
            bytes.get(copy, 0, count);
            scan(copy, 0, count, consumer);
        }
    }

    /**
     * Hands over what came after the last line break, as a line, and is at the beginning of one after that.
     *
     * @return whether there was anything
     */
    public boolean finish(LineConsumer consumer) {
        if (lineLength == 0) {
            return false;
        }
        long next = lineOffset + lineLength;
        emit(pending, 0, kept, lineLength, consumer);
        startLine(next);
        return true;
    }

    /** Forgets the line begun: what comes next begins a line at that offset. */
    public void reset(long offset) {
        startLine(offset);
    }

    /** Where the line begins that is not ended yet. */
    public long lineOffset() {
        return lineOffset;
    }

    private void scan(byte[] buffer, int start, int end, LineConsumer consumer) {
        int from = start;
        for (int at = lineFeed(buffer, from, end); at < end; at = lineFeed(buffer, from, end)) {
            endLine(buffer, from, at, consumer);
            from = at + 1;
        }
        keep(buffer, from, end);
    }

    /** Where the next line feed is, or the end: eight bytes at a time, since all that an agent prints goes through here. */
    private static int lineFeed(byte[] buffer, int from, int end) {
        int at = from;
        for (; at + Long.BYTES <= end; at += Long.BYTES) {
            // A byte of it is zero where there is one, and only then does a borrow reach that byte's highest bit.
            long differs = (long) LONGS.get(buffer, at) ^ LINE_FEEDS;
            if ((differs - LOWEST_BITS & ~differs & HIGHEST_BITS) != 0) {
                break;
            }
        }
        while (at < end && buffer[at] != '\n') {
            at++;
        }
        return at;
    }

    private void endLine(byte[] buffer, int from, int to, LineConsumer consumer) {
        if (lineLength == 0) {
            int end = to > from && buffer[to - 1] == '\r' ? to - 1 : to;
            long next = lineOffset + (to - from) + 1;
            emit(buffer, from, end, end - from, consumer);
            startLine(next);
            return;
        }
        keep(buffer, from, to);
        long next = lineOffset + lineLength + 1;
        long length = lastByte == '\r' ? lineLength - 1 : lineLength;
        emit(pending, 0, (int) Math.min(kept, length), length, consumer);
        startLine(next);
    }

    private void emit(byte[] buffer, int from, int to, long length, LineConsumer consumer) {
        if (length <= maximumLength) {
            consumer.line(buffer, from, to, lineOffset);
        } else {
            consumer.oversized(buffer, from, Math.min(to, from + maximumLength), lineOffset, length);
        }
    }

    private void keep(byte[] buffer, int from, int to) {
        int count = to - from;
        if (count == 0) {
            return;
        }
        int room = (int) Math.min(count, maximumLength + 1L - kept);
        if (room > 0) {
            grow(kept + room);
            System.arraycopy(buffer, from, pending, kept, room);
            kept += room;
        }
        lineLength += count;
        lastByte = buffer[to - 1];
    }

    private void grow(int needed) {
        if (needed > pending.length) {
            long wanted = Math.max(needed, Math.max(SMALL, pending.length * 3L / 2));
            pending = Arrays.copyOf(pending, (int) Math.min(wanted, Math.max(needed, maximumLength + 1L)));
        }
    }

    private void startLine(long offset) {
        lineOffset = offset;
        lineLength = 0;
        kept = 0;
        if (pending.length > LARGE) {
            // One long line must not cost its memory for the rest of the run.
            pending = NONE;
        }
    }
}
