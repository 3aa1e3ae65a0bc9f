package dev.makima.daemon.link;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * One spool file as it may be sent: a byte is masked if and only if it lies in a secret in the file, wherever the pieces
 * begin and end, so that what is sent again is the same. For that it looks beyond both ends of a piece, and holds back
 * the end of a growing file until a line ends there or nothing was added for a moment.
 *
 * <p>Used by one thread at a time: the tailer's, and that which closes it.
 */
final class Mask implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Mask.class.getName());
    private static final long HOLD_BACK_NANOS = 100_000_000;

    private final Secrets secrets;
    private final Path file;
    /** For one piece after the other: they are long, and many. */
    private byte[] around = new byte[0];

    private long lastLength = -1;
    private long grownAt = System.nanoTime();
    /** Open while the file grows, and a moment longer. */
    private @Nullable FileChannel channel;

    private boolean closed;

    Mask(Secrets secrets, Path file) {
        this.secrets = secrets;
        this.file = file;
    }

    /**
     * How many bytes may be read.
     *
     * @param position where
     * @param most not more
     * @return 0 or less for none now
     */
    int demand(long position, int most) {
        if (closed) {
            return 0;
        }
        int margin = secrets.margin();
        if (margin == 0 || most <= 0) {
            return most;
        }
        long length = file.toFile().length();
        if (length - position - margin >= most) {
            return most;
        }
        long now = System.nanoTime();
        if (length != lastLength) {
            lastLength = length;
            grownAt = now;
        }
        boolean whole = length == position || now - grownAt >= HOLD_BACK_NANOS || endsWithLine(length);
        return whole ? most : (int) Math.min(most, length - position - margin);
    }

    /** The bytes as they may be sent, until the next call; these very ones where nothing is to be masked. */
    ByteBuffer masked(long offset, ByteBuffer bytes) {
        int margin = secrets.margin();
        if (margin == 0) {
            return bytes;
        }
        int before = (int) Math.min(margin, offset);
        int count = bytes.remaining();
        byte[] around = around(before + count + margin);
        bytes.get(bytes.position(), around, before, count);
        int after;
        try {
            FileChannel channel = open();
            read(channel, offset - before, around, 0, before);
            after = read(channel, offset + count, around, before + count, margin);
        } catch (IOException e) {
            throw unreadable(e);
        }
        return secrets.mask(around, before + count + after) ? ByteBuffer.wrap(around, before, count) : bytes;
    }

    private byte[] around(int length) {
        if (around.length < length) {
            around = new byte[length];
        }
        return around;
    }

    private boolean endsWithLine(long length) {
        byte[] last = new byte[1];
        try {
            return read(open(), length - 1, last, 0, 1) == 1 && last[0] == '\n';
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private FileChannel open() throws IOException {
        FileChannel open = channel;
        if (open == null) {
            open = FileChannel.open(file, StandardOpenOption.READ);
            channel = open;
        }
        return open;
    }

    /** Lets go of the file until something is read again. */
    void rests() {
        FileChannel open = channel;
        channel = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // Nothing was written through it that could be lost.
                LOG.log(Level.DEBUG, "closing " + file, e);
            }
        }
    }

    /** Lets go of the file; nothing may be read after that. */
    @Override
    public void close() {
        closed = true;
        rests();
    }

    /** Says how many there were. */
    private static int read(FileChannel channel, long from, byte[] into, int at, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(into, at, count);
        while (bytes.hasRemaining() && channel.read(bytes, from + (bytes.position() - at)) > 0) {
            // Reads on until it has all there is.
        }
        return bytes.position() - at;
    }

    /** Better none of it than all of it. */
    private UncheckedIOException unreadable(IOException e) {
        return new UncheckedIOException("cannot look for secrets in " + file, e);
    }
}
