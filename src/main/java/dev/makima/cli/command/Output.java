package dev.makima.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.makima.cli.api.Json;
import dev.makima.cli.api.TaskEvents;
import dev.makima.cli.api.TaskView;

/** How the events of a task reach the user: for people or for programs. */
interface Output extends TaskEvents, AutoCloseable {
    /** Something worth knowing before or beside the task. */
    void note(String text);

    /** The task was made. */
    void created(TaskView task, boolean here);

    /** The task has ended. */
    void ended(JsonNode task);

    /** Takes a progress line away. */
    @Override
    void close();

    /** An object of a line of {@code --json}. */
    static String typed(String type, JsonNode content) {
        ObjectNode line = Json.object().put("type", type);
        content.properties().forEach(field -> line.set(field.getKey(), field.getValue()));
        return Json.line(line);
    }
}
