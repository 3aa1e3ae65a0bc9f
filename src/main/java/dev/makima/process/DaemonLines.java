package dev.makima.process;

import dev.makima.base.FullDiskException;
import dev.makima.base.MakimaException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The daemon's own stream of a run. A full disk fails no task for a line that was to tell of it: what is not taken waits
 * here, is written on from the byte where it broke off, and is lost only with the daemon. Thread-safe.
 */
final class DaemonLines {
    /** So much is kept of what a full disk does not take; further lines are lost. */
    static final int MOST_KEPT_BYTES = 64 * 1024;

    private static final byte[] NOTHING = new byte[0];

    private final Path file;
    private byte[] kept = NOTHING;

    DaemonLines(Path file) {
        this.file = file;
    }

    /** See {@link RunSpool#appendDaemonLine}. */
    synchronized void append(String line) {
        byte[] text = (harmless(line) + "\n").getBytes(StandardCharsets.UTF_8);
        if (kept.length == 0 || kept.length + text.length <= MOST_KEPT_BYTES) {
            write(text);
        } else {
            catchUp();
        }
    }

    /** See {@link RunSpool#catchUp}. */
    synchronized void catchUp() {
        if (kept.length > 0) {
            write(NOTHING);
        }
    }

    private void write(byte[] text) {
        ByteBuffer bytes = ByteBuffer.allocate(kept.length + text.length + 1);
        boolean goesOn = kept.length > 0;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long end = channel.size();
            if (!goesOn && isTorn(channel, end)) {
                bytes.put((byte) '\n');
            }
            bytes.put(kept).put(text).flip();
            SpoolFiles.append(channel, end, bytes);
            kept = NOTHING;
        } catch (IOException e) {
            MakimaException failure = SpoolFiles.failed("cannot write to " + file, e);
            if (!(failure instanceof FullDiskException)) {
                throw failure;
            }
            kept = new byte[bytes.remaining()];
            bytes.get(kept);
        }
    }

    /** Whether the file's last line has no end. */
    static boolean isTorn(FileChannel channel, long end) throws IOException {
        ByteBuffer last = ByteBuffer.allocate(1);
        return end > 0 && channel.read(last, end - 1) == 1 && last.get(0) != '\n';
    }

    private static String harmless(String line) {
        StringBuilder text = new StringBuilder(line.length());
        line.codePoints().forEach(c -> {
            if (c == '\n' || c == '\r' || c == '\t' || c == 0x2028 || c == 0x2029) {
                text.append(' ');
            } else {
                text.appendCodePoint(Character.isISOControl(c) ? 0xFFFD : c);
            }
        });
        return text.toString();
    }
}
