package dev.makima.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.base.Uuids;
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
                .add(group, ContractCommands::plain, CALLED + "status");
        command("checklist", "Shows what the phase still needs.")
                .add(group, ContractCommands::plain, CALLED + "checklist");
        command("files", "Lists the contract's documents.").add(group, ContractCommands::plain, CALLED + "files");
        command("file", "Prints one document.")
                .parameter("ID", "the document's id")
                .add(group, ContractCommands::document, CALLED + "file 550e8400-e29b-41d4-a716-446655440000");
        command("suggest-action", "Says what the contract needs next.")
                .add(group, ContractCommands::plain, CALLED + "suggest-action");
    }

    private void tell() {
        command("report", "Tells the supervisor how far the task is.")
                .parameter("MESSAGE", "a sentence or two")
                .add(
                        group,
                        call -> {
                            call.self();
                            call.text("MESSAGE");
                            return plain(call);
                        },
                        CALLED + "report \"The parser is done; its command line is next.\"");
        command("create-file", "Makes a document of standard input.")
                .parameter("NAME", "the document's name")
                .add(
                        group,
                        call -> {
                            call.text("NAME");
                            call.contract();
                            call.input();
                            throw call.notYet();
                        },
                        CALLED + "create-file Research < research.md");
        command("update-file", "Replaces a document's text by standard input.")
                .parameter("ID", "the document's id")
                .add(
                        group,
                        call -> {
                            call.contract();
                            Uuids.parse("id of a document", call.text("ID"));
                            call.input();
                            throw call.notYet();
                        },
                        CALLED + "update-file 550e8400-e29b-41d4-a716-446655440000 < research.md");
        command("completion-action", "Says what is to become of the task's work.")
                .option("--files", "PATHS", "the files that were changed: a,b")
                .option("--code", "", "code is among them", boolean.class, false)
                .add(
                        group,
                        call -> {
                            call.self();
                            call.paths("--files");
                            call.flag("--code");
                            return plain(call);
                        },
                        CALLED + "completion-action --files src/Parser.java,docs/format.md --code");
    }

    private static JsonNode plain(AgentCall call) {
        call.contract();
        throw call.notYet();
    }

    private static JsonNode document(AgentCall call) {
        Uuids.parse("id of a document", call.text("ID"));
        return plain(call);
    }
}
