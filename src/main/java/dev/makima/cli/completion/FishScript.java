package dev.makima.cli.completion;

import java.util.List;

/** The script for fish 3, with descriptions. Stateless. */
public final class FishScript {
    private static final String HEAD = """
            # Completion of makima for fish: makima completion fish > ~/.config/fish/completions/makima.fish
            # Whether the words typed so far lead to the command that is named.
            function __makima_at
                set -l words (commandline -opc)
                set -e words[1]
                set -l path
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
                    end
                end
                test "$path" = "$argv[1]"
            end
            """;

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
            String begin = "complete -c makima -n " + quoted("__makima_at " + quoted(command.path()));
            command.commands()
                    .forEach((name, one) -> script.append(begin)
                            .append(" -a ")
                            .append(name)
                            .append(" -d ")
                            .append(quoted(one.summary()))
                            .append('\n'));
            if (command.commands().isEmpty()) {
                values(script, begin, command.positional());
            }
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
            script.append(option.values().files() ? " -r -F" : " -x");
            if (!option.values().words().isEmpty()) {
                script.append(" -a ")
                        .append(quoted(String.join(" ", option.values().words())));
            }
        }
        script.append(" -d ").append(quoted(option.summary())).append('\n');
    }

    private static void values(StringBuilder script, String begin, CommandTree.Values values) {
        if (values.files()) {
            script.append(begin).append(" -F\n");
        } else if (!values.words().isEmpty()) {
            script.append(begin)
                    .append(" -a ")
                    .append(quoted(String.join(" ", values.words())))
                    .append('\n');
        }
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
