package dev.makima.cli.command.contracts;

import dev.makima.cli.command.base.Group;
import dev.makima.cli.command.base.Subcommands;
import dev.makima.cli.core.Surroundings;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** makima contracts …: what people do with contracts. */
public final class ContractsCommands {
    /** Its commands, in the order of its help. */
    static final List<String> NAMES = List.of(
            "create",
            "list",
            "show",
            "questions",
            "answer",
            "checklist",
            "mark",
            "advance",
            "files",
            "file",
            "write",
            "sync",
            "repositories",
            "update",
            "events",
            "history",
            "complete",
            "delete");

    private ContractsCommands() {}

    /** The group with the command that is meant, or with all. */
    public static CommandLine create(Surroundings surroundings, @Nullable String meant) {
        return Subcommands.of(new Contracts(surroundings), NAMES, name -> made(surroundings, name), meant);
    }

    private static Object made(Surroundings surroundings, String name) {
        return switch (name) {
            case "create" -> new ContractsCreateCommand(surroundings);
            case "list" -> new ContractsListCommand(surroundings);
            case "show" -> new ContractsShowCommand(surroundings);
            case "questions" -> new ContractsQuestions.Questions(surroundings);
            case "answer" -> new ContractsQuestions.Answer(surroundings);
            case "checklist" -> new ContractsProgress.Checklist(surroundings);
            case "mark" -> new ContractsProgress.Mark(surroundings);
            case "advance" -> new ContractsProgress.Advance(surroundings);
            case "files" -> new ContractsDocuments.Files(surroundings);
            case "file" -> new ContractsDocuments.File(surroundings);
            case "write" -> new ContractsDocuments.Write(surroundings);
            case "sync" -> new ContractsDocuments.Sync(surroundings);
            case "repositories" -> new ContractsRepositoriesCommand(surroundings);
            case "update" -> new ContractsProgress.Update(surroundings);
            case "events" -> new ContractsEventsCommand(surroundings);
            case "history" -> new ContractsHistoryCommand(surroundings);
            case "complete" -> new ContractsProgress.Complete(surroundings);
            case "delete" -> new ContractsProgress.Delete(surroundings);
            default -> throw Subcommands.unknown(name);
        };
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
    static final class Contracts extends Group {
        Contracts(Surroundings surroundings) {
            super("contracts", surroundings);
        }
    }
}
