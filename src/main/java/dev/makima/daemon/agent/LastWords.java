package dev.makima.daemon.agent;

import dev.makima.agent.AgentSignal;
import dev.makima.agent.AgentSignals;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What an agent said last. Of lines that at most say something, nearly all need not be parsed when many come at once:
 * those that lie in one piece of output wait for its end, those that came in several wait as copies until somebody asks.
 *
 * <p>Used by one thread at a time.
 */
final class LastWords {
    /** How much waits as copies at most, in bytes. */
    static final int MOST_KEPT = 1 << 20;

    private final UnaryOperator<String> masked;
    private final List<byte[]> kept = new ArrayList<>();
    private int keptBytes;
    private int[] ends = new int[128];
    private byte[] piece = {};
    private int count;
    private @Nullable String last;

    /**
     * Nothing was said yet.
     *
     * @param masked a text without what no output may show
     */
    LastWords(UnaryOperator<String> masked) {
        this.masked = masked;
    }

    /**
     * A line that lies in the piece which is looked at, behind all lines before it.
     *
     * @param buffer the same for all lines of a piece; must not change until {@link #endPiece} is called
     * @param from the index of its first byte
     * @param to the index behind its last byte
     */
    void addOfPiece(byte[] buffer, int from, int to) {
        piece = buffer;
        if (count + 2 > ends.length) {
            ends = Arrays.copyOf(ends, 2 * ends.length);
        }
        ends[count] = from;
        ends[count + 1] = to;
        count += 2;
    }

    /** A line that began in an earlier piece, before all lines of the one which is looked at. */
    void addOfSeveral(byte[] buffer, int from, int to) {
        kept.add(Arrays.copyOfRange(buffer, from, to));
        keptBytes += to - from;
        if (keptBytes > MOST_KEPT) {
            readKept();
        }
    }

    /** Something was said after all of these; masked already. */
    void said(String text) {
        last = text;
        forget();
    }

    /** The piece's bytes are about to change. */
    void endPiece() {
        while (count > 0) {
            count -= 2;
            if (read(piece, ends[count], ends[count + 1])) {
                forget();
            }
        }
    }

    /** What was said last, masked; to be asked between pieces. */
    Optional<String> last() {
        readKept();
        return Optional.ofNullable(last);
    }

    private void readKept() {
        while (!kept.isEmpty()) {
            byte[] line = kept.removeLast();
            if (read(line, 0, line.length)) {
                kept.clear();
            }
        }
        keptBytes = 0;
    }

    private void forget() {
        count = 0;
        kept.clear();
        keptBytes = 0;
    }

    /** Takes the last words of a line; false where it says nothing. */
    private boolean read(byte[] line, int from, int to) {
        boolean any = false;
        for (AgentSignal signal : AgentSignals.parse(line, from, to)) {
            if (signal instanceof AgentSignal.Said(String text)) {
                last = masked.apply(text);
                any = true;
            }
        }
        return any;
    }
}
