package dev.makima.cli.command.tasks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.command.base.ApiCommand;
import dev.makima.cli.command.base.TaskReference;
import dev.makima.cli.core.ExitCode;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.local.LocalStack;
import dev.makima.cli.view.Printable;
import dev.makima.cli.view.Progress;
import dev.makima.cli.view.Table;
import picocli.CommandLine.Parameters;

/** A command about one task's work, which its daemon carries out. */
abstract class TaskWorkCommand extends ApiCommand {
    @Parameters(index = "0", paramLabel = "TASK", description = "its id, or the first digits of it")
    String task = "";

    TaskWorkCommand(Surroundings surroundings) {
        super(surroundings);
    }

    /** The work lies where the daemon is. */
    @Override
    protected LocalStack.Parts parts() {
        return LocalStack.Parts.SERVER_AND_DAEMON;
    }

    @Override
    protected final int ask(ApiClient api) {
        JsonNode answer;
        try (Progress _ = Progress.show(surroundings, () -> "waiting for the daemon that has the task")) {
            answer = asked(api, "/mesh/tasks/" + TaskReference.resolve(api, task));
        }
        if (json) {
            print(answer);
        } else {
            show(answer);
        }
        return answer.path("success").asBoolean(true) ? ExitCode.OK : ExitCode.FAILURE;
    }

    /** Asks for it; the path is the task's. */
    abstract JsonNode asked(ApiClient api, String path);

    /** Shows the answer to a person: what the daemon said, where a command has nothing better. */
    void show(JsonNode answer) {
        sayOutcome(answer);
    }

    /** Text as it is for a program or a file, fit for a terminal on one. */
    final void write(String text) {
        surroundings.out().print(surroundings.terminal() ? Printable.text(text) : text);
    }

    /** What the daemon said, and the files that conflict below it. */
    final void sayOutcome(JsonNode answer) {
        // As it was said: what begins with a small letter may be the name of a branch.
        String message = answer.path("message").asText("");
        say(message.isBlank() ? "Done" : message);
        answer.path("conflicts").forEach(file -> say("  " + file.asText()));
    }

    /** Prints a table, or the sentence where it has no rows. */
    final void table(JsonNode rows, Table table, String none) {
        if (rows.isEmpty()) {
            say(none);
        } else {
            print(table);
        }
    }
}
