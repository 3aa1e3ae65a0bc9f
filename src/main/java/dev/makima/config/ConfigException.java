package dev.makima.config;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A configuration cannot be used. Holds everything that is wrong with it, so that it can be mended in one go. */
public final class ConfigException extends MakimaException {
    private final transient List<Problem> problems;
    private final transient List<String> warnings;
    private final transient Printout printout;

    ConfigException(String cure, List<Problem> problems, List<String> warnings, Printout printout) {
        super(ErrorCode.VALIDATION, describe(problems, warnings), cure);
        this.problems = List.copyOf(problems);
        this.warnings = List.copyOf(warnings);
        this.printout = printout;
    }

    /** With the warnings: a key that is not set may be one that is written wrongly. */
    private static String describe(List<Problem> problems, List<String> warnings) {
        String head = problems.size() == 1
                ? "the configuration has a problem:\n"
                : "the configuration has " + problems.size() + " problems:\n";
        Stream<String> lines = Stream.concat(
                problems.stream().map(Problem::text), warnings.stream().map(warning -> "  (" + warning + ")"));
        return lines.collect(Collectors.joining("\n", head, "\n"));
    }

    /** Everything that is wrong, in the order of the sources. */
    public List<Problem> problems() {
        return problems;
    }

    /** What is odd beside what is wrong. */
    public List<String> warnings() {
        return warnings;
    }

    /** What could be read, as --print-config shows it. */
    public Printout printout() {
        return printout;
    }

    /** What is wrong, over several lines, and then what to do: the list ends with a line break already. */
    @Override
    public String explain() {
        return what() + cure().orElse("");
    }
}
