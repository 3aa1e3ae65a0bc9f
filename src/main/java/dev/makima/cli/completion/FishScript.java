package dev.makima.cli.completion;

import java.util.List;

/** The script for fish 3, with descriptions. Stateless. */
public final class FishScript {
    private static final String HEAD = """
            # Completion of makima for fish: makima completion fish > ~/.config/fish/completions/makima.fish
            # Whether the words typed so far lead to the command that is named, and to the parameter of that number; a number
            # and a plus stand for all from that one on.
            function __makima_at
                set -l words (commandline -opc)
                set -e words[1]
                set -l path
                set -l number 0
                set -l expects no
                for word in $words
                    if test $expects = yes
                        set expects no
                    else if string match -q -- '-*' $word
                        if contains -- "$path $word" $__makima_valued; or contains -- "$word" $__makima_valued
                            set expects yes
                        end
                    else if contains -- (string trim -- "$path $word") $__makima_paths
                        set path (string trim -- "$path $word")
                        set number 0
                    else
                        set number (math $number + 1)
                    end
                end
                test "$path" = "$argv[1]"; or return 1
                switch "$argv[2]"
                    case ''
                        return 0
                    case '*+'
                        test $number -ge (string replace + '' $argv[2])
                    case '*'
                        test $number -eq $argv[2]
                end
            end
            function __makima_ids
                set -l words (commandline -opc)
                type -q $words[1]; and $words[1] ids $argv[1] 2>/dev/null </dev/null
            end
            """;

    private static final String COMPLETE = "complete -c makima -n ";

    private FishScript() {}

    /** The script. */
    public static String of(CommandTree top) {
        StringBuilder script = new StringBuilder(HEAD);
        list(
                script,
                "__makima_paths",
                top.all().stream()
                        .map(CommandTree::path)
                        .filter(path -> !path.isEmpty())
                        .toList());
        list(
                script,
                "__makima_valued",
                top.all().stream()
                        .flatMap(command ->
                                command.valueOptions().stream().map(name -> (command.path() + " " + name).strip()))
                        .toList());
        script.append("complete -c makima -f\n");
        for (CommandTree command : top.all()) {
            String begin = COMPLETE + quoted("__makima_at " + quoted(command.path()));
            command.commands()
                    .forEach((name, one) -> script.append(begin)
                            .append(" -a ")
                            .append(name)
                            .append(" -d ")
                            .append(quoted(one.summary()))
                            .append('\n'));
            command.parameters().forEach(one -> parameter(script, command.path(), one));
            command.options().forEach(option -> option(script, begin, option));
        }
        return script.toString();
    }

    private static void option(StringBuilder script, String begin, CommandTree.Option option) {
        script.append(begin);
        for (String name : option.names()) {
            script.append(name.startsWith("--") ? " -l " : " -s ").append(name.replaceFirst("^-+", ""));
        }
        if (option.takesValue()) {
            script.append(option.values().files() ? " -r" : " -x").append(offered(option.values()));
        }
        script.append(" -d ").append(quoted(option.summary())).append('\n');
    }

    private static void parameter(StringBuilder script, String path, CommandTree.Parameter one) {
        String number = one.from() + (one.endless() ? "+" : "");
        script.append(COMPLETE)
                .append(quoted("__makima_at " + quoted(path) + " " + number))
                .append(offered(one.values()))
                .append('\n');
    }

    private static String offered(CommandTree.Values values) {
        if (values.files()) {
            return " -F";
        }
        if (!values.ids().isEmpty()) {
            return " -a " + quoted("(__makima_ids " + values.ids() + ")");
        }
        return values.words().isEmpty() ? "" : " -a " + quoted(String.join(" ", values.words()));
    }

    private static void list(StringBuilder script, String name, List<String> words) {
        script.append("set -g ").append(name);
        words.forEach(word -> script.append(' ').append(quoted(word)));
        script.append('\n');
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
