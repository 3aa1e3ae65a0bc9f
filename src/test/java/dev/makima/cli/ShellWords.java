package dev.makima.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The words of a line of help as a shell would split it, as far as lines of help go. */
public final class ShellWords {
    private static final Pattern PART = Pattern.compile("'([^']*)'|\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s'\"]+)|(\\s+)");

    private ShellWords() {}

    /**
     * The words behind the command's name; what a shell does with the rest of the line (pipes, redirections, comments,
     * other commands) is left out.
     */
    public static List<String> ofCall(String line) {
        Matcher called = Pattern.compile("(^|[\\s(])makima ").matcher(line);
        if (!called.find()) {
            throw new IllegalArgumentException("no call of makima: " + line);
        }
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean open = false;
        // source <(makima …) ends at the parenthesis.
        String rest = line.substring(called.end());
        Matcher part = PART.matcher(called.group(1).equals("(") ? rest.substring(0, rest.indexOf(')')) : rest);
        while (part.find()) {
            if (part.group(4) != null) {
                if (open) {
                    words.add(word.toString());
                    word.setLength(0);
                    open = false;
                }
                continue;
            }
            if (!open && part.group(3) != null && part.group(3).matches("[|<>#;&].*|[0-9]>.*")) {
                return words;
            }
            word.append(part.group(1) != null ? part.group(1) : part.group(2) != null ? part.group(2) : part.group(3));
            open = true;
        }
        if (open) {
            words.add(word.toString());
        }
        return words;
    }
}
