package dev.makima.cli.view;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** A tool call's input in one line. */
final class ToolInput {
    private ToolInput() {}

    /**
     * What matters of it: the command, the file, the pattern.
     *
     * @param otherwise what the server said of it, where the input tells nothing
     */
    static String summary(String tool, @Nullable JsonNode input, String otherwise) {
        if (input == null || !input.isObject()) {
            return otherwise;
        }
        for (String field : new String[] {
            "command", "file_path", "path", "notebook_path", "pattern", "url", "query", "description", "prompt"
        }) {
            JsonNode value = input.path(field);
            if (value.isTextual() && !value.asText().isBlank()) {
                return value.asText();
            }
        }
        return input.isEmpty() ? otherwise : input.toString();
    }
}
