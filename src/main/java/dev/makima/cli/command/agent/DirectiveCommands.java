package dev.makima.cli.command.agent;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.Text;
import dev.makima.base.Uuids;
import dev.makima.cli.command.base.Group;
import dev.makima.cli.command.base.Subcommands;
import dev.makima.cli.core.Surroundings;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** makima directive … */
final class DirectiveCommands {
    /** Its commands, in the order of its help. */
    static final List<String> NAMES = List.of("status", "steps", "add-step", "batch-add-steps", "update");

    private static final String CALLED = "makima directive ";

    private final Surroundings surroundings;

    private DirectiveCommands(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** The group with the command that is meant, or with all. */
    static CommandLine create(Surroundings surroundings, @Nullable String meant) {
        DirectiveCommands commands = new DirectiveCommands(surroundings);
        return Subcommands.of(new Directive(surroundings), NAMES, commands::made, meant);
    }

    private CommandLine made(String name) {
        return switch (name) {
            case "status" ->
                command(name, "Shows the directive: its goal, its state, how far it is.")
                        .does(DirectiveCommands::plain, CALLED + "status");
            case "steps" ->
                command(name, "Lists the steps in their order.").does(DirectiveCommands::plain, CALLED + "steps");
            case "add-step" -> addStep();
            case "batch-add-steps" -> addSteps();
            case "update" -> update();
            default -> throw Subcommands.unknown(name);
        };
    }

    private AgentCommand command(String name, String description) {
        return AgentCommand.named(surroundings, name, description);
    }

    private CommandLine addStep() {
        return command("add-step", "Adds a step.")
                .parameter("NAME", "its name")
                .needed("--description", "TEXT", "what it is about, for people")
                .needed("--task-plan", "TEXT", "what its agent is to do; it knows nothing else")
                .option("--depends-on", "IDS", "the steps it needs, the one it continues first: id,id")
                .option("--order", "N", "all steps of a lower number are finished before it begins", Long.class, false)
                .does(
                        DirectiveCommands::addStep,
                        CALLED + "add-step parser --description \"Date parser\" --task-plan \"Write it.\" --order 1");
    }

    private CommandLine addSteps() {
        return command("batch-add-steps", "Adds several steps, all or none.")
                .needed("--json", "LIST", "steps with name, description, taskPlan, dependsOn and orderIndex")
                .does(
                        DirectiveCommands::addSteps,
                        CALLED + "batch-add-steps --json '[{\"name\":\"parser\",\"taskPlan\":\"Write it.\"}]'");
    }

    private CommandLine update() {
        return command("update", "Stores the address of the directive's pull request.")
                .needed("--pr-url", "URL", "http(s)")
                .does(DirectiveCommands::update, CALLED + "update --pr-url https://github.com/o/r/pull/1");
    }

    private static JsonNode plain(AgentCall call) {
        call.directive();
        throw call.notYet();
    }

    private static JsonNode addStep(AgentCall call) {
        call.text("NAME");
        call.text("--description");
        call.text("--task-plan");
        call.list("--depends-on").forEach(id -> Uuids.parse("id of a step", id));
        call.number("--order", 0);
        return plain(call);
    }

    private static JsonNode addSteps(AgentCall call) {
        JsonNode steps = call.jsonList("--json");
        for (int i = 0; i < steps.size(); i++) {
            for (String field : List.of("name", "taskPlan")) {
                if (steps.get(i).path(field).asText("").isBlank()) {
                    throw new MakimaException(
                            ErrorCode.VALIDATION,
                            "step " + (i + 1) + " of --json has no \"" + field + "\"",
                            "Each step is an object with at least name and taskPlan");
                }
            }
        }
        return plain(call);
    }

    private static JsonNode update(AgentCall call) {
        String url = call.text("--pr-url");
        boolean good;
        try {
            URI uri = URI.create(url);
            good = uri.getHost() != null && List.of("http", "https").contains(uri.getScheme());
        } catch (IllegalArgumentException e) {
            good = false;
        }
        if (!good) {
            throw new MakimaException(
                    ErrorCode.VALIDATION,
                    "not the address of a pull request: " + Text.abbreviate(url, 100),
                    "It looks like https://github.com/o/r/pull/1");
        }
        return plain(call);
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
    static final class Directive extends Group {
        Directive(Surroundings surroundings) {
            super("directive", surroundings);
        }
    }
}
