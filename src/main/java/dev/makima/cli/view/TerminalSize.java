package dev.makima.cli.view;

import dev.makima.cli.core.Surroundings;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How wide the terminal is. */
final class TerminalSize {
    private static final int USUAL = 80;
    private static final Pattern SIZE = Pattern.compile("\\d+ (\\d+)\\s*");

    private TerminalSize() {}

    /** The columns: $COLUMNS, else what stty says, else 80. Starts a process of a few milliseconds. */
    static int columns(Surroundings surroundings) {
        String told = surroundings.variable("COLUMNS", "");
        if (told.matches("[1-9]\\d{1,3}")) {
            return Integer.parseInt(told);
        }
        try {
            // Java has no call for it; stty looks at its standard input.
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(Redirect.from(new File("/dev/tty")))
                    .redirectError(Redirect.DISCARD)
                    .start();
            {
                String size = new String(stty.getInputStream().readNBytes(40), StandardCharsets.US_ASCII);
                stty.waitFor(1, TimeUnit.SECONDS);
                Matcher matcher = SIZE.matcher(size);
                int columns = matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
                return columns >= 20 ? columns : USUAL;
            }
        } catch (IOException e) {
            return USUAL; // no stty or no terminal after all: the usual width is good enough
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return USUAL;
        }
    }
}
