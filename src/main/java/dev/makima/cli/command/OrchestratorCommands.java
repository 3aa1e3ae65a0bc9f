package dev.makima.cli.command;

import dev.makima.cli.Surroundings;
import java.util.List;
import picocli.CommandLine;

/** makima orchestrator … */
final class OrchestratorCommands {
    /** Its commands, in the order of its help. */
    static final List<String> NAMES =
            List.of("list", "create", "start", "stop", "status", "output", "worktree", "done");

    private static final String CALLED = "makima orchestrator ";
    private static final String TASK = "its id, or the first digits of it";

    private OrchestratorCommands() {}

    /** The group with its commands. */
    static CommandLine create(Surroundings surroundings) {
        CommandLine group = new CommandLine(new Group.Orchestrator(surroundings));
        AgentCommand.named(surroundings, "list", "Lists the subtasks, the newest first.")
                .add(group, AgentTasks::children, CALLED + "list");
        AgentCommand.named(surroundings, "create", "Makes a subtask, which is not started yet.")
                .parameter("NAME", "its name, which becomes a part of its branch's")
                .parameter("PLAN", "what its agent is to do; it knows nothing else")
                .option("--continue-from", "ID", "begin with the files of that subtask")
                .option("--files", "PATHS", "copy these files of the orchestrator's directory: a,b")
                .add(
                        group,
                        call -> AgentTasks.create(call, false),
                        CALLED + "create parser \"Write the date parser in src/dates.\"",
                        CALLED + "create cli \"Give it a command line.\" --continue-from 1a2b3c4d");
        AgentCommand.named(surroundings, "start", "Starts a subtask.")
                .parameter("ID", TASK)
                .add(group, AgentTasks::start, CALLED + "start 1a2b3c4d");
        AgentCommand.named(surroundings, "stop", "Stops a subtask gracefully; its work is kept.")
                .parameter("ID", TASK)
                .add(group, AgentTasks::stop, CALLED + "stop 1a2b3c4d");
        AgentCommand.named(surroundings, "status", "Shows a subtask.")
                .parameter("ID", TASK)
                .add(group, AgentTasks::get, CALLED + "status 1a2b3c4d");
        AgentCommand.named(
                        surroundings,
                        "output",
                        "Prints what a subtask's agent said and did: the last entries, or those after one.")
                .parameter("ID", TASK)
                .option("--after", "SEQ", "only entries after this one, the oldest first", Long.class, false)
                .add(group, AgentTasks::output, CALLED + "output 1a2b3c4d", CALLED + "output 1a2b3c4d --after 0");
        AgentCommand.named(surroundings, "worktree", "Prints where a subtask's files are, and their branch.")
                .parameter("ID", TASK)
                .add(group, AgentTasks::worktree, CALLED + "worktree 1a2b3c4d");
        AgentCommand.named(surroundings, "done", "Says that the orchestrator's task is done.")
                .optional("SUMMARY", "what has been reached", String.class)
                .add(
                        group,
                        call -> {
                            call.self();
                            throw call.notYet();
                        },
                        CALLED + "done \"All parts are merged, tests pass.\"");
        return group;
    }
}
