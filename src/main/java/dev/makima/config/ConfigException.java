package dev.makima.config;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A configuration cannot be used. Holds everything that is wrong with it, so that it can be mended in one go. */
public final class ConfigException extends MakimaException {
    private final transient List<Problem> problems;
    private final transient List<String> warnings;
    private final transient Printout printout;

    ConfigException(@Nullable String cure, List<Problem> problems, List<String> warnings, Printout printout) {
        super(ErrorCode.VALIDATION, describe(problems, warnings), cure, null);
        this.problems = List.copyOf(problems);
        this.warnings = List.copyOf(warnings);
        this.printout = printout;
    }

    /**
     * All that is wrong with several configurations, what they share once: one file may hold more than one. Without a cure,
     * with the printout of the first.
     *
     * @param each at least one
     */
    public static ConfigException of(List<ConfigException> each) {
        Map<String, Problem> problems = new LinkedHashMap<>();
        each.forEach(one -> one.problems.forEach(problem -> problems.putIfAbsent(problem.what(), problem)));
        return new ConfigException(
                null,
                List.copyOf(problems.values()),
                each.stream().flatMap(one -> one.warnings.stream()).distinct().toList(),
                each.getFirst().printout);
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

    /** Whether nothing is wrong but flags of the command line. */
    public boolean ofCommandLine() {
        return problems.stream().allMatch(Problem::ofCommandLine);
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
