package dev.makima.cli.command.tasks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.cli.api.Json;
import dev.makima.cli.api.TaskView;
import dev.makima.cli.core.Surroundings;

/** One JSON object a line on standard output: entries, task changes, and a summary at the end. Notes go to stderr. */
final class JsonOutput implements Output {
    private final Surroundings surroundings;

    JsonOutput(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public void note(String text) {
        surroundings.err().println("makima: " + text);
    }

    @Override
    public void created(TaskView task, boolean here) {
        // The event stream begins with the task itself.
    }

    @Override
    public void entry(JsonNode entry) {
        surroundings.out().println(Json.typed("entry", entry));
    }

    @Override
    public void task(JsonNode task) {
        surroundings.out().println(Json.typed("task", task));
    }

    @Override
    public void reconnecting(String why) {
        note("connection lost (" + why + "), connecting again");
    }

    @Override
    public void ended(JsonNode task) {
        surroundings.out().println(Json.typed("summary", task));
    }

    @Override
    public void close() {
        surroundings.out().flush();
    }
}
