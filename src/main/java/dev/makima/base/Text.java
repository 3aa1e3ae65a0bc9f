package dev.makima.base;

import java.util.Locale;

/** Small, safe operations on text that comes from outside. */
public final class Text {
    private Text() {}

    /**
     * The text on one line, without control characters, and at most so many characters long, cut between characters and
     * marked with "…".
     *
     * @param max the longest result, at least 1, in UTF-16 units
     */
    public static String abbreviate(String text, int max) {
        String line = text.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
        if (line.length() <= max) {
            return line;
        }
        int end = max - 1;
        if (end > 0 && Character.isHighSurrogate(line.charAt(end - 1))) {
            end--;
        }
        return line.substring(0, end) + "…";
    }

    /**
     * A task's name as part of a branch or directory name: lower-cased letters, digits, - and _, everything else '-',
     * at most 50 characters, never starting with '-' or '.', never empty.
     */
    public static String sanitise(String name) {
        StringBuilder out = new StringBuilder();
        for (char c : name.toLowerCase(Locale.ROOT).toCharArray()) {
            boolean plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
            char next = plain ? c : '-';
            boolean repeated = next == '-' && (out.isEmpty() || out.charAt(out.length() - 1) == '-');
            if (!repeated) {
                out.append(next);
            }
            if (out.length() == 50) {
                break;
            }
        }
        int end = out.length();
        while (end > 0 && out.charAt(end - 1) == '-') {
            end--;
        }
        return end == 0 ? "task" : out.substring(0, end);
    }
}
