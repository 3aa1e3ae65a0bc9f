package dev.makima.agent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Entries of the agent's own messages: a sentence for people, and all fields for programs. */
final class SystemEntries {
    /** Told by the entry itself, or by every line alike. */
    private static final List<String> NOT_KEPT = List.of("type", "uuid", "user_message_uuid", "user_message_uuids");

    private SystemEntries() {}

    static Entry of(ObjectNode line) {
        ObjectNode extra = AgentJson.object();
        line.properties().forEach(field -> {
            if (!NOT_KEPT.contains(field.getKey()) && !field.getValue().isNull()) {
                extra.set(camelCase(field.getKey()), field.getValue());
            }
        });
        if (!line.hasNonNull("subtype")) {
            // A kind of its own on the wire is one more subtype to whoever reads entries.
            extra.put("subtype", AgentJson.text(line, "type"));
        }
        return Entry.of("system", sentence(line), extra);
    }

    private static String sentence(ObjectNode line) {
        String subtype = AgentJson.text(line, "subtype");
        return switch (subtype) {
            case "init" ->
                "Session started: model " + orUnknown(AgentJson.text(line, "model")) + ", agent "
                        + orUnknown(AgentJson.text(line, "claude_code_version"));
            case "api_retry" ->
                "Trying again in " + AgentJson.number(line, "retry_delay_ms") + " ms (attempt "
                        + AgentJson.number(line, "attempt") + " of " + AgentJson.number(line, "max_retries") + "): "
                        + orUnknown(AgentJson.text(line, "error"));
            case "background_tasks_changed" ->
                "Background tasks: " + line.path("tasks").size();
            case "session_state_changed" -> "Session " + orUnknown(AgentJson.text(line, "state"));
            case "compact_boundary" -> "The conversation was compacted";
            case "" -> firstOf(line, AgentJson.text(line, "type"));
            default -> firstOf(line, subtype);
        };
    }

    private static String firstOf(ObjectNode line, String subtype) {
        for (String field : List.of("message", "content", "summary", "description")) {
            String text = AgentJson.text(line, field);
            if (!text.isEmpty()) {
                return subtype.isEmpty() ? text : subtype + ": " + text;
            }
        }
        return subtype.isEmpty() ? line.toString() : subtype;
    }

    private static String orUnknown(String text) {
        return text.isEmpty() ? "unknown" : text;
    }

    private static String camelCase(String name) {
        StringBuilder out = new StringBuilder(name.length());
        boolean up = false;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '_') {
                up = !out.isEmpty();
            } else {
                out.append(up ? Character.toUpperCase(c) : c);
                up = false;
            }
        }
        return out.toString();
    }
}
