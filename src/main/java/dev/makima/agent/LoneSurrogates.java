package dev.makima.agent;

/**
 * Replaces halves of characters in JSON text by U+FFFD. An agent that cuts a text between the two halves of an emoji
 * prints a lone {@code \}{@code ud83d}, which is valid JSON but cannot be written as UTF-8 by anybody later.
 */
final class LoneSurrogates {
    private static final String REPLACEMENT = "\\ufffd";

    private LoneSurrogates() {}

    /** The same text where there is none, which costs one search. */
    static String replaceEscaped(String json) {
        if (!json.contains("\\ud") && !json.contains("\\uD")) {
            return json;
        }
        StringBuilder out = new StringBuilder(json.length());
        int at = 0;
        while (at < json.length()) {
            if (json.charAt(at) != '\\' || at + 1 >= json.length()) {
                out.append(json.charAt(at++));
                continue;
            }
            int unit = escapedUnit(json, at);
            int next = unit >= 0 ? escapedUnit(json, at + 6) : -1;
            boolean isHigh = unit >= 0xD800 && unit <= 0xDBFF;
            boolean isSurrogate = unit >= 0xD800 && unit <= 0xDFFF;
            int length = unit < 0 ? 2 : isHigh && next >= 0xDC00 && next <= 0xDFFF ? 12 : 6;
            out.append(isSurrogate && length == 6 ? REPLACEMENT : json.substring(at, at + length));
            at += length;
        }
        return out.toString();
    }

    /** The unit that is escaped here, or -1 where none is. */
    private static int escapedUnit(String json, int at) {
        if (at + 6 > json.length() || json.charAt(at) != '\\' || json.charAt(at + 1) != 'u') {
            return -1;
        }
        int unit = 0;
        for (int i = at + 2; i < at + 6; i++) {
            int digit = Character.digit(json.charAt(i), 16);
            if (digit < 0) {
                return -1;
            }
            unit = unit * 16 + digit;
        }
        return unit;
    }
}
