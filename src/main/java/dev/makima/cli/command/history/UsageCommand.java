package dev.makima.cli.command.history;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.command.base.ApiCommand;
import dev.makima.cli.command.base.IdBeginning;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.view.Amounts;
import dev.makima.cli.view.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** makima usage. */
@Command(
        name = "usage",
        sortOptions = false,
        description = "Shows what agents have cost, in dollars and tokens: by day, by task or by contract (UTC days).",
        footer = {
            "",
            "Examples:",
            "  makima usage",
            "  makima usage --by task --limit 10",
            "  makima usage --by contract --from 2026-01-01 --to 2026-01-31 --json"
        })
final class UsageCommand extends ApiCommand {
    /** What the sums are made by. */
    enum Grouping {
        day,
        task,
        contract
    }

    @Option(
            names = "--by",
            paramLabel = "WHAT",
            defaultValue = "day",
            description = "day, task or contract; default: ${DEFAULT-VALUE}")
    Grouping by = Grouping.day;

    @Option(names = "--from", paramLabel = "DAY", description = "from this day on; default: 30 days ago")
    @Nullable
    String from;

    @Option(names = "--to", paramLabel = "DAY", description = "to the end of this day; default: today")
    @Nullable
    String to;

    @Option(names = "--limit", paramLabel = "N", description = "at most so many rows, the dearest first")
    @Nullable
    Integer limit;

    @Option(names = "--cursor", paramLabel = "CURSOR", description = "go on where an earlier call ended")
    @Nullable
    String cursor;

    UsageCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected int ask(ApiClient api) {
        StringBuilder path = new StringBuilder("/usage?by=").append(by.name());
        add(path, "from", from);
        add(path, "to", to);
        add(path, "limit", limit == null ? null : limit.toString());
        add(path, "cursor", cursor);
        return answered(api.get(path.toString()), this::show);
    }

    private static void add(StringBuilder path, String name, @Nullable String value) {
        if (value != null) {
            path.append('&').append(name).append('=').append(ApiClient.encode(value));
        }
    }

    private void show(JsonNode answer) {
        List<String> headings = new ArrayList<>(List.of(by.name().toUpperCase(Locale.ROOT)));
        if (by != Grouping.day) {
            headings.add("NAME");
        }
        headings.addAll(List.of("TASKS", "COST", "TOKENS IN", "OUT", "TIME"));
        Table table = new Table(headings.toArray(String[]::new));
        for (JsonNode row : answer.path("rows")) {
            add(table, about(row), row.path("name").asText(), row);
        }
        add(table, "in all", "", answer.path("total"));
        print(table);
        if (answer.hasNonNull("nextCursor")) {
            say("There is more: --cursor " + answer.path("nextCursor").asText());
        }
    }

    private String about(JsonNode row) {
        return switch (by) {
            case day -> row.path("day").asText();
            case task -> brief(row.path("taskId"));
            case contract -> brief(row.path("contractId"));
        };
    }

    private static String brief(JsonNode id) {
        return id.isTextual() ? IdBeginning.brief(id) : "(none)";
    }

    private void add(Table table, String about, String name, JsonNode sum) {
        List<String> cells = new ArrayList<>(List.of(about));
        if (by != Grouping.day) {
            cells.add(name);
        }
        cells.add(sum.path("tasks").asText("0"));
        cells.add(Amounts.cost(sum.path("costUsd").asDouble()));
        cells.add(String.format(Locale.ROOT, "%,d", sum.path("inputTokens").asLong()));
        cells.add(String.format(Locale.ROOT, "%,d", sum.path("outputTokens").asLong()));
        cells.add(Amounts.duration(sum.path("durationMs").asLong()));
        table.row(cells.toArray(String[]::new));
    }
}
