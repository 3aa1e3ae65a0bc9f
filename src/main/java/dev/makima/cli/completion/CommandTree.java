package dev.makima.cli.completion;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * What can be typed: commands below commands, and their options. Immutable.
 *
 * @param path the words that lead here, with spaces between; empty for the top
 * @param summary what it is for, one line without a full stop
 * @param commands those below it, by name, in the order of the help
 * @param options its options
 * @param positional what its parameters may be
 */
public record CommandTree(
        String path, String summary, Map<String, CommandTree> commands, List<Option> options, Values positional) {
    /** Labels that stand for a file or directory of this machine. */
    private static final Set<String> FILES = Set.of("FILE", "PLANFILE", "DIR", "REPO", "DIR|URL");

    /** Copies. */
    public CommandTree {
        commands = new LinkedHashMap<>(commands);
        options = List.copyOf(options);
    }

    /**
     * An option.
     *
     * @param names all its spellings
     * @param takesValue whether the next word is its value
     */
    public record Option(List<String> names, String summary, boolean takesValue, Values values) {
        /** Copies. */
        public Option {
            names = List.copyOf(names);
        }
    }

    /**
     * What may stand somewhere.
     *
     * @param words all that there is to choose from; empty where it is not known
     * @param files whether it is a file
     */
    public record Values(List<String> words, boolean files) {
        /** Nothing that could be offered. */
        public static final Values NONE = new Values(List.of(), false);

        /** Copies. */
        public Values {
            words = List.copyOf(words);
        }
    }

    /**
     * The tree of these commands.
     *
     * @param lines the commands by their names
     * @param summaries of the same
     */
    public static CommandTree of(Map<String, CommandLine> lines, Map<String, String> summaries) {
        Map<String, CommandTree> commands = new LinkedHashMap<>();
        lines.forEach(
                (name, line) -> commands.put(name, of(name, summaries.getOrDefault(name, ""), line.getCommandSpec())));
        List<Option> options = List.of(
                new Option(List.of("--help", "-h"), "show all commands", false, Values.NONE),
                new Option(List.of("--version", "-V"), "show the version", false, Values.NONE));
        return new CommandTree("", "makima", commands, options, Values.NONE);
    }

    private static CommandTree of(String path, String summary, CommandSpec spec) {
        Map<String, CommandTree> commands = new LinkedHashMap<>();
        spec.subcommands()
                .forEach((name, line) -> commands.put(
                        name, of(path + " " + name, firstOf(line.getCommandSpec()), line.getCommandSpec())));
        List<Option> options = new ArrayList<>();
        for (OptionSpec option : spec.options()) {
            if (!option.hidden()) {
                options.add(new Option(
                        List.of(option.names()),
                        oneLine(String.join(" ", option.description())),
                        option.arity().max() > 0,
                        values(option)));
            }
        }
        return new CommandTree(path, summary, commands, options, positional(spec));
    }

    private static String firstOf(CommandSpec spec) {
        String[] description = spec.usageMessage().description();
        return description.length == 0 ? "" : oneLine(description[0]);
    }

    private static String oneLine(String text) {
        String line = text.replaceAll("\\s+", " ").strip();
        return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
    }

    private static Values positional(CommandSpec spec) {
        List<String> words = new ArrayList<>();
        boolean files = false;
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            Values one = values(parameter);
            words.addAll(one.words());
            files |= one.files();
        }
        return new Values(words, files);
    }

    private static Values values(ArgSpec argument) {
        List<String> words = new ArrayList<>();
        if (argument.completionCandidates() != null) {
            argument.completionCandidates().forEach(words::add);
        }
        boolean files = Path.class.equals(argument.type()) || FILES.contains(argument.paramLabel());
        return new Values(words, words.isEmpty() && files);
    }

    /** This one and all below it. */
    List<CommandTree> all() {
        List<CommandTree> all = new ArrayList<>();
        all.add(this);
        commands.values().forEach(one -> all.addAll(one.all()));
        return all;
    }

    /** The spellings of all options. */
    List<String> optionNames() {
        return options.stream().flatMap(option -> option.names().stream()).toList();
    }

    /** The spellings of the options that take a value. */
    List<String> valueOptions() {
        return options.stream()
                .filter(Option::takesValue)
                .flatMap(option -> option.names().stream())
                .toList();
    }
}
