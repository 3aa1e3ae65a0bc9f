package dev.makima.testkit;

import io.vertx.core.json.JsonObject;

/**
 * A call of one of the agent's tools, as the model asks for it.
 *
 * @param name the tool's name as the agent offers it
 * @param input the tool's arguments; not changed after construction
 */
public record ToolCall(String name, JsonObject input) {
    /** Runs a shell command. */
    public static ToolCall bash(String command) {
        return new ToolCall(
                "Bash", new JsonObject().put("command", command).put("description", "what the scenario asks for"));
    }

    /** Runs a shell command in the background. */
    public static ToolCall bashInBackground(String command) {
        ToolCall call = bash(command);
        return new ToolCall(call.name, call.input.copy().put("run_in_background", true));
    }

    /** Writes a whole file; a relative path is taken from the agent's working directory. */
    public static ToolCall write(String path, String content) {
        return new ToolCall("Write", new JsonObject().put("file_path", path).put("content", content));
    }

    /** Reads a file. The real agent edits only what it has read. */
    public static ToolCall read(String path) {
        return new ToolCall("Read", new JsonObject().put("file_path", path));
    }

    /** Replaces a text in a file that was read before. */
    public static ToolCall edit(String path, String from, String to) {
        return new ToolCall(
                "Edit",
                new JsonObject().put("file_path", path).put("old_string", from).put("new_string", to));
    }
}
