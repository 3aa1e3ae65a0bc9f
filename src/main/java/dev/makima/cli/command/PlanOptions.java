package dev.makima.cli.command;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.Text;
import dev.makima.cli.Surroundings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a plan comes from.
 *
 * @param given the words of the command line
 * @param file a file, - for standard input; null where it is the words
 */
record PlanText(List<String> given, @Nullable String file) {
    /** Plans beyond this are refused here, where the message is better than the server's. */
    private static final int MAX_PLAN_CHARS = 4_000_000;

    /** The plan's first line, short: it becomes a part of the branch's name. */
    static String nameOf(String plan) {
        String first = plan.strip().lines().findFirst().orElse("").replaceFirst("^[#\\s>*-]+", "");
        return Text.abbreviate(first.isBlank() ? "task" : first, 48);
    }

    /**
     * The plan. Blocks while it reads a file or standard input.
     *
     * @throws MakimaException VALIDATION where there is none, two, or too much of it; NOT_FOUND for a file that is not
     *     there
     */
    String read(Surroundings surroundings) {
        String words = String.join(" ", given).strip();
        if (file != null && !words.isEmpty()) {
            throw new MakimaException(
                    ErrorCode.VALIDATION, "a plan is given twice: as words and by --file", "Leave one of them out");
        }
        String text = file == null ? words : read(surroundings, file);
        if (text.isBlank()) {
            throw new MakimaException(
                    ErrorCode.VALIDATION,
                    file == null ? "no plan given" : "the plan in " + file + " is empty",
                    "Say what the agent shall do, for example: makima run \"Add a test for the date parser\"");
        }
        if (text.length() > MAX_PLAN_CHARS) {
            throw new MakimaException(
                    ErrorCode.VALIDATION,
                    "the plan has " + text.length() + " characters",
                    "Keep it under " + MAX_PLAN_CHARS + ": put material into the repository and name it in the plan");
        }
        return text;
    }

    private static String read(Surroundings surroundings, String planFile) {
        try {
            if (planFile.equals("-")) {
                return new String(surroundings.in().readAllBytes(), StandardCharsets.UTF_8).strip();
            }
            Path path = surroundings.directory().resolve(surroundings.expand(planFile));
            return Files.readString(path).strip();
        } catch (IOException e) {
            throw new MakimaException(
                    ErrorCode.NOT_FOUND,
                    "cannot read the plan from " + planFile,
                    "Check that the file exists, may be read, and is UTF-8 text",
                    e);
        }
    }
}
