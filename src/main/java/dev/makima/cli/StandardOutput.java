package dev.makima.cli;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;

/**
 * Standard output that says when it cannot be written, which a PrintStream keeps to itself: a command that follows something
 * would go on for nobody, and a full disk would pass for success. Thread-safe as far as the stream behind it is.
 */
final class StandardOutput extends OutputStream {
    /** Nobody reads any more, as behind "| head": the command ends without a word, as other programs do. */
    static final class ReaderGone extends RuntimeException {
        private ReaderGone(IOException cause) {
            super("nobody reads standard output any more", cause);
        }
    }

    /** What may be done to a stream. */
    private interface Action {
        void run() throws IOException;
    }

    private final OutputStream stream;

    StandardOutput(OutputStream stream) {
        this.stream = stream;
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

    private static void tried(Action action) {
        try {
            action.run();
        } catch (IOException e) {
            String why = String.valueOf(e.getMessage());
            if (why.toLowerCase(Locale.ROOT).contains("broken pipe")) {
                throw new ReaderGone(e);
            }
            throw new MakimaException(
                    ErrorCode.IO, "cannot write to standard output: " + why, "What was printed is not all there is", e);
        }
    }
}
