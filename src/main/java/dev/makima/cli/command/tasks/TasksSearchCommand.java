package dev.makima.cli.command.tasks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.Json;
import dev.makima.cli.command.base.ApiCommand;
import dev.makima.cli.command.base.IdBeginning;
import dev.makima.cli.command.base.TaskReference;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.view.Progress;
import dev.makima.cli.view.Table;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** makima tasks search. */
@Command(
        name = "search",
        sortOptions = false,
        description = "Searches what agents said and did, in one task or in all, the newest first.",
        footer = {
            "",
            "Examples:",
            "  makima tasks search NullPointerException",
            "  makima tasks search --task 1a2b3c4d \"tests pass\"",
            "  makima tasks search --limit 200 --json flaky"
        })
final class TasksSearchCommand extends ApiCommand {
    /** One call of the server looks at so much at most; a search asks on for so many calls. */
    private static final int CALLS = 200;

    private static final int PAGE = 100;
    private static final int BEFORE = 24;

    @Parameters(arity = "1..*", paramLabel = "TEXT", description = "what to look for; words are joined")
    List<String> words = List.of();

    @Option(names = "--task", paramLabel = "TASK", description = "only in this one: its id, or the first digits of it")
    @Nullable
    String task;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "30",
            description = "at most so many; default: ${DEFAULT-VALUE}")
    int limit = 30;

    TasksSearchCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected int ask(ApiClient api) {
        String text = String.join(" ", words).strip();
        if (text.isEmpty() || limit < 1) {
            throw new MakimaException(
                    ErrorCode.VALIDATION, "nothing is searched for", "Give a text, and a --limit of 1 or more");
        }
        ObjectNode found = Json.object();
        ArrayNode matches = found.putArray("matches");
        boolean more;
        try (Progress _ = Progress.show(surroundings, () -> "searching")) {
            more = task == null
                    ? everywhere(api, text, matches)
                    : in(api, TaskReference.resolve(api, task), text, matches);
        }
        found.put("more", more);
        return answered(found, _ -> show(matches, text, more));
    }

    private boolean everywhere(ApiClient api, String text, ArrayNode matches) {
        @Nullable String cursor = null;
        for (int call = 0; call < CALLS; call++) {
            JsonNode page = api.get("/mesh/output?limit=" + Math.min(PAGE, limit) + "&text=" + ApiClient.encode(text)
                    + (cursor == null ? "" : "&cursor=" + ApiClient.encode(cursor)));
            for (JsonNode match : page.path("matches")) {
                if (matches.size() == limit) {
                    return true;
                }
                matches.add(match);
            }
            cursor = page.path("nextCursor").asText(null);
            if (cursor == null) {
                return false;
            }
        }
        return true;
    }

    private boolean in(ApiClient api, String id, String text, ArrayNode matches) {
        long after = 0;
        for (int call = 0; call < CALLS; call++) {
            JsonNode page = api.get("/mesh/tasks/" + id + "/output?limit=" + Math.min(PAGE, limit) + "&after=" + after
                    + "&text=" + ApiClient.encode(text));
            for (JsonNode entry : page.path("entries")) {
                if (matches.size() == limit) {
                    return true;
                }
                matches.addObject().put("taskId", id).set("entry", entry);
            }
            long next = page.path("next").asLong();
            if (!page.path("more").asBoolean() || next <= after) {
                return false;
            }
            after = next;
        }
        return true;
    }

    private void show(ArrayNode matches, String text, boolean more) {
        if (matches.isEmpty()) {
            say(more ? "Not found in what was looked at; name a task with --task." : "Not found.");
            return;
        }
        Table table = new Table("TASK", "ENTRY", "KIND", "TEXT");
        for (JsonNode match : matches) {
            JsonNode entry = match.path("entry");
            table.row(
                    brief(match),
                    entry.path("seq").asText(),
                    entry.path("messageType").asText(),
                    around(entry, text));
        }
        print(table);
        if (more) {
            say("There is more: --limit " + limit * 10);
        }
    }

    private static String brief(JsonNode match) {
        return IdBeginning.brief(match.path("taskId"));
    }

    /** The place that was found, with a little before it. */
    private static String around(JsonNode entry, String text) {
        String content = entry.path("content").asText("");
        int at = content.toLowerCase(Locale.ROOT).indexOf(text.toLowerCase(Locale.ROOT));
        if (at < 0) {
            return entry.path("toolName").asText("") + " " + entry.path("toolInput");
        }
        int from = Math.max(0, at - BEFORE);
        return (from > 0 ? "…" : "") + content.substring(from, Math.min(content.length(), from + 400));
    }
}
