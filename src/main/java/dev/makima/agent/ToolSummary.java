package dev.makima.agent;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.base.Text;
import java.util.List;
import java.util.Map;

/** What a tool is used for, on one line. Pure. */
public final class ToolSummary {
    /** The field that says it best, by tool. */
    private static final Map<String, List<String>> TELLING = Map.ofEntries(
            Map.entry("Bash", List.of("command")),
            Map.entry("Edit", List.of("file_path")),
            Map.entry("Glob", List.of("pattern", "path")),
            Map.entry("Grep", List.of("pattern", "path")),
            Map.entry("NotebookEdit", List.of("notebook_path")),
            Map.entry("Read", List.of("file_path")),
            Map.entry("Skill", List.of("skill")),
            Map.entry("Task", List.of("description")),
            Map.entry("WebFetch", List.of("url")),
            Map.entry("WebSearch", List.of("query")),
            Map.entry("Write", List.of("file_path")));

    /** For a tool that nobody told us about: the first of these that it has. */
    private static final List<String> USUAL = List.of(
            "command", "file_path", "path", "pattern", "query", "url", "description", "title", "name", "prompt");

    private ToolSummary() {}

    /**
     * The tool and what for: "Bash  npm test", "Write src/x.txt (12 lines)". Short names are padded, so that lines
     * stand below each other.
     *
     * @param max the longest result, at least 1, in UTF-16 units
     */
    public static String oneLine(String toolName, JsonNode input, int max) {
        String what = input(toolName, input, max);
        String name = toolName.length() < 5 ? toolName + " ".repeat(5 - toolName.length()) : toolName;
        String line = what.isEmpty() ? toolName : name + " " + what;
        // Not by Text.abbreviate alone, which would take the padding out.
        return line.length() <= max ? line : cut(line, max);
    }

    /** What for only, without the tool's name. Empty where the input says nothing. */
    public static String input(String toolName, JsonNode input, int max) {
        StringBuilder what = new StringBuilder();
        for (String field : TELLING.getOrDefault(toolName, usual(input))) {
            String value = AgentJson.text(input, field);
            if (!value.isEmpty()) {
                what.append(what.isEmpty() ? "" : " in ").append(shorten(value, max));
            }
        }
        if (toolName.equals("Write")) {
            what.append(lines(AgentJson.text(input, "content")));
        }
        return what.isEmpty() ? fields(input, max) : cut(what.toString(), max);
    }

    private static List<String> usual(JsonNode input) {
        return USUAL.stream()
                .filter(field -> !AgentJson.text(input, field).isEmpty())
                .limit(1)
                .toList();
    }

    private static String lines(String content) {
        long lines = content.lines().count();
        return lines == 1 ? " (1 line)" : " (" + lines + " lines)";
    }

    /** Fields one after the other until the line is full: the whole input may have megabytes. */
    private static String fields(JsonNode input, int max) {
        StringBuilder all = new StringBuilder();
        for (Map.Entry<String, JsonNode> field : input.properties()) {
            if (all.length() >= max) {
                break;
            }
            JsonNode value = field.getValue();
            String text = value.isContainerNode() ? value.size() + " items" : shorten(value.asText(), max);
            all.append(all.isEmpty() ? "" : ", ")
                    .append(shorten(field.getKey(), max))
                    .append(": ")
                    .append(text);
        }
        return cut(all.toString(), max);
    }

    private static String shorten(String value, int max) {
        // Cut before the blanks are looked for; eight times leaves room for those that go.
        return Text.abbreviate(value.length() > max * 8L ? value.substring(0, max * 8) : value, max);
    }

    private static String cut(String line, int max) {
        if (line.length() <= max) {
            return line;
        }
        int end = Character.isHighSurrogate(line.charAt(Math.max(0, max - 2))) ? max - 2 : max - 1;
        return line.substring(0, Math.max(0, end)) + "…";
    }
}
