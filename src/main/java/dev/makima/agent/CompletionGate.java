package dev.makima.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an agent says of how far it is, in a block of its own at the end of its work.
 *
 * @param ready whether the task is complete; not said clearly means no
 * @param reason why or why not; empty where it does not say
 * @param progress what was done; empty where it does not say
 * @param blockers what keeps it from going on
 * @param more everything else, as text
 */
public record CompletionGate(
        boolean ready, String reason, String progress, List<String> blockers, Map<String, String> more) {
    /** Where one message ends and the next begins inside of a block. */
    static final char BOUNDARY = '\0';

    private static final Set<String> YES = Set.of("true", "yes", "1");
    private static final Set<String> NO = Set.of("false", "no", "0");
    private static final Set<String> NOTHING = Set.of("", "none", "null", "n/a", "-", "[]");
    private static final Pattern PAIR = Pattern.compile("[\\s*_-]*([A-Za-z][A-Za-z0-9_-]{0,40})[*_]*\\s*:[*_]*(.*)");
    private static final Pattern FENCED =
            Pattern.compile("\\A(?:```|~~~)[^\\n]*\\n(.*?)\\n?(?:```|~~~)\\z", Pattern.DOTALL);

    /** Keeps copies. */
    public CompletionGate {
        blockers = List.copyOf(blockers);
        more = Map.copyOf(more);
    }

    /** What is in the way: the first blocker, or else what the block calls its error. */
    public Optional<String> obstacle() {
        return blockers.isEmpty()
                ? Optional.ofNullable(more.get("error")).filter(CompletionGate::isSomething)
                : Optional.of(blockers.getFirst());
    }

    /**
     * Reads the inside of a block. Two messages meet at the end of a line as a rule, and in the middle of a word where
     * the agent was cut off and went on: the reading that says something about readiness counts.
     *
     * @param inside with {@link #BOUNDARY} where messages meet
     */
    static CompletionGate parse(String inside) {
        Map<String, Object> fields = fields(inside.replace(BOUNDARY, '\n'));
        if (!isDecided(fields) && inside.indexOf(BOUNDARY) >= 0) {
            Map<String, Object> joined = fields(inside.replace(String.valueOf(BOUNDARY), ""));
            fields = isDecided(joined) ? joined : fields;
        }
        return of(fields);
    }

    /** Whether it says clearly that the task is complete, or that it is not. */
    static boolean decides(String inside) {
        return isDecided(fields(inside.replace(BOUNDARY, '\n')));
    }

    private static CompletionGate of(Map<String, Object> fields) {
        Map<String, String> more = new LinkedHashMap<>();
        fields.forEach((key, value) -> {
            if (!Set.of("ready", "reason", "progress", "blockers").contains(key)) {
                more.put(key, plain(value));
            }
        });
        return new CompletionGate(
                YES.contains(plain(fields.get("ready")).toLowerCase(Locale.ROOT)),
                plain(fields.get("reason")),
                plain(fields.get("progress")),
                blockers(fields.get("blockers")),
                more);
    }

    private static boolean isDecided(Map<String, Object> fields) {
        String ready = plain(fields.get("ready")).toLowerCase(Locale.ROOT);
        return YES.contains(ready) || NO.contains(ready);
    }

    private static boolean isSomething(String text) {
        return !NOTHING.contains(text.toLowerCase(Locale.ROOT));
    }

    private static String plain(@Nullable Object value) {
        return switch (value) {
            case null -> "";
            case List<?> list ->
                String.join("; ", list.stream().map(String::valueOf).toList());
            case Object other -> other.toString().strip();
        };
    }

    private static List<String> blockers(@Nullable Object value) {
        List<String> all = new ArrayList<>();
        if (value instanceof List<?> list) {
            list.forEach(item -> all.add(plain(item)));
        } else if (value != null) {
            all.add(plain(value));
        }
        return all.stream().filter(CompletionGate::isSomething).toList();
    }

    private static Map<String, Object> fields(String inside) {
        String text = inside.strip();
        Matcher fenced = FENCED.matcher(text);
        if (fenced.matches()) {
            text = fenced.group(1).strip();
        }
        String body = text;
        return text.startsWith("{")
                ? AgentJson.parse(text).map(CompletionGate::ofJson).orElseGet(() -> ofLines(body))
                : ofLines(body);
    }

    private static Map<String, Object> ofJson(ObjectNode object) {
        Map<String, Object> fields = new LinkedHashMap<>();
        object.properties().forEach(field -> {
            JsonNode value = field.getValue();
            if (!value.isNull()) {
                fields.put(field.getKey().toLowerCase(Locale.ROOT), ofJson(value));
            }
        });
        return fields;
    }

    private static Object ofJson(JsonNode value) {
        if (value.isArray()) {
            List<String> items = new ArrayList<>();
            value.forEach(item -> items.add(item.isTextual() ? item.textValue() : item.toString()));
            return items;
        }
        return value.isTextual() ? value.textValue() : value.toString();
    }

    /** A line without a key goes on with the value before it; items with dashes make a list of it. */
    private static Map<String, Object> ofLines(String text) {
        Map<String, Object> fields = new LinkedHashMap<>();
        String key = "";
        for (String line : text.lines().toList()) {
            Matcher pair = PAIR.matcher(line);
            String bare = line.strip();
            if (bare.startsWith("- ") && isOpenList(fields.get(key))) {
                fields.put(
                        key,
                        appended(fields.get(key), unquoted(bare.substring(2).strip())));
            } else if (pair.matches()) {
                key = pair.group(1).toLowerCase(Locale.ROOT);
                fields.put(key, value(pair.group(2).strip()));
            } else if (!bare.isEmpty() && fields.get(key) instanceof String before) {
                fields.put(key, (before + "\n" + bare).strip());
            }
        }
        return fields;
    }

    private static boolean isOpenList(@Nullable Object value) {
        return value instanceof List<?> || (value instanceof String text && text.isEmpty());
    }

    private static List<String> appended(@Nullable Object list, String item) {
        List<String> all = new ArrayList<>();
        if (list instanceof List<?> before) {
            before.forEach(one -> all.add(String.valueOf(one)));
        }
        all.add(item);
        return all;
    }

    /** A JSON list stays one; anything else is text, without the quotes around it. */
    private static Object value(String text) {
        if (text.startsWith("[")) {
            return AgentJson.parse("{\"list\":" + text + "}")
                    .map(object -> ofJson(object.get("list")))
                    .orElse(text);
        }
        return unquoted(text);
    }

    private static String unquoted(String text) {
        boolean quoted = text.length() > 1
                && (text.startsWith("\"") || text.startsWith("'"))
                && text.charAt(text.length() - 1) == text.charAt(0);
        return quoted ? text.substring(1, text.length() - 1) : text;
    }
}
