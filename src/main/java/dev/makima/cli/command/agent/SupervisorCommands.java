package dev.makima.cli.command.agent;

import dev.makima.cli.command.base.Group;
import dev.makima.cli.command.base.Subcommands;
import dev.makima.cli.core.Surroundings;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

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

    private SupervisorCommands(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** The group with the command that is meant, or with all. */
    static CommandLine create(Surroundings surroundings, @Nullable String meant) {
        SupervisorCommands commands = new SupervisorCommands(surroundings);
        return Subcommands.of(new Supervisor(surroundings), NAMES, commands::made, meant);
    }

    private CommandLine made(String name) {
        return switch (name) {
            case "status" -> status();
            case "tasks" -> tasks();
            case "task" -> task();
            case "tree" -> tree();
            case "output" -> output();
            case "spawn" -> spawn();
            case "wait" -> await();
            case "read-file" -> readFile();
            case "diff" -> diff();
            case "branch" -> branch();
            case "merge" -> merge();
            case "pr" -> pullRequest();
            case "checkpoint" -> checkpoint();
            case "checkpoints" -> checkpoints();
            case "advance-phase" -> advance();
            case "ask" -> ask();
            case "complete" -> complete();
            default -> throw Subcommands.unknown(name);
        };
    }

    private AgentCommand command(String name, String description) {
        return AgentCommand.named(surroundings, name, description);
    }

    private CommandLine status() {
        return command("status", "Shows the contract: its phase, what is open, the supervisor's own state.")
                .does(
                        call -> {
                            call.self();
                            return AgentContract.status(call);
                        },
                        CALLED + "status");
    }

    private CommandLine tasks() {
        return command("tasks", "Lists the contract's tasks.").does(AgentTasks::ofContract, CALLED + "tasks");
    }

    private CommandLine task() {
        return command("task", "Shows one task.").parameter("ID", TASK).does(AgentTasks::get, CALLED + "task 1a2b3c4d");
    }

    private CommandLine tree() {
        return command("tree", "Shows the tasks, each below the one that made it or that it continues.")
                .does(AgentContract::tree, CALLED + "tree");
    }

    private CommandLine output() {
        return command("output", "Prints what a task's agent said and did: the last entries, or those after one.")
                .parameter("ID", TASK)
                .option("--after", "SEQ", "only entries after this one, the oldest first", Long.class, false)
                .does(AgentTasks::output, CALLED + "output 1a2b3c4d", CALLED + "output 1a2b3c4d --after 0");
    }

    private CommandLine spawn() {
        return command("spawn", "Makes a task and starts it.")
                .parameter("NAME", "its name, which becomes a part of its branch's")
                .parameter("PLAN", "what its agent is to do; it knows nothing else")
                .option("--continue-from", "ID", "begin with the files of that task")
                .option("--files", "PATHS", "copy these files of the supervisor's directory: a,b")
                .does(
                        call -> AgentTasks.create(call, true),
                        CALLED + "spawn parser \"Write the date parser in src/dates.\"",
                        CALLED + "spawn cli \"Give it a command line.\" --continue-from 1a2b3c4d");
    }

    private CommandLine await() {
        return command("wait", "Waits until a task has ended, and shows it; exit code 5 when the time is over.")
                .parameter("ID", TASK)
                .optional("SECS", "how long at most; default, and the most: 3600", Long.class)
                .does(AgentTasks::await, CALLED + "wait 1a2b3c4d", CALLED + "wait 1a2b3c4d 1800");
    }

    private CommandLine readFile() {
        return command("read-file", "Prints a file of a task's worktree.")
                .parameter("ID", TASK)
                .parameter("PATH", "relative to the worktree")
                .does(AgentWork::file, CALLED + "read-file 1a2b3c4d src/dates/Parser.java");
    }

    private CommandLine diff() {
        return command("diff", "Prints what a task has changed.")
                .parameter("ID", TASK)
                .does(AgentWork::diff, CALLED + "diff 1a2b3c4d");
    }

    private CommandLine branch() {
        return command("branch", "Makes a branch and checks it out in the supervisor's own worktree.")
                .parameter("NAME", "begins with makima/")
                .option("--from", "REF", "where it begins; default: where the worktree is")
                .does(
                        AgentWork::branch,
                        CALLED + "branch makima/date-parser",
                        CALLED + "branch makima/date-parser --from develop");
    }

    private CommandLine merge() {
        return command("merge", "Merges a task's work into a branch; exit code 1 where it conflicts.")
                .parameter("ID", TASK)
                .option("--to", "BRANCH", "default: the task's target or base branch")
                .option("--squash", "", "as one commit", boolean.class, false)
                .does(AgentWork::merge, CALLED + "merge 1a2b3c4d --to makima/date-parser --squash");
    }

    private CommandLine pullRequest() {
        return command("pr", "Opens a pull request.")
                .parameter("BRANCH", "the branch with the work")
                .needed("--title", "TITLE", "its title")
                .option("--body", "TEXT", "its description")
                .option("--base", "BRANCH", "the branch it goes to; default: the base branch, else main")
                .does(AgentWork::pullRequest, CALLED + "pr makima/date-parser --title \"Date parser\" --base main");
    }

    private CommandLine checkpoint() {
        return command("checkpoint", "Saves the state of the supervisor's own worktree.")
                .parameter("MESSAGE", "what has been reached")
                .does(AgentWork::checkpoint, CALLED + "checkpoint \"parser merged\"");
    }

    private CommandLine checkpoints() {
        return command("checkpoints", "Lists checkpoints.")
                .optional("ID", "of that task; default: the supervisor's own", String.class)
                .does(AgentWork::checkpoints, CALLED + "checkpoints", CALLED + "checkpoints 1a2b3c4d");
    }

    private CommandLine advance() {
        return command("advance-phase", "Takes the contract to its next phase.")
                .choice("PHASE", PHASES, "research, specify, plan, execute or review")
                .does(call -> AgentContract.advance(call, PHASES), CALLED + "advance-phase execute");
    }

    private CommandLine ask() {
        return command("ask", "Asks a person, and waits for the answer; exit code 5 when there is none in time.")
                .parameter("QUESTION", "what is to be decided")
                .option("--choices", "LIST", "answers to choose from: yes,no")
                .option("--context", "TEXT", "what one has to know for it")
                .option("--timeout", "SECS", "how long to wait; default: 3600", Long.class, false)
                .does(AgentContract::ask, CALLED + "ask \"Keep the old format?\" --choices yes,no --timeout 600");
    }

    private CommandLine complete() {
        return command("complete", "Ends the contract: all is done.")
                .does(AgentContract::complete, CALLED + "complete");
    }

    /** makima supervisor. */
    @Command(
            name = "supervisor",
            description = {
                "What the agent that leads a contract does with its tasks. Prints JSON.",
                "The server, the key, the task and the contract are taken from the environment that agents are given."
            },
            footer = {
                "",
                "Examples:",
                "  makima supervisor branch makima/date-parser",
                "  makima supervisor spawn parser \"Write the date parser in src/dates.\"",
                "  makima supervisor wait 1a2b3c4d",
                "  makima supervisor merge 1a2b3c4d --to makima/date-parser",
                "",
                "A task is named by its id or the first digits of it."
            })
    static final class Supervisor extends Group {
        Supervisor(Surroundings surroundings) {
            super("supervisor", surroundings);
        }
    }
}
