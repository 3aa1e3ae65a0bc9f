package dev.makima.protocol;

/**
 * Writes raw bytes that ought to be UTF-8 as the inside of a JSON string, without a detour over {@code String}: runs of
 * bytes that need no change are copied whole. What is no UTF-8 becomes U+FFFD, one for each maximal part, exactly as
 * the JDK's decoder does it.
 */
final class JsonText {
    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};
    private static final byte[] REPLACEMENT = {(byte) 0xEF, (byte) 0xBF, (byte) 0xBD};
    /** By byte: 0 for one that is copied, 1 for one that begins a longer character or is wrong, else the escape. */
    private static final byte[] ACTION = actions();

    private static final byte COPY = 0;
    private static final byte MULTIBYTE = 1;

    private JsonText() {}

    /** Appends the bytes from {@code from} to before {@code to}, without quotes around them. */
    static void append(byte[] source, int from, int to, ByteSink sink) {
        int copied = from;
        int at = from;
        while (at < to) {
            byte action = ACTION[source[at] & 0xFF];
            if (action == COPY) {
                at++;
                continue;
            }
            int length = action == MULTIBYTE ? characterLength(source, at, to) : 0;
            if (length > 0) {
                at += length;
                continue;
            }
            sink.write(source, copied, at);
            if (action == MULTIBYTE) {
                sink.write(REPLACEMENT);
                at -= length;
            } else {
                escape(source[at], action, sink);
                at++;
            }
            copied = at;
        }
        sink.write(source, copied, to);
    }

    private static void escape(byte value, byte action, ByteSink sink) {
        sink.write('\\');
        sink.write(action);
        if (action == 'u') {
            sink.write('0');
            sink.write('0');
            sink.write(HEX[value >> 4]);
            sink.write(HEX[value & 0xF]);
        }
    }

    /**
     * How many bytes the character that begins here has.
     *
     * @return 2 to 4, or the negated number of bytes (1 to 3) that one replacement character stands for
     */
    static int characterLength(byte[] source, int at, int to) {
        int first = source[at] & 0xFF;
        int needed = first >= 0xC2 && first < 0xE0 ? 2 : first >= 0xE0 && first < 0xF0 ? 3 : 4;
        if (first < 0xC2 || first > 0xF4) {
            return -1;
        }
        for (int i = 1; i < needed; i++) {
            boolean fits = at + i < to && (i == 1 ? secondFits(first, source[at + 1]) : isContinuation(source[at + i]));
            if (!fits) {
                return -i;
            }
        }
        // Half a character of UTF-16, written as three bytes: the JDK replaces it as a whole.
        boolean isSurrogate = first == 0xED && (source[at + 1] & 0xFF) >= 0xA0;
        return isSurrogate ? -3 : needed;
    }

    /** Overlong forms and what lies beyond U+10FFFF show in the second byte. */
    private static boolean secondFits(int first, byte second) {
        int value = second & 0xFF;
        return switch (first) {
            case 0xE0 -> value >= 0xA0 && value <= 0xBF;
            case 0xF0 -> value >= 0x90 && value <= 0xBF;
            case 0xF4 -> value >= 0x80 && value <= 0x8F;
            default -> isContinuation(second);
        };
    }

    static boolean isContinuation(byte value) {
        return (value & 0xC0) == 0x80;
    }

    private static byte[] actions() {
        byte[] actions = new byte[256];
        for (int i = 0; i < 0x20; i++) {
            actions[i] = 'u';
        }
        for (int i = 0x80; i < 0x100; i++) {
            actions[i] = MULTIBYTE;
        }
        actions['\b'] = 'b';
        actions['\f'] = 'f';
        actions['\n'] = 'n';
        actions['\r'] = 'r';
        actions['\t'] = 't';
        actions['"'] = '"';
        actions['\\'] = '\\';
        return actions;
    }
}
