package dev.makima.cli.command;

import dev.makima.cli.Surroundings;
import java.util.List;
import picocli.CommandLine;

/** makima supervisor … */
final class SupervisorCommands {
    /** Its commands, in the order of its help. */
    static final List<String> NAMES = List.of(
            "status",
            "tasks",
            "task",
            "tree",
            "output",
            "spawn",
            "wait",
            "read-file",
            "diff",
            "branch",
            "merge",
            "pr",
            "checkpoint",
            "checkpoints",
            "advance-phase",
            "ask",
            "complete");

    private static final List<String> PHASES = List.of("research", "specify", "plan", "execute", "review");
    private static final String CALLED = "makima supervisor ";
    private static final String TASK = "its id, or the first digits of it";

    private final Surroundings surroundings;
    private final CommandLine group;

    private SupervisorCommands(Surroundings surroundings) {
        this.surroundings = surroundings;
        this.group = new CommandLine(new Group.Supervisor(surroundings));
    }

    /** The group with its commands. */
    static CommandLine create(Surroundings surroundings) {
        SupervisorCommands commands = new SupervisorCommands(surroundings);
        commands.look();
        commands.direct();
        commands.integrate();
        commands.lead();
        return commands.group;
    }

    private AgentCommand command(String name, String description) {
        return AgentCommand.named(surroundings, name, description);
    }

    private void look() {
        command("status", "Shows the contract: its phase, what is open, the supervisor's own state.")
                .add(
                        group,
                        call -> {
                            call.self();
                            return AgentContract.status(call);
                        },
                        CALLED + "status");
        command("tasks", "Lists the contract's tasks.").add(group, AgentTasks::ofContract, CALLED + "tasks");
        command("task", "Shows one task.").parameter("ID", TASK).add(group, AgentTasks::get, CALLED + "task 1a2b3c4d");
        command("tree", "Shows the tasks, each below the one that made it or that it continues.")
                .add(group, AgentContract::tree, CALLED + "tree");
        command("output", "Prints what a task's agent said and did: the last entries, or those after one.")
                .parameter("ID", TASK)
                .option("--after", "SEQ", "only entries after this one, the oldest first", Long.class, false)
                .add(group, AgentTasks::output, CALLED + "output 1a2b3c4d", CALLED + "output 1a2b3c4d --after 0");
    }

    private void direct() {
        command("spawn", "Makes a task and starts it.")
                .parameter("NAME", "its name, which becomes a part of its branch's")
                .parameter("PLAN", "what its agent is to do; it knows nothing else")
                .option("--continue-from", "ID", "begin with the files of that task")
                .option("--files", "PATHS", "copy these files of the supervisor's directory: a,b")
                .add(
                        group,
                        call -> AgentTasks.create(call, true),
                        CALLED + "spawn parser \"Write the date parser in src/dates.\"",
                        CALLED + "spawn cli \"Give it a command line.\" --continue-from 1a2b3c4d");
        command("wait", "Waits until a task has ended, and shows it; exit code 5 when the time is over.")
                .parameter("ID", TASK)
                .optional("SECS", "how long at most; default, and the most: 3600", Long.class)
                .add(group, AgentTasks::await, CALLED + "wait 1a2b3c4d", CALLED + "wait 1a2b3c4d 1800");
        command("read-file", "Prints a file of a task's worktree.")
                .parameter("ID", TASK)
                .parameter("PATH", "relative to the worktree")
                .add(group, AgentWork::file, CALLED + "read-file 1a2b3c4d src/dates/Parser.java");
        command("diff", "Prints what a task has changed.")
                .parameter("ID", TASK)
                .add(group, AgentWork::diff, CALLED + "diff 1a2b3c4d");
    }

    private void integrate() {
        command("branch", "Makes a branch and checks it out in the supervisor's own worktree.")
                .parameter("NAME", "begins with makima/")
                .option("--from", "REF", "where it begins; default: where the worktree is")
                .add(
                        group,
                        AgentWork::branch,
                        CALLED + "branch makima/date-parser",
                        CALLED + "branch makima/date-parser --from develop");
        command("merge", "Merges a task's work into a branch.")
                .parameter("ID", TASK)
                .option("--to", "BRANCH", "default: the task's target or base branch")
                .option("--squash", "", "as one commit", boolean.class, false)
                .add(group, AgentWork::merge, CALLED + "merge 1a2b3c4d --to makima/date-parser --squash");
        command("pr", "Opens a pull request.")
                .parameter("BRANCH", "the branch with the work")
                .needed("--title", "TITLE", "its title")
                .option("--body", "TEXT", "its description")
                .option("--base", "BRANCH", "the branch it goes to; default: the base branch, else main")
                .add(
                        group,
                        AgentWork::pullRequest,
                        CALLED + "pr makima/date-parser --title \"Date parser\" --base main");
        command("checkpoint", "Saves the state of the supervisor's own worktree.")
                .parameter("MESSAGE", "what has been reached")
                .add(group, AgentWork::checkpoint, CALLED + "checkpoint \"parser merged\"");
        command("checkpoints", "Lists checkpoints.")
                .optional("ID", "of that task; default: the supervisor's own", String.class)
                .add(group, AgentWork::checkpoints, CALLED + "checkpoints", CALLED + "checkpoints 1a2b3c4d");
    }

    private void lead() {
        command("advance-phase", "Takes the contract to its next phase.")
                .parameter("PHASE", "research, specify, plan, execute or review")
                .add(group, call -> AgentContract.advance(call, PHASES), CALLED + "advance-phase execute");
        command("ask", "Asks a person, and waits for the answer.")
                .parameter("QUESTION", "what is to be decided")
                .option("--choices", "LIST", "answers to choose from: yes,no")
                .option("--context", "TEXT", "what one has to know for it")
                .option("--timeout", "SECS", "how long to wait; default: 3600", Long.class, false)
                .add(group, AgentContract::ask, CALLED + "ask \"Keep the old format?\" --choices yes,no --timeout 600");
        command("complete", "Ends the contract: all is done.").add(group, AgentContract::complete, CALLED + "complete");
    }
}
