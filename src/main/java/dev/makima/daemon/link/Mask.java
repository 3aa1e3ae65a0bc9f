package dev.makima.daemon.link;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One spool file as it may be sent: a byte is masked if and only if it lies in a secret in the file, wherever the pieces
 * begin and end, so that what is sent again is the same. For that it looks beyond both ends of a piece, and holds back
 * the end of a growing file until a line ends there or nothing was added for a moment.
 *
 * <p>Used on the tailer's thread.
 */
final class Mask {
    private static final long HOLD_BACK_NANOS = 100_000_000;

    private final Secrets secrets;
    private final Path file;
    private long lastLength = -1;
    private long grownAt;

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
        int margin = secrets.margin();
        long length = file.toFile().length();
        if (margin == 0 || most <= 0 || length - position - margin >= most) {
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

    /** The bytes as they may be sent; these very ones where nothing is to be masked. */
    ByteBuffer masked(long offset, ByteBuffer bytes) {
        int margin = secrets.margin();
        if (margin == 0) {
            return bytes;
        }
        int before = (int) Math.min(margin, offset);
        int count = bytes.remaining();
        byte[] around = new byte[before + count + margin];
        int length = read(offset - before, around);
        return secrets.mask(around, length) ? ByteBuffer.wrap(around, before, count) : bytes;
    }

    private boolean endsWithLine(long length) {
        byte[] last = new byte[1];
        return read(length - 1, last) == 1 && last[0] == '\n';
    }

    private int read(long from, byte[] into) {
        ByteBuffer bytes = ByteBuffer.wrap(into);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) > 0) {
                // Reads on until it has all there is.
            }
            return bytes.position();
        } catch (IOException e) {
            // Better none of it than all of it.
            throw new UncheckedIOException("cannot look for secrets in " + file, e);
        }
    }
}
