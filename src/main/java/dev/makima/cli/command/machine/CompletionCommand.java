package dev.makima.cli.command.machine;

import dev.makima.cli.command.base.Base;
import dev.makima.cli.completion.BashScript;
import dev.makima.cli.completion.CommandTree;
import dev.makima.cli.completion.FishScript;
import dev.makima.cli.completion.ZshScript;
import dev.makima.cli.core.ExitCode;
import dev.makima.cli.core.Overview;
import dev.makima.cli.core.Surroundings;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** makima completion. */
@Command(
        name = "completion",
        description = {
            "Prints a completion script for a shell.",
            "It offers commands, options, what they can be, and the newest tasks, contracts and daemons of the server."
        },
        footer = {
            "",
            "Examples:",
            "  source <(makima completion bash)             # in ~/.bashrc",
            "  source <(makima completion zsh)              # in ~/.zshrc, after compinit",
            "  makima completion fish > ~/.config/fish/completions/makima.fish"
        })
final class CompletionCommand extends Base {
    /** The shells there is a script for. */
    enum Shell {
        bash,
        zsh,
        fish
    }

    @Parameters(paramLabel = "SHELL", description = "bash, zsh or fish")
    Shell shell = Shell.bash;

    private final Function<String, @Nullable CommandLine> commands;

    /**
     * Of these commands.
     *
     * @param commands makes the command of a name, or answers null where there is none
     */
    CompletionCommand(Surroundings surroundings, Function<String, @Nullable CommandLine> commands) {
        super(surroundings);
        this.commands = commands;
    }

    @Override
    public Integer call() {
        CommandTree tree = tree(commands);
        surroundings
                .out()
                .print(
                        switch (shell) {
                            case bash -> BashScript.of(tree);
                            case zsh -> ZshScript.of(tree);
                            case fish -> FishScript.of(tree);
                        });
        return ExitCode.OK;
    }

    /** All that a person may type. */
    private static CommandTree tree(Function<String, @Nullable CommandLine> commands) {
        Map<String, CommandLine> lines = new LinkedHashMap<>();
        Overview.summaries().keySet().forEach(name -> {
            @Nullable CommandLine line = commands.apply(name);
            lines.put(name, line == null ? new CommandLine(followedByAny()) : line);
        });
        return CommandTree.of(lines, Overview.summaries());
    }

    /** Of "help", the only one that is no command of its own. */
    private static CommandLine.Model.CommandSpec followedByAny() {
        return CommandLine.Model.CommandSpec.create()
                .addPositional(CommandLine.Model.PositionalParamSpec.builder()
                        .index("0")
                        .paramLabel("COMMAND")
                        .completionCandidates(Overview.names())
                        .build());
    }
}
