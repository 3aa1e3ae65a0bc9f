package dev.makima.config;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.util.List;
import java.util.stream.Collectors;

/** A configuration cannot be used. Holds everything that is wrong with it, so that it can be mended in one go. */
public final class ConfigException extends MakimaException {
    private final transient List<Problem> problems;
    private final transient Printout printout;

    ConfigException(String cure, List<Problem> problems, Printout printout) {
        super(ErrorCode.VALIDATION, describe(problems), cure);
        this.problems = List.copyOf(problems);
        this.printout = printout;
    }

    private static String describe(List<Problem> problems) {
        String head = problems.size() == 1
                ? "the configuration has a problem:\n"
                : "the configuration has " + problems.size() + " problems:\n";
        return problems.stream().map(Problem::text).collect(Collectors.joining("\n", head, "\n"));
    }

    /** Everything that is wrong, in the order of the sources. */
    public List<Problem> problems() {
        return problems;
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
