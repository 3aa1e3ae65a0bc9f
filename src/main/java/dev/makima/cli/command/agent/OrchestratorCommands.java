package dev.makima.cli.command.agent;

import dev.makima.cli.command.base.Group;
import dev.makima.cli.command.base.Subcommands;
import dev.makima.cli.core.Surroundings;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** makima orchestrator … */
final class OrchestratorCommands {
    /** Its commands, in the order of its help. */
    static final List<String> NAMES =
            List.of("list", "create", "start", "stop", "status", "output", "worktree", "done");

    private static final String CALLED = "makima orchestrator ";
    private static final String TASK = "its id, or the first digits of it";

    private final Surroundings surroundings;

    private OrchestratorCommands(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** The group with the command that is meant, or with all. */
    static CommandLine create(Surroundings surroundings, @Nullable String meant) {
        OrchestratorCommands commands = new OrchestratorCommands(surroundings);
        return Subcommands.of(new Orchestrator(surroundings), NAMES, commands::made, meant);
    }

    private CommandLine made(String name) {
        return switch (name) {
            case "list" ->
                command(name, "Lists the subtasks, the newest first.").does(AgentTasks::children, CALLED + "list");
            case "create" -> create();
            case "start" -> one(name, "Starts a subtask.", AgentTasks::start);
            case "stop" -> one(name, "Stops a subtask gracefully; its work is kept.", AgentTasks::stop);
            case "status" -> one(name, "Shows a subtask.", AgentTasks::get);
            case "output" -> output();
            case "worktree" -> one(name, "Prints where a subtask's files are, and their branch.", AgentTasks::worktree);
            case "done" -> done();
            default -> throw Subcommands.unknown(name);
        };
    }

    private AgentCommand command(String name, String description) {
        return AgentCommand.named(surroundings, name, description);
    }

    private CommandLine one(String name, String description, AgentCommand.Deed deed) {
        return command(name, description).parameter("ID", TASK).does(deed, CALLED + name + " 1a2b3c4d");
    }

    private CommandLine create() {
        return command("create", "Makes a subtask, which is not started yet.")
                .parameter("NAME", "its name, which becomes a part of its branch's")
                .parameter("PLAN", "what its agent is to do; it knows nothing else")
                .option("--continue-from", "ID", "begin with the files of that subtask")
                .option("--files", "PATHS", "copy these files of the orchestrator's directory: a,b")
                .does(
                        call -> AgentTasks.create(call, false),
                        CALLED + "create parser \"Write the date parser in src/dates.\"",
                        CALLED + "create cli \"Give it a command line.\" --continue-from 1a2b3c4d");
    }

    private CommandLine output() {
        return command("output", "Prints what a subtask's agent said and did: the last entries, or those after one.")
                .parameter("ID", TASK)
                .option("--after", "SEQ", "only entries after this one, the oldest first", Long.class, false)
                .does(AgentTasks::output, CALLED + "output 1a2b3c4d", CALLED + "output 1a2b3c4d --after 0");
    }

    private CommandLine done() {
        return command(
                        "done",
                        "Says that the orchestrator's task is done: the summary is shown with it. Refused while a subtask"
                                + " of it is at work.")
                .optional("SUMMARY", "what has been reached", String.class)
                .does(AgentTasks::finish, CALLED + "done \"All parts are merged, tests pass.\"", CALLED + "done");
    }

    /** makima orchestrator. */
    @Command(
            name = "orchestrator",
            description = {
                "What an agent does that carries out its task by way of subtasks. Prints JSON.",
                "The server, the key and the task are taken from the environment that agents are given."
            },
            footer = {
                "",
                "Examples:",
                "  makima orchestrator list",
                "  makima orchestrator create parser \"Write the date parser in src/dates.\"",
                "  makima orchestrator start 1a2b3c4d",
                "  makima orchestrator done \"All parts are merged.\"",
                "",
                "A task is named by its id or the first digits of it."
            })
    static final class Orchestrator extends Group {
        Orchestrator(Surroundings surroundings) {
            super("orchestrator", surroundings);
        }
    }
}
