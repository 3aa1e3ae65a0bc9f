package dev.makima.daemon.agent;

import dev.makima.agent.AgentSignal;
import dev.makima.agent.AgentSignals;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What an agent said last. Of lines that at most say something it only notes where they are: the last one that does say
 * something is read from the file again when somebody asks, or when many have come together. So thousands that come at
 * once cost neither the time to parse them nor the memory to keep them.
 *
 * <p>Used by one thread at a time.
 */
final class LastWords {
    /** How much is looked at in one go at most: what was noted is read when it is this long together, in bytes. */
    static final long MOST_BYTES = 1 << 20;

    private static final System.Logger LOG = System.getLogger(LastWords.class.getName());
    private static final int MOST_LINES = 1024;

    private final Path file;
    private final UnaryOperator<String> masked;
    /** Where each line begins and ends in the file. */
    private long[] lines = new long[32];

    private int count;
    private long bytes;
    private @Nullable String last;

    /**
     * Nothing was said yet.
     *
     * @param file what the lines are in
     * @param masked a text without what no output may show
     */
    LastWords(Path file, UnaryOperator<String> masked) {
        this.file = file;
        this.masked = masked;
    }

    /** There is a line, behind all lines before it, that at most says something. */
    void add(long from, long to) {
        if (2 * count == lines.length) {
            lines = Arrays.copyOf(lines, 2 * lines.length);
        }
        lines[2 * count] = from;
        lines[2 * count + 1] = to;
        count++;
        bytes += to - from;
        if (count == MOST_LINES || bytes > MOST_BYTES) {
            read();
        }
    }

    /** Something was said after all of these; masked already. */
    void said(String text) {
        last = text;
        forget();
    }

    /** What was said last, masked. */
    Optional<String> last() {
        read();
        return Optional.ofNullable(last);
    }

    private void read() {
        if (count == 0) {
            return;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            boolean found = false;
            for (int i = count - 1; i >= 0 && !found; i--) {
                found = read(channel, lines[2 * i], lines[2 * i + 1]);
            }
        } catch (IOException e) {
            // They are for a summary of what goes on, which may be an older one.
            LOG.log(Level.DEBUG, "could not read the agent's words again in " + file, e);
        }
        forget();
    }

    /** Takes the last words of a line; false where it says nothing. */
    private boolean read(FileChannel channel, long from, long to) throws IOException {
        ByteBuffer line = ByteBuffer.allocate((int) (to - from));
        while (line.hasRemaining() && channel.read(line, from + line.position()) > 0) {
            // Reads on until the line is whole.
        }
        boolean any = false;
        for (AgentSignal signal : AgentSignals.parse(line.array(), 0, line.position())) {
            if (signal instanceof AgentSignal.Said(String text)) {
                last = masked.apply(text);
                any = true;
            }
        }
        return any;
    }

    private void forget() {
        count = 0;
        bytes = 0;
    }
}
