package dev.makima.cli.command.base;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.cli.Surroundings;
import picocli.CommandLine.Command;

/** Commands that only hold others. */
public abstract class Group extends Base {
    private final String name;

    protected Group(String name, Surroundings surroundings) {
        super(surroundings);
        this.name = name;
    }

    @Override
    public Integer call() {
        throw new MakimaException(
                ErrorCode.VALIDATION, name + " needs to be told what to do", "See: makima " + name + " --help");
    }

    /** makima tasks. */
    @Command(
            name = "tasks",
            description = "Tasks: what agents were given to do.",
            footer = {
                "",
                "Examples:",
                "  makima tasks list --status running",
                "  makima tasks output -f 1a2b3c4d",
                "  makima tasks stop 1a2b3c4d",
                "  makima tasks diff 1a2b3c4d | less",
                "  makima tasks merge 1a2b3c4d --to develop",
                "  makima tasks retry 1a2b3c4d",
                "  makima tasks search \"NullPointerException\"",
                "",
                "A task is named by its id or the first digits of it."
            })
    public static final class Tasks extends Group {
        public Tasks(Surroundings surroundings) {
            super("tasks", surroundings);
        }
    }

    /** makima daemons. */
    @Command(
            name = "daemons",
            description = "Daemons: the machines that carry tasks out.",
            footer = {
                "",
                "Examples:",
                "  makima daemons list",
                "  makima daemons show 1a2b3c4d",
                "  makima daemons restart build-machine",
                "",
                "A daemon is named by its id, the first digits of it, or the name of its machine."
            })
    public static final class Daemons extends Group {
        public Daemons(Surroundings surroundings) {
            super("daemons", surroundings);
        }
    }

    /** makima keys. */
    @Command(
            name = "keys",
            description = "API keys: one for each person, program or daemon.",
            footer = {"", "Examples:", "  makima keys create laptop", "  makima keys list", "  makima keys revoke ID"})
    public static final class Keys extends Group {
        public Keys(Surroundings surroundings) {
            super("keys", surroundings);
        }
    }

    /** makima contracts. */
    @Command(
            name = "contracts",
            description = "Contracts: pieces of work that one agent leads and others do.",
            footer = {
                "",
                "Examples:",
                "  makima contracts create \"Date parser\" \"Write a date parser with a command line.\"",
                "  makima contracts show 1a2b3c4d",
                "  makima contracts answer 1a2b3c4d yes",
                "",
                "A contract is named by its id or the first digits of it."
            })
    public static final class Contracts extends Group {
        public Contracts(Surroundings surroundings) {
            super("contracts", surroundings);
        }
    }

    /** makima merges. */
    @Command(
            name = "merges",
            description = {
                "Merges of a branch into a task's worktree, step by step: start, look, take a side, commit or give up.",
                "For a whole task's work in one go there is: makima tasks merge"
            },
            footer = {
                "",
                "Examples:",
                "  makima merges start 1a2b3c4d makima/date-parser-5e6f7a8b",
                "  makima merges status 1a2b3c4d",
                "  makima merges resolve 1a2b3c4d src/dates/Parser.java theirs",
                "  makima merges commit 1a2b3c4d \"Merge the date parser\"",
                "",
                "A task is named by its id or the first digits of it."
            })
    public static final class Merges extends Group {
        public Merges(Surroundings surroundings) {
            super("merges", surroundings);
        }
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
    public static final class Supervisor extends Group {
        public Supervisor(Surroundings surroundings) {
            super("supervisor", surroundings);
        }
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
    public static final class Orchestrator extends Group {
        public Orchestrator(Surroundings surroundings) {
            super("orchestrator", surroundings);
        }
    }

    /** makima contract. */
    @Command(
            name = "contract",
            description = {
                "What an agent reads of the contract that its task belongs to, and reports to it. Prints JSON.",
                "The server, the key, the task and the contract are taken from the environment that agents are given."
            },
            footer = {
                "",
                "Examples:",
                "  makima contract status",
                "  makima contract report \"The parser is done; its command line is next.\"",
                "  makima contract create-file \"Research\" < research.md"
            })
    public static final class Contract extends Group {
        public Contract(Surroundings surroundings) {
            super("contract", surroundings);
        }
    }

    /** makima directive. */
    @Command(
            name = "directive",
            description = {
                "How an agent plans a goal as steps, and tells what became of it. Prints JSON.",
                "The server, the key and the directive are taken from the environment that agents are given."
            },
            footer = {
                "",
                "Examples:",
                "  makima directive status",
                "  makima directive add-step parser --description \"Date parser\" --task-plan \"Write it.\"",
                "  makima directive update --pr-url https://github.com/o/r/pull/1",
                "",
                "Directives are not in this version yet: every command checks what it was given, says so,",
                "and ends with exit code 1."
            })
    public static final class Directive extends Group {
        public Directive(Surroundings surroundings) {
            super("directive", surroundings);
        }
    }
}
