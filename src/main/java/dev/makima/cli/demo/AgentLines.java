package dev.makima.cli.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.makima.cli.api.Json;
import java.util.UUID;

/** The lines of stream-json as the real agent prints them. */
final class AgentLines {
    private static final String MODEL = "makima-demo";

    private final String session;
    private final String version;
    private int messages;

    /** Lines of one session of an agent of that version. */
    AgentLines(String session, String version) {
        this.session = session;
        this.version = version;
    }

    private ObjectNode line(String type) {
        return Json.object()
                .put("type", type)
                .put("session_id", session)
                .put("uuid", UUID.randomUUID().toString());
    }

    /** The first line of each turn. */
    ObjectNode init(String directory) {
        ObjectNode line = line("system")
                .put("subtype", "init")
                .put("cwd", directory)
                .put("model", MODEL)
                .put("permissionMode", "bypassPermissions")
                .put("apiKeySource", "none")
                .put("claude_code_version", version)
                .put("output_style", "default");
        line.putArray("tools").add("Bash").add("Read").add("Write");
        line.putArray("mcp_servers");
        return line;
    }

    private ObjectNode assistant(ObjectNode block) {
        ObjectNode line = line("assistant").putNull("parent_tool_use_id");
        ObjectNode message = line.putObject("message")
                .put("id", "msg_demo_" + ++messages)
                .put("type", "message")
                .put("role", "assistant")
                .put("model", MODEL)
                .putNull("stop_reason");
        message.putArray("content").add(block);
        message.putObject("usage").put("input_tokens", 12).put("output_tokens", 1);
        return line;
    }

    /** The agent says something. */
    ObjectNode text(String text) {
        return assistant(Json.object().put("type", "text").put("text", text));
    }

    /** The agent calls a tool. */
    ObjectNode toolUse(String id, String tool, ObjectNode input) {
        ObjectNode block = Json.object().put("type", "tool_use").put("id", id).put("name", tool);
        block.set("input", input);
        return assistant(block);
    }

    /** What the tool answered. */
    ObjectNode toolResult(String id, String content, boolean failed) {
        ObjectNode line = line("user").putNull("parent_tool_use_id");
        line.putObject("message")
                .put("role", "user")
                .putArray("content")
                .addObject()
                .put("tool_use_id", id)
                .put("type", "tool_result")
                .put("content", content)
                .put("is_error", failed);
        return line;
    }

    /** The end of a turn. */
    ObjectNode result(Turn turn) {
        ObjectNode line = line("result")
                .put("subtype", turn.interrupted() ? "error_during_execution" : "success")
                .put("is_error", turn.failed())
                .put("num_turns", turn.steps())
                .put("duration_ms", turn.millis())
                .put("duration_api_ms", turn.millis())
                .put("total_cost_usd", turn.cost())
                .put("terminal_reason", turn.interrupted() ? "aborted_tools" : "completed")
                .put("result_index", turn.index());
        if (turn.interrupted()) {
            line.putArray("errors").add("interrupted");
        } else {
            line.put("result", turn.text());
        }
        line.putObject("usage").put("input_tokens", 120 * turn.steps()).put("output_tokens", 40 * turn.steps());
        line.putArray("permission_denials");
        return line;
    }

    /** The answer to a request on the control channel. */
    static ObjectNode controlResponse(String request) {
        ObjectNode line = Json.object().put("type", "control_response");
        line.putObject("response")
                .put("subtype", "success")
                .put("request_id", request)
                .putObject("response");
        return line;
    }

    /**
     * How a turn ended.
     *
     * @param cost in dollars, of all turns of this process so far
     */
    record Turn(int index, int steps, long millis, double cost, String text, boolean failed, boolean interrupted) {}
}
