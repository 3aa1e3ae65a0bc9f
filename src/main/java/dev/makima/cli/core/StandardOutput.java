package dev.makima.cli.core;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/**
 * Standard output that says when it cannot be written, which a PrintStream keeps to itself: a command that follows something
 * would go on for nobody, and a full disk would pass for success. Thread-safe as far as the stream behind it is.
 */
public final class StandardOutput extends OutputStream {
    /** Nobody reads any more, as behind "| head": the command ends without a word, as other programs do. */
    public static final class ReaderGone extends RuntimeException {
        private ReaderGone(IOException cause) {
            super("nobody reads standard output any more", cause);
        }
    }

    /** What may be done to a stream. */
    private interface Action {
        void run() throws IOException;
    }

    /** What of a file's mode says what it is, as stat(2) has it, and what it says of a pipe and of a socket. */
    private static final int KIND = 0xF000;

    private static final int PIPE = 0x1000;
    private static final int SOCKET = 0xC000;

    private final OutputStream stream;
    private final BooleanSupplier read;

    /**
     * Standard output.
     *
     * @param read whether another process is to read what is written, so that nothing but its end can stand against that
     */
    StandardOutput(OutputStream stream, BooleanSupplier read) {
        this.stream = stream;
        this.read = read;
    }

    /** Whether this is a pipe or a socket, and no file or device. Blocking. */
    static boolean isRead(Path output) {
        try {
            int kind = (Integer) Files.getAttribute(output, "unix:mode") & KIND;
            return kind == PIPE || kind == SOCKET;
        } catch (IOException | UnsupportedOperationException e) {
            return false; // it is told then as what could not be written, which is right too
        }
    }

    @Override
    public void write(int one) {
        tried(() -> stream.write(one));
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
        tried(() -> stream.write(bytes, from, length));
    }

    @Override
    public void flush() {
        tried(stream::flush);
    }

    private void tried(Action action) {
        try {
            action.run();
        } catch (IOException e) {
            // Not by the message, which is the system's own, in whatever language this user has set.
            if (read.getAsBoolean()) {
                throw new ReaderGone(e);
            }
            throw new MakimaException(
                    ErrorCode.IO,
                    "cannot write to standard output: " + e.getMessage(),
                    "What was printed is not all there is",
                    e);
        }
    }
}
