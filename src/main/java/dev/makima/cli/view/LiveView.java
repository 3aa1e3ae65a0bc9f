package dev.makima.cli.view;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.agent.ToolSummary;
import dev.makima.cli.api.EntryView;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A task's output as a person reads it: entries in, lines out.
 *
 * <pre>
 * ● what the agent says
 * → Bash  npm test
 *   12 passing
 *   … 30 more lines
 * ✗ what went wrong
 * · what the daemon says
 * </pre>
 *
 * <p>Nothing that comes from outside reaches the terminal unfiltered. Not thread-safe: one task, one reader.
 */
public final class LiveView {
    /** How much of a tool's result is shown: enough to see whether it went well. */
    private static final int RESULT_LINES = 4;

    private static final int ERROR_LINES = 12;
    private static final int THINKING_LINES = 3;
    private static final int TOOL_CHARS = 400;
    private static final int LINE_CHARS = 20_000;

    private static final String LOG_IN =
            "Log in where the daemon runs: start claude once in a terminal and type /login,"
                    + " or set a valid ANTHROPIC_API_KEY; makima doctor looks at it";

    /** The agent's own messages that a person wants to know of; the rest is decoration. */
    private static final Set<String> TELLING =
            Set.of("init", "api_retry", "compact_boundary", "model_fallback", "permission_denied");

    private final Style style;
    private final int width;
    private final String prefix;
    private String lastTool = "";
    private String lastSpoken = "";
    private boolean toldToLogIn;

    /**
     * A view.
     *
     * @param width columns of the terminal; {@link Integer#MAX_VALUE} where there is none, so that no text is broken
     * @param prefix begins every line, where several tasks speak at once; usually empty
     */
    public LiveView(Style style, int width, String prefix) {
        this.style = style;
        String plain = prefix.replaceAll("\\x1b\\[[0-9;]*m", "");
        int room = width == Integer.MAX_VALUE ? width : width - Printable.width(plain);
        this.width = Math.max(room, 20);
        this.prefix = prefix;
    }

    /** The tool that was used last, for a progress line; empty before the first. */
    public String lastTool() {
        return lastTool;
    }

    /** What to print for an entry: may be nothing. Lines have no line break. */
    public List<String> lines(EntryView entry) {
        if (entry.partial()) {
            return List.of(); // it comes again, whole
        }
        List<String> lines = switch (entry.messageType()) {
            case "assistant" -> speech(entry.content());
            case "thinking" -> cut("~ ", entry.content(), THINKING_LINES, style::dim);
            case "tool_use" -> List.of(toolUse(entry));
            case "tool_result" -> toolResult(entry);
            case "result" -> result(entry);
            case "error" -> error(entry);
            case "auth_required" -> authentication(entry);
            case "system" -> system(entry);
            case "daemon" -> daemon(entry);
            case "checkpoint" -> cut("· checkpoint ", entry.content(), 1, style::dim);
            case "export_patch" -> List.of();
            case "question", "supervisor_question" -> whole("? ", entry.content(), ERROR_LINES, style::yellow);
            default -> raw(entry); // a String from outside: an unknown kind is shown, never dropped
        };
        return lines.stream().map(line -> prefix + line).toList();
    }

    private List<String> speech(String content) {
        lastSpoken = content.strip();
        return content.isBlank() ? List.of() : whole("● ", content, Integer.MAX_VALUE, UnaryOperator.identity());
    }

    private String toolUse(EntryView entry) {
        String name = Printable.line(entry.toolName() == null ? "tool" : entry.toolName());
        @Nullable JsonNode given = entry.toolInput();
        String what = given == null ? entry.content() : ToolSummary.input(name, given, TOOL_CHARS);
        String input = Printable.line(what);
        lastTool = input.isEmpty() ? name : name + ": " + input;
        String room = Printable.fit(input, Math.min(width, 160) - Printable.width(name) - 4);
        return style.cyan("→ " + name) + (room.isEmpty() ? "" : "  " + room);
    }

    private List<String> toolResult(EntryView entry) {
        if (entry.failed()) {
            return whole("✗ ", entry.content(), ERROR_LINES, style::red);
        }
        return cut("  ", entry.content(), RESULT_LINES, style::dim);
    }

    /** Its text mostly repeats what the agent said last; cost and time come at the end. */
    private List<String> result(EntryView entry) {
        boolean repeated = !entry.content().isBlank() && entry.content().strip().equals(lastSpoken);
        // What the agent's program notes for its own makers where a turn was interrupted; people are told that by the
        // daemon.
        boolean note = entry.content().strip().lines().allMatch(line -> line.startsWith("[ede_diagnostic]"));
        if (!entry.failed() || repeated || (note && !entry.content().isBlank())) {
            return List.of();
        }
        String text = entry.content().isBlank() ? "the agent reports a failure" : entry.content();
        return whole("✗ ", text, ERROR_LINES, style::red);
    }

    /** The agent's own words on a login are meant for somebody who sits before it: here nobody does. */
    private List<String> error(EntryView entry) {
        lastSpoken = entry.content().strip();
        return withLogin(entry, whole("✗ ", entry.content(), ERROR_LINES, style::red));
    }

    /** The lines, and what to do where they are the first of a login that fails: the agent tries it for minutes. */
    private List<String> withLogin(EntryView entry, List<String> told) {
        String kind = entry.extra() == null ? "" : entry.extra().path("error").asText("");
        if (!kind.equals("authentication_failed") || toldToLogIn) {
            return told;
        }
        toldToLogIn = true;
        List<String> lines = new ArrayList<>(told);
        lines.addAll(whole("! ", LOG_IN, ERROR_LINES, style::yellow));
        return lines;
    }

    private List<String> authentication(EntryView entry) {
        toldToLogIn = true;
        @Nullable JsonNode input = entry.toolInput();
        String url = input == null ? "" : input.path("loginUrl").asText("");
        String host = input == null ? "" : input.path("hostname").asText("");
        String where = host.isEmpty() ? "the agent" : "the agent on " + Printable.line(host);
        String text = where + " is not logged in"
                + (url.isEmpty()
                        ? "; log in there, for example with: claude"
                        : ", and the task waits for that. Open this address, log in, and copy the code:\n" + url
                                + "\nThen: makima daemons login "
                                + (host.isEmpty() ? "DAEMON" : Shell.quote(host)));
        return whole("! ", text, ERROR_LINES, style::yellow);
    }

    private List<String> system(EntryView entry) {
        String subtype =
                entry.extra() == null ? "" : entry.extra().path("subtype").asText("");
        boolean told = subtype.isEmpty() || TELLING.contains(subtype);
        return told ? withLogin(entry, whole("· ", entry.content(), 2, style::dim)) : List.of();
    }

    private List<String> daemon(EntryView entry) {
        String text = entry.content();
        String lower = text.toLowerCase(Locale.ROOT);
        if (entry.failed() || lower.startsWith("error")) {
            return whole("✗ ", text, ERROR_LINES, style::red);
        }
        boolean warning = lower.startsWith("warning");
        return whole("· ", text, ERROR_LINES, warning ? style::yellow : style::dim);
    }

    private List<String> raw(EntryView entry) {
        boolean errors = "stderr".equals(entry.stream());
        return cut(errors ? "! " : "  ", entry.content(), ERROR_LINES, errors ? style::yellow : style::dim);
    }

    /** Text that is read: broken at spaces where the terminal is narrow, never cut but for its number of lines. */
    private List<String> whole(String mark, String content, int most, UnaryOperator<String> paint) {
        return block(mark, content, most, paint, (line, room) -> Printable.wrap(Printable.fit(line, LINE_CHARS), room));
    }

    /** Text that is glanced at: a line of a tool's output may be megabytes long, so each is cut, on a pipe too. */
    private List<String> cut(String mark, String content, int most, UnaryOperator<String> paint) {
        return block(mark, content, most, paint, (line, room) -> List.of(Printable.fit(line, Math.min(room, 398))));
    }

    private interface Breaking {
        List<String> parts(String line, int room);
    }

    /** The text with a mark before its first line and as much space before the others, at most so many lines. */
    private List<String> block(String mark, String content, int most, UnaryOperator<String> paint, Breaking breaking) {
        List<String> all = Printable.text(content)
                .stripTrailing()
                .lines()
                .dropWhile(String::isBlank)
                .toList();
        List<String> lines = new ArrayList<>();
        String space = "  ";
        for (String line : all.subList(0, Math.min(most, all.size()))) {
            String start = lines.isEmpty() ? mark : space;
            for (String part : breaking.parts(line, width - Printable.width(start))) {
                lines.add(paint.apply(((lines.isEmpty() ? mark : space) + part).stripTrailing()));
            }
        }
        if (all.size() > most) {
            lines.add(paint.apply(space + "… " + Amounts.count(all.size() - most, "more line")));
        }
        return lines;
    }
}
