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
 * @param parameters what its parameters may be, in their order
 */
public record CommandTree(
        String path,
        String summary,
        Map<String, CommandTree> commands,
        List<Option> options,
        List<Parameter> parameters) {
    /** Labels that stand for a file or directory of this machine. */
    private static final Set<String> FILES = Set.of("FILE", "PLANFILE", "DIR", "REPO", "DIR|URL");

    /** Labels that stand for what has an id, and its kind. */
    private static final Map<String, String> IDS =
            Map.of("TASK", "task", "SUBTASK", "task", "CONTRACT", "contract", "DAEMON", "daemon", "KEY-ID", "key");

    /** Copies. */
    public CommandTree {
        commands = new LinkedHashMap<>(commands);
        options = List.copyOf(options);
        parameters = List.copyOf(parameters);
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
     * @param ids what kind of thing it names, which the server is asked for; empty where it names none
     */
    public record Values(List<String> words, boolean files, String ids) {
        /** Nothing that could be offered. */
        public static final Values NONE = new Values(List.of(), false, "");

        /** Copies. */
        public Values {
            words = List.copyOf(words);
        }

        /** Whether there is nothing to offer. */
        boolean none() {
            return words.isEmpty() && !files && ids.isEmpty();
        }
    }

    /**
     * A parameter.
     *
     * @param from the number of parameters before it
     * @param endless whether all that follows is this one too
     */
    public record Parameter(int from, boolean endless, Values values) {}

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
        return new CommandTree("", "makima", commands, options, List.of());
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
        return new CommandTree(path, summary, commands, options, parameters(spec));
    }

    private static String firstOf(CommandSpec spec) {
        String[] description = spec.usageMessage().description();
        return description.length == 0 ? "" : oneLine(description[0]);
    }

    private static String oneLine(String text) {
        String line = text.replaceAll("\\s+", " ").strip();
        return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
    }

    private static List<Parameter> parameters(CommandSpec spec) {
        List<Parameter> parameters = new ArrayList<>();
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            Values values = values(parameter);
            if (!values.none()) {
                parameters.add(
                        new Parameter(parameter.index().min(), parameter.index().isVariable(), values));
            }
        }
        return parameters;
    }

    private static Values values(ArgSpec argument) {
        List<String> words = new ArrayList<>();
        if (argument.completionCandidates() != null) {
            argument.completionCandidates().forEach(words::add);
        }
        boolean files = Path.class.equals(argument.type()) || FILES.contains(argument.paramLabel());
        return new Values(words, words.isEmpty() && files, IDS.getOrDefault(argument.paramLabel(), ""));
    }

    /** This one and all below it. */
    List<CommandTree> all() {
        List<CommandTree> all = new ArrayList<>();
        all.add(this);
        commands.values().forEach(one -> all.addAll(one.all()));
        return all;
    }

    /**
     * What may stand at each place where something can be offered, by patterns of bash and zsh for a place: the command and an
     * option, or the command, # and the number of parameters before.
     */
    Map<String, Values> valuePlaces() {
        Map<String, Values> places = new LinkedHashMap<>();
        for (Parameter one : parameters) {
            String place = one.endless() ? "'" + path + " #'*" : "'" + path + " #" + one.from() + "'";
            places.put(place, one.values());
        }
        for (Option option : options) {
            if (!option.values().none()) {
                List<String> names = option.names().stream()
                        .map(name -> "'" + path + " " + name + "'")
                        .toList();
                places.put(String.join(" | ", names), option.values());
            }
        }
        return places;
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
