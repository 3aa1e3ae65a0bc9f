package dev.makima.cli.view;

import java.util.regex.Pattern;

/** Text as one word of a shell command that a person may copy; nothing here is ever run. */
public final class Shell {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    private Shell() {}

    /** The word, quoted where it needs it; control characters are made visible first. */
    public static String quote(String word) {
        String text = Printable.line(word);
        return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
