package dev.makima.process;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** A growing file that somebody follows. */
final class TailedFile extends TailedItem {
    private static final Logger LOG = System.getLogger(TailedFile.class.getName());
    private static final long NO_SEEK = -1;

    private final Path file;
    private final Follower follower;
    private volatile long position;
    /** Where to go on instead; set and taken under the lock of handing over. */
    private long seekTo = NO_SEEK;
    /** Open only while there is something to read, and a moment longer: hundreds of followed files must not hold hundreds of descriptors. */
    private @Nullable FileChannel channel;

    TailedFile(Path file, long from, Follower follower, Tailer tailer) {
        super(tailer);
        this.file = file;
        this.follower = follower;
        this.position = from;
    }

    @Override
    Outcome look(ByteBuffer buffer) {
        try {
            return read(buffer);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "dropped: " + this + " cannot be followed: " + e);
            handing(() -> follower.failed(e));
            return Outcome.ENDED;
        }
    }

    @Override
    public void seek(long offset) {
        if (offset < 0) {
            throw new IllegalArgumentException("no offset: " + offset);
        }
        handing(() -> {
            seekTo = offset;
            position = offset;
        });
        nudge();
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    void release() {
        try {
            if (channel != null) {
                channel.close();
                channel = null;
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "closing " + file, e);
        }
    }

    @Override
    public String toString() {
        return "the follower of " + file;
    }

    private Outcome read(ByteBuffer buffer) throws IOException {
        // Mostly nothing has come: that is found out by one question to the file, and without the follower.
        handing(() -> seekTo = NO_SEEK);
        long from = position;
        long length = length(from);
        if (length == from) {
            if (channel != null && isQuiet()) {
                handing(this::rest);
            }
            return Outcome.NOTHING;
        }
        int demand = follower.demand();
        if (demand <= 0) {
            return Outcome.BLOCKED;
        }
        buffer.clear().limit((int) Math.min(Math.min(demand, buffer.capacity()), length - from));
        fill(buffer, from);
        buffer.flip();
        if (!buffer.hasRemaining()) {
            throw new IOException("it shrank while it was read");
        }
        handing(() -> handOver(from, buffer));
        return Outcome.MORE;
    }

    private void rest() {
        release();
        follower.rests();
    }

    private void handOver(long from, ByteBuffer bytes) {
        if (seekTo != NO_SEEK) {
            // These are not the bytes wanted any more.
            return;
        }
        int count = bytes.remaining();
        follower.accept(from, bytes);
        if (seekTo == NO_SEEK) {
            position = from + count;
        }
    }

    private void fill(ByteBuffer buffer, long from) throws IOException {
        FileChannel open = channel;
        if (open == null) {
            open = FileChannel.open(file, StandardOpenOption.READ);
            channel = open;
        }
        while (buffer.hasRemaining() && open.read(buffer, from + buffer.position()) > 0) {
            // Reads on until the piece is whole.
        }
    }

    private long length(long from) throws IOException {
        long length = SpoolFiles.length(file);
        // A missing file says 0 as an empty one does.
        if (length == 0 && !Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        if (length < from) {
            throw new IOException("it has " + length + " bytes and was to be read from " + from);
        }
        return length;
    }
}
