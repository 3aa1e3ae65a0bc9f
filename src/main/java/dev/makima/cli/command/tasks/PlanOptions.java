package dev.makima.cli.command.tasks;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.Text;
import dev.makima.cli.core.Surroundings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A plan and the name of its task, the same for every command that makes one; the plan's words are the command's own. */
final class PlanOptions {
    /** Plans beyond this are refused here, where the message is better than the server's. */
    private static final int MAX_PLAN_CHARS = 4_000_000;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "PLANFILE",
            description = "read the plan from a file; - is standard input")
    @Nullable
    String file;

    @Option(
            names = {"-n", "--name"},
            paramLabel = "NAME",
            description = "the task's name; default: the plan's first words")
    @Nullable
    String name;

    /** The task's name, as it is given or made of the plan. */
    String name(String plan) {
        return name == null || name.isBlank() ? nameOf(plan) : name;
    }

    /** The plan's first line, short: it becomes a part of the branch's name. */
    static String nameOf(String plan) {
        String first = plan.strip().lines().findFirst().orElse("").replaceFirst("^[#\\s>*-]+", "");
        return Text.abbreviate(first.isBlank() ? "task" : first, 48);
    }

    /**
     * The plan. Blocks while it reads a file or standard input.
     *
     * @param given the words of the command line
     * @throws MakimaException VALIDATION where there is none, two, or too much of it; NOT_FOUND for a file that is not
     *     there
     */
    String plan(Surroundings surroundings, List<String> given) {
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
                    "Say what the agent shall do, in quotes, such as \"Add a test for the date parser\"; --file reads it"
                            + " from a file");
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
