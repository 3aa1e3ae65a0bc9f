package dev.makima.config;

import dev.makima.base.Text;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Makes paths absolute: "~" is the user's home, relative ones start at the working directory. Immutable.
 *
 * @param userHome what "~" stands for
 * @param workingDirectory where relative paths start
 */
record Paths(Path userHome, Path workingDirectory) {

    /**
     * Reads a path.
     *
     * @throws BadValueException where it is none
     */
    Path resolve(String text) {
        if (text.isBlank()) {
            throw new BadValueException("an empty text");
        }
        if (text.startsWith("~") && !text.equals("~") && !text.startsWith("~/")) {
            throw new BadValueException(
                    "the text \"" + Text.abbreviate(text, 60) + "\" (only ~ and ~/ are known, no ~user)");
        }
        try {
            Path path = text.startsWith("~")
                    ? userHome.resolve(text.substring(Math.min(2, text.length())))
                    : workingDirectory.resolve(text);
            return path.toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            // The only path that no Unix file system takes; the text may not be printable.
            throw new BadValueException("a text with a NUL character");
        }
    }

    /**
     * Reads an executable: a plain name stays one, to be looked up on PATH; anything with a directory becomes
     * absolute, since agents are started in other directories than ours.
     *
     * @throws BadValueException where it is none
     */
    String command(String text) {
        return text.contains("/") ? resolve(text).toString() : text;
    }
}
