package dev.makima.daemon.agent;

import dev.makima.agent.AgentSignal;
import dev.makima.agent.AgentSignals;
import java.util.Arrays;
import java.util.List;

/**
 * Lines of one piece of output that only say something. What was said last is all that a run wants to know of them, so
 * that of thousands that come at once nearly all need not be parsed.
 */
final class UnreadWords {
    private int[] ends = new int[128];
    private byte[] piece = {};
    private int count;

    /**
     * One more line, behind those that there are.
     *
     * @param buffer the same for all lines of a piece; must not change until {@link #last} is called
     * @param from the index of its first byte
     * @param to the index behind its last byte
     */
    void add(byte[] buffer, int from, int to) {
        piece = buffer;
        if (count + 2 > ends.length) {
            ends = Arrays.copyOf(ends, 2 * ends.length);
        }
        ends[count] = from;
        ends[count + 1] = to;
        count += 2;
    }

    /** Something was said after all of these. */
    void clear() {
        count = 0;
    }

    /** The signals of the last line that says anything, and forgets all. */
    List<AgentSignal> last() {
        while (count > 0) {
            count -= 2;
            List<AgentSignal> signals = AgentSignals.parse(piece, ends[count], ends[count + 1]);
            if (signals.stream().anyMatch(AgentSignal.Said.class::isInstance)) {
                count = 0;
                return signals;
            }
        }
        return List.of();
    }
}
