package dev.makima.cli.command.agent;

import dev.makima.cli.command.base.Group;
import dev.makima.cli.command.base.Subcommands;
import dev.makima.cli.core.Surroundings;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** makima contract … */
final class ContractCommands {
    /** Its commands, in the order of its help. */
    static final List<String> NAMES = List.of(
            "status",
            "checklist",
            "files",
            "file",
            "suggest-action",
            "report",
            "create-file",
            "update-file",
            "completion-action");

    private static final String CALLED = "makima contract ";
    private static final String SOME_ID = "550e8400-e29b-41d4-a716-446655440000";

    private final Surroundings surroundings;

    private ContractCommands(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** The group with the command that is meant, or with all. */
    static CommandLine create(Surroundings surroundings, @Nullable String meant) {
        ContractCommands commands = new ContractCommands(surroundings);
        return Subcommands.of(new Contract(surroundings), NAMES, commands::made, meant);
    }

    private CommandLine made(String name) {
        return switch (name) {
            case "status" ->
                plain(name, "Shows the contract: its phase, its tasks, what is open.", AgentContract::status);
            case "checklist" -> plain(name, "Shows what the phase still needs.", AgentContract::checklist);
            case "files" -> plain(name, "Lists the contract's documents.", AgentContract::files);
            case "file" ->
                command(name, "Prints one document.")
                        .parameter("ID", "the document's id")
                        .does(AgentContract::document, CALLED + "file " + SOME_ID);
            case "suggest-action" -> plain(name, "Says what the contract needs next.", AgentContract::suggestion);
            case "report" -> report();
            case "create-file" -> createFile();
            case "update-file" -> updateFile();
            case "completion-action" -> completionAction();
            default -> throw Subcommands.unknown(name);
        };
    }

    private AgentCommand command(String name, String description) {
        return AgentCommand.named(surroundings, name, description);
    }

    private CommandLine plain(String name, String description, AgentCommand.Deed deed) {
        return command(name, description).does(deed, CALLED + name);
    }

    private CommandLine report() {
        return command("report", "Tells the supervisor how far the task is.")
                .parameter("MESSAGE", "a sentence or two")
                .does(AgentContract::report, CALLED + "report \"The parser is done; its command line is next.\"");
    }

    private CommandLine createFile() {
        return command("create-file", "Makes a document of standard input.")
                .parameter("NAME", "the document's name")
                .does(AgentContract::createFile, CALLED + "create-file Research < research.md");
    }

    private CommandLine updateFile() {
        return command("update-file", "Replaces a document's text by standard input.")
                .parameter("ID", "the document's id")
                .does(AgentContract::updateFile, CALLED + "update-file " + SOME_ID + " < research.md");
    }

    private CommandLine completionAction() {
        return command("completion-action", "Says what is to become of the task's work.")
                .option("--files", "PATHS", "the files that were changed: a,b")
                .option("--code", "", "code is among them", boolean.class, false)
                .does(
                        AgentContract::completionAction,
                        CALLED + "completion-action --files src/Parser.java,docs/format.md --code");
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
    static final class Contract extends Group {
        Contract(Surroundings surroundings) {
            super("contract", surroundings);
        }
    }
}
