package dev.makima.cli.command.tasks;

import dev.makima.cli.command.base.Group;
import dev.makima.cli.command.base.Subcommands;
import dev.makima.cli.core.Surroundings;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** makima tasks … */
final class TasksCommands {
    /** Its commands, in the order of its help. */
    static final List<String> NAMES = List.of(
            "list",
            "search",
            "create",
            "start",
            "show",
            "output",
            "message",
            "pause",
            "resume",
            "stop",
            "retry",
            "continue",
            "update",
            "delete",
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

    private TasksCommands() {}

    /** The group with the command that is meant, or with all. */
    static CommandLine create(Surroundings surroundings, @Nullable String meant) {
        return Subcommands.of(new Tasks(surroundings), NAMES, name -> made(surroundings, name), meant);
    }

    private static Object made(Surroundings surroundings, String name) {
        return switch (name) {
            case "list" -> new TasksListCommand(surroundings);
            case "search" -> new TasksSearchCommand(surroundings);
            case "create" -> new TasksCreateCommand(surroundings);
            case "start" -> new TasksStartCommand(surroundings);
            case "show" -> new TasksShowCommand(surroundings);
            case "output" -> new TasksOutputCommand(surroundings);
            case "message" -> new TasksMessageCommand(surroundings);
            case "pause" -> TasksPauseCommand.pause(surroundings);
            case "resume" -> TasksPauseCommand.resume(surroundings);
            case "stop" -> new TasksStopCommand(surroundings);
            case "retry" -> new TasksRetryCommand(surroundings);
            case "continue" -> new TasksContinueCommand(surroundings);
            case "update" -> new TasksUpdateCommand(surroundings);
            case "delete" -> new TasksDeleteCommand(surroundings);
            case "diff" -> new TaskFilesCommands.Diff(surroundings);
            case "worktree" -> new TaskFilesCommands.Worktree(surroundings);
            case "commit" -> new TaskFilesCommands.Commit(surroundings);
            case "patch" -> new TaskFilesCommands.Patch(surroundings);
            case "clone" -> new TaskFilesCommands.CloneTo(surroundings);
            case "cleanup" -> new TaskFilesCommands.Cleanup(surroundings);
            case "checkpoints" -> new TaskResultCommands.Checkpoints(surroundings);
            case "checkpoint" -> new TaskResultCommands.Checkpoint(surroundings);
            case "branches" -> new TaskResultCommands.Branches(surroundings);
            case "merge" -> new TaskResultCommands.Merge(surroundings);
            case "pr" -> new TaskResultCommands.PullRequest(surroundings);
            case "retry-action" -> new TaskResultCommands.RetryAction(surroundings);
            default -> throw Subcommands.unknown(name);
        };
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
    static final class Tasks extends Group {
        Tasks(Surroundings surroundings) {
            super("tasks", surroundings);
        }
    }
}
