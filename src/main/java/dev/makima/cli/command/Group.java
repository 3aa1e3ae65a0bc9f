package dev.makima.cli.command;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.cli.Surroundings;
import picocli.CommandLine.Command;

/** Commands that only hold others. */
abstract class Group extends Base {
    private final String name;

    Group(String name, Surroundings surroundings) {
        super(surroundings);
        this.name = name;
    }

    @Override
    public Integer call() {
        throw new MakimaException(
                ErrorCode.VALIDATION,
                "makima " + name + " needs to be told what to do",
                "See: makima " + name + " --help");
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
                "",
                "A task is named by its id or the first digits of it."
            })
    static final class Tasks extends Group {
        Tasks(Surroundings surroundings) {
            super("tasks", surroundings);
        }
    }

    /** makima daemons. */
    @Command(
            name = "daemons",
            description = "Daemons: the machines that carry tasks out.",
            footer = {"", "Example:", "  makima daemons list"})
    static final class Daemons extends Group {
        Daemons(Surroundings surroundings) {
            super("daemons", surroundings);
        }
    }

    /** makima keys. */
    @Command(
            name = "keys",
            description = "API keys: one for each person, program or daemon.",
            footer = {"", "Examples:", "  makima keys create laptop", "  makima keys list", "  makima keys revoke ID"})
    static final class Keys extends Group {
        Keys(Surroundings surroundings) {
            super("keys", surroundings);
        }
    }
}
