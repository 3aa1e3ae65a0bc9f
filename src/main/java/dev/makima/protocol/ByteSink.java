package dev.makima.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing array of bytes to write one message into and to use again for the next. Not thread-safe, no locks. */
public final class ByteSink {
    private byte[] bytes;
    private int size;

    /** An empty sink with room for so many bytes before it grows. */
    public ByteSink(int capacity) {
        bytes = new byte[Math.max(16, capacity)];
    }

    /** How many bytes it holds. */
    public int size() {
        return size;
    }

    /** Forgets what it holds and keeps its room. */
    public void clear() {
        size = 0;
    }

    /** A copy of what it holds. */
    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    /** What it holds, read as UTF-8. */
    public String toText() {
        return new String(bytes, 0, size, StandardCharsets.UTF_8);
    }

    /** Appends one byte. */
    public void write(int value) {
        room(1);
        bytes[size++] = (byte) value;
    }

    /** Appends all of these bytes. */
    public void write(byte[] source) {
        write(source, 0, source.length);
    }

    /** Appends the bytes from {@code from} to before {@code to}. */
    public void write(byte[] source, int from, int to) {
        room(to - from);
        System.arraycopy(source, from, bytes, size, to - from);
        size += to - from;
    }

    private void room(int more) {
        if (bytes.length - size < more) {
            // Overflow beyond 2 GiB ends in a NegativeArraySizeException: no message is let grow that far.
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }
}
