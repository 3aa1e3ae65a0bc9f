package dev.makima.cli.command;

import dev.makima.cli.ExitCode;
import dev.makima.cli.Overview;
import dev.makima.cli.Surroundings;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** makima completion. */
@Command(
        name = "completion",
        description = "Prints a completion script for a shell.",
        footer = {
            "",
            "Examples:",
            "  source <(makima completion bash)             # in ~/.bashrc",
            "  source <(makima completion zsh)              # in ~/.zshrc, after compinit",
            "  makima completion fish > ~/.config/fish/completions/makima.fish"
        })
final class CompletionCommand extends Base {
    private static final List<String> TASKS = List.of(
            "list",
            "create",
            "start",
            "show",
            "output",
            "message",
            "pause",
            "resume",
            "stop",
            "diff",
            "worktree",
            "commit",
            "patch",
            "clone",
            "cleanup",
            "checkpoints",
            "checkpoint",
            "branches",
            "merge",
            "pr",
            "retry-action");

    /** The shells there is a script for. */
    enum Shell {
        bash,
        zsh,
        fish
    }

    @Parameters(paramLabel = "SHELL", description = "bash, zsh or fish")
    Shell shell = Shell.bash;

    CompletionCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Integer call() {
        surroundings
                .out()
                .print(
                        switch (shell) {
                            case bash -> bash();
                            case zsh -> "autoload -U +X bashcompinit && bashcompinit\n" + bash();
                            case fish -> fish();
                        });
        return ExitCode.OK;
    }

    private static String second(String group) {
        return switch (group) {
            case "tasks" -> String.join(" ", TASKS);
            case "contracts" -> String.join(" ", ContractsCommands.NAMES);
            case "daemons" -> "list";
            case "keys" -> "create list revoke";
            case "supervisor" -> String.join(" ", SupervisorCommands.NAMES);
            case "orchestrator" -> String.join(" ", OrchestratorCommands.NAMES);
            case "contract" -> String.join(" ", ContractCommands.NAMES);
            case "directive" -> String.join(" ", DirectiveCommands.NAMES);
            case "completion" -> "bash zsh fish";
            default -> "";
        };
    }

    private static final List<String> GROUPS = List.of(
            "tasks",
            "contracts",
            "daemons",
            "keys",
            "supervisor",
            "orchestrator",
            "contract",
            "directive",
            "completion");

    private static String bash() {
        StringBuilder cases = new StringBuilder();
        for (String group : GROUPS) {
            cases.append("        ")
                    .append(group)
                    .append(") words='")
                    .append(second(group))
                    .append("' ;;\n");
        }
        return """
                _makima() {
                    local words=''
                    if [ "$COMP_CWORD" = 1 ]; then
                        words='%s'
                    elif [ "$COMP_CWORD" = 2 ]; then
                        case "${COMP_WORDS[1]}" in
                %s        esac
                    fi
                    COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))
                }
                complete -o default -F _makima makima
                """.formatted(String.join(" ", Overview.names()), cases);
    }

    private static String fish() {
        StringBuilder script = new StringBuilder();
        script.append("complete -c makima -n __fish_use_subcommand -f -a '")
                .append(String.join(" ", Overview.names()))
                .append("'\n");
        for (String group : GROUPS) {
            script.append("complete -c makima -n '__fish_seen_subcommand_from ")
                    .append(group)
                    .append("' -f -a '")
                    .append(second(group))
                    .append("'\n");
        }
        return script.toString();
    }
}
