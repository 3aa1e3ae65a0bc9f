package dev.makima.cli.view;

import java.util.ArrayList;
import java.util.List;

/**
 * Text from agents, tools and repositories made fit for a terminal: no escape sequence, no cursor movement and no
 * hidden reordering gets through, so that output cannot pretend to be something else. Also knows how wide text is.
 */
public final class Printable {
    private Printable() {}

    /** The text with everything a terminal would obey made visible; line breaks and tabs (as spaces) stay. */
    public static String text(String text) {
        StringBuilder out = new StringBuilder(text.length() + 8);
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (c == '\n') {
                out.append('\n');
            } else if (c == '\t') {
                out.append("    ");
            } else if (c == '\r') {
                // Of "\r\n" the line break is enough; alone it would let text be overwritten.
                if (i >= text.length() || text.charAt(i) != '\n') {
                    out.append('\n');
                }
            } else if (c < 0x20) {
                out.append((char) (0x2400 + c)); // the picture of the control character: ␛ for escape
            } else if (c == 0x7f) {
                out.append('\u2421');
            } else if (obeyed(c)) {
                out.append('\ufffd');
            } else {
                out.appendCodePoint(c);
            }
        }
        return out.toString();
    }

    /** The same on one line: runs of white space become one space. */
    public static String line(String text) {
        return text(text).replaceAll("\\s+", " ").strip();
    }

    /** C1 controls (some terminals obey them), bidirectional overrides, line separators, halves of surrogate pairs. */
    private static boolean obeyed(int c) {
        return (c >= 0x80 && c <= 0x9f)
                || (c >= 0x202a && c <= 0x202e)
                || (c >= 0x2066 && c <= 0x2069)
                || c == 0x2028
                || c == 0x2029
                || (c >= 0xd800 && c <= 0xdfff);
    }

    /** How many columns the text takes; East Asian wide characters and emoji take two, combining marks none. */
    public static int width(String text) {
        int width = 0;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            width += width(c);
        }
        return width;
    }

    static int width(int c) {
        int type = Character.getType(c);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK || type == Character.FORMAT) {
            return 0;
        }
        boolean wide = (c >= 0x1100 && c <= 0x115f)
                || (c >= 0x2e80 && c <= 0xa4cf)
                || (c >= 0xac00 && c <= 0xd7a3)
                || (c >= 0xf900 && c <= 0xfaff)
                || (c >= 0xfe30 && c <= 0xfe6f)
                || (c >= 0xff00 && c <= 0xff60)
                || (c >= 0xffe0 && c <= 0xffe6)
                || (c >= 0x1f300 && c <= 0x1faff)
                || (c >= 0x20000 && c <= 0x3fffd);
        return wide ? 2 : 1;
    }

    /** The text, which is one line, cut to so many columns and marked with "…" where it was cut. */
    public static String fit(String line, int columns) {
        if (width(line) <= columns) {
            return line;
        }
        StringBuilder out = new StringBuilder();
        int used = 0;
        for (int i = 0; i < line.length(); ) {
            int c = line.codePointAt(i);
            if (used + width(c) > columns - 1) {
                break;
            }
            used += width(c);
            out.appendCodePoint(c);
            i += Character.charCount(c);
        }
        return out.append('…').toString();
    }

    /** A text of one line broken at spaces so that no part is wider; words that are too wide are left whole. */
    public static List<String> wrap(String line, int columns) {
        if (width(line) <= columns) {
            return List.of(line);
        }
        List<String> lines = new ArrayList<>();
        StringBuilder current = new StringBuilder();
        // Leading spaces are kept on the first part: code and lists stay readable.
        int indent = line.length() - line.stripLeading().length();
        current.repeat(" ", indent);
        boolean empty = true;
        for (String word : line.strip().split(" +")) {
            if (!empty && width(current.toString()) + 1 + width(word) > columns) {
                lines.add(current.toString());
                current.setLength(0);
                empty = true;
            }
            current.append(empty ? "" : " ").append(word);
            empty = false;
        }
        lines.add(current.toString());
        return lines;
    }
}
