package dev.makima.agent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.UUID;

/**
 * The lines that are written to Claude Code's standard input: one JSON object each, in ASCII, without a line end. Each
 * has to reach the agent whole, since a torn or wrong line ends its process.
 */
public final class AgentInput {
    private AgentInput() {}

    /**
     * A user's message.
     *
     * @param uuid the message's own id: the agent's result names it among those it answered
     */
    public static String userMessage(String text, UUID uuid) {
        ObjectNode line = AgentJson.object();
        line.put("type", "user");
        line.putObject("message").put("role", "user").put("content", text);
        line.put("uuid", uuid.toString());
        // Else a message that begins with a slash is a command of the agent's own.
        line.put("client_composed", true);
        return AgentJson.line(line);
    }

    /** What a line of {@link #userMessage} says; nothing where it is none. */
    public static Optional<String> textOf(String line) {
        return AgentJson.parse(line)
                .filter(message -> AgentJson.text(message, "type").equals("user"))
                .map(message -> AgentJson.text(message.path("message"), "content"))
                .filter(text -> !text.isEmpty());
    }

    /** Stop the running turn; the process stays. Answered by {@link AgentSignal.ControlAnswered}. */
    public static String interrupt(String requestId) {
        return control(requestId, "interrupt");
    }

    /** Stop what runs and exit. Answered by {@link AgentSignal.ControlAnswered}. */
    public static String endSession(String requestId) {
        return control(requestId, "end_session");
    }

    private static String control(String requestId, String subtype) {
        ObjectNode line = AgentJson.object();
        line.put("type", "control_request");
        line.put("request_id", requestId);
        line.putObject("request").put("subtype", subtype);
        return AgentJson.line(line);
    }
}
