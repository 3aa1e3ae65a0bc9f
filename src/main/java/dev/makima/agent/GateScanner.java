package dev.makima.agent;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the last completion gate in what an agent says: {@code <COMPLETION_GATE> … </COMPLETION_GATE>} in the text of
 * its messages, possibly over several of them. A block inside of Markdown code, fenced or in backticks, is quoted and
 * does not count.
 *
 * <p>It keeps the block that is open and the last whole one, nothing else, and looks at each character once or twice.
 * Not thread-safe.
 */
public final class GateScanner {
    private static final String OPEN = "<COMPLETION_GATE>";
    private static final String CLOSE = "</COMPLETION_GATE>";
    /** What is longer is no gate: somebody opened one and forgot it. */
    private static final int LONGEST_INSIDE = 64 * 1024;
    /** How far apart the two ends of a code span may be; keeps odd backticks from costing quadratic time. */
    private static final int LONGEST_SPAN = 4096;

    private @Nullable StringBuilder inside;
    private String carried = "";
    private @Nullable CompletionGate last;

    /**
     * The last gate that was closed. One behind it that never was is none, and yet takes back its word that the task is
     * complete, where it says anything of that itself: the agent was cut off. Else its mark was only talked about.
     */
    public Optional<CompletionGate> last() {
        boolean cutOff = inside != null && CompletionGate.decides(inside.toString());
        return Optional.ofNullable(last).filter(gate -> !(cutOff && gate.ready()));
    }

    /** Whether a message without any {@code <} changes nothing: no gate is open, and none has half begun. */
    public boolean isIdle() {
        return inside == null && carried.isEmpty();
    }

    /** Takes the next message's text, decoded. */
    public void message(String text) {
        int at = beginMessage(text);
        Fence fence = new Fence();
        boolean lineStart = at == 0;
        while (at < text.length()) {
            if (lineStart) {
                int lineEnd = endOfLine(text, at);
                if (fence.holds(text, at, lineEnd)) {
                    keep(text, at, lineEnd);
                    at = lineEnd;
                    continue;
                }
            }
            int next = step(text, at);
            lineStart = text.charAt(next - 1) == '\n';
            at = next;
        }
    }

    /** What the last message's end may have begun is looked at together with this one's beginning. */
    private int beginMessage(String text) {
        String before = carried;
        carried = "";
        if (!before.isEmpty()) {
            String joined = before + text.substring(0, Math.min(text.length(), CLOSE.length()));
            String tag = tagAt(joined, 0);
            if (tag != null) {
                take(tag);
                return tag.length() - before.length();
            }
            keep(before, 0, before.length());
        }
        if (inside != null) {
            inside.append(CompletionGate.BOUNDARY);
        }
        return 0;
    }

    /** Goes on by one character, code span or tag; answers where it then is. */
    private int step(String text, int at) {
        char c = text.charAt(at);
        if (c == '`') {
            int end = endOfSpan(text, at);
            keep(text, at, end);
            return end;
        }
        if (c == '<') {
            String tag = tagAt(text, at);
            if (tag != null) {
                take(tag);
                return at + tag.length();
            }
            if (OPEN.startsWith(text.substring(at, Math.min(text.length(), at + OPEN.length())))
                    || CLOSE.startsWith(text.substring(at, Math.min(text.length(), at + CLOSE.length())))) {
                carried = text.substring(at);
                return text.length();
            }
        }
        keep(text, at, at + 1);
        return at + 1;
    }

    private void take(String tag) {
        if (tag.equals(OPEN)) {
            // One that was open was never closed: it was only talked about.
            inside = new StringBuilder();
        } else if (inside != null) {
            last = CompletionGate.parse(inside.toString());
            inside = null;
        }
    }

    private void keep(String text, int from, int to) {
        if (inside == null) {
            return;
        }
        if (inside.length() + to - from > LONGEST_INSIDE) {
            inside = null;
            return;
        }
        inside.append(text.substring(from, to).replace(CompletionGate.BOUNDARY, '\uFFFD'));
    }

    private static @Nullable String tagAt(String text, int at) {
        if (text.startsWith(OPEN, at)) {
            return OPEN;
        }
        return text.startsWith(CLOSE, at) ? CLOSE : null;
    }

    private static int endOfLine(String text, int from) {
        int end = text.indexOf('\n', from);
        return end < 0 ? text.length() : end + 1;
    }

    /**
     * The end of the code span that begins here, or of its backticks alone where nothing closes it: in the same
     * paragraph, and inside of a gate in the same line, where a lone backtick must not hide the gate's end.
     */
    private int endOfSpan(String text, int at) {
        int marks = run(text, at);
        int limit = Math.min(text.length(), at + marks + LONGEST_SPAN);
        int i = at + marks;
        while (i < limit) {
            char c = text.charAt(i);
            if (c == '`') {
                int found = run(text, i);
                if (found == marks) {
                    return i + found;
                }
                i += found;
            } else if (c == '\n' && (inside != null || isBlankLine(text, i + 1))) {
                return at + marks;
            } else {
                i++;
            }
        }
        return at + marks;
    }

    private static int run(String text, int at) {
        int end = at;
        while (end < text.length() && text.charAt(end) == '`') {
            end++;
        }
        return end - at;
    }

    private static boolean isBlankLine(String text, int from) {
        return from >= text.length()
                || text.substring(from, endOfLine(text, from)).isBlank();
    }

    /** The fenced code of one message, line by line. One that is not closed ends with its message. */
    private static final class Fence {
        private char mark;
        private int length;

        /** Whether this line begins fenced code, is inside of it or ends it. */
        boolean holds(String text, int from, int lineEnd) {
            int start = from;
            while (start < lineEnd && " \t>".indexOf(text.charAt(start)) >= 0) {
                start++;
            }
            char first = start < lineEnd ? text.charAt(start) : 0;
            int end = start;
            while (end < lineEnd && text.charAt(end) == first) {
                end++;
            }
            if (mark != 0) {
                if (first == mark
                        && end - start >= length
                        && text.substring(end, lineEnd).isBlank()) {
                    mark = 0;
                }
                return true;
            }
            // Three backticks with others behind them in the same line are a code span.
            boolean begins = end - start >= 3
                    && (first == '~'
                            || (first == '`' && text.substring(end, lineEnd).indexOf('`') < 0));
            if (begins) {
                mark = first;
                length = end - start;
            }
            return begins;
        }
    }
}
