package dev.makima.cli.command;

import dev.makima.cli.Surroundings;
import java.util.List;
import picocli.CommandLine;

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

    private final Surroundings surroundings;
    private final CommandLine group;

    private ContractCommands(Surroundings surroundings) {
        this.surroundings = surroundings;
        this.group = new CommandLine(new Group.Contract(surroundings));
    }

    /** The group with its commands. */
    static CommandLine create(Surroundings surroundings) {
        ContractCommands commands = new ContractCommands(surroundings);
        commands.read();
        commands.tell();
        return commands.group;
    }

    private AgentCommand command(String name, String description) {
        return AgentCommand.named(surroundings, name, description);
    }

    private void read() {
        command("status", "Shows the contract: its phase, its tasks, what is open.")
                .add(group, AgentContract::status, CALLED + "status");
        command("checklist", "Shows what the phase still needs.")
                .add(group, AgentContract::checklist, CALLED + "checklist");
        command("files", "Lists the contract's documents.").add(group, AgentContract::files, CALLED + "files");
        command("file", "Prints one document.")
                .parameter("ID", "the document's id")
                .add(group, AgentContract::document, CALLED + "file 550e8400-e29b-41d4-a716-446655440000");
        command("suggest-action", "Says what the contract needs next.")
                .add(group, AgentContract::suggestion, CALLED + "suggest-action");
    }

    private void tell() {
        command("report", "Tells the supervisor how far the task is.")
                .parameter("MESSAGE", "a sentence or two")
                .add(group, AgentContract::report, CALLED + "report \"The parser is done; its command line is next.\"");
        command("create-file", "Makes a document of standard input.")
                .parameter("NAME", "the document's name")
                .add(group, AgentContract::createFile, CALLED + "create-file Research < research.md");
        command("update-file", "Replaces a document's text by standard input.")
                .parameter("ID", "the document's id")
                .add(
                        group,
                        AgentContract::updateFile,
                        CALLED + "update-file 550e8400-e29b-41d4-a716-446655440000 < research.md");
        command("completion-action", "Says what is to become of the task's work.")
                .option("--files", "PATHS", "the files that were changed: a,b")
                .option("--code", "", "code is among them", boolean.class, false)
                .add(
                        group,
                        AgentContract::completionAction,
                        CALLED + "completion-action --files src/Parser.java,docs/format.md --code");
    }
}
