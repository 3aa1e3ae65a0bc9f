package dev.makima.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.cli.Surroundings;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.view.Amounts;
import dev.makima.cli.view.Table;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How much of a history is shown, and how. */
final class HistoryOptions {
    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "50",
            description = "at most so many; default: ${DEFAULT-VALUE}")
    int limit = 50;

    @Option(names = "--kind", paramLabel = "KIND", description = "only those: phase_changed, task_failed, report, …")
    @Nullable
    String kind;

    @Option(names = "--cursor", paramLabel = "CURSOR", description = "go on where an earlier call ended")
    @Nullable
    String cursor;

    /**
     * The page.
     *
     * @param path of a history
     * @param filter more of its query, beginning with &
     */
    JsonNode asked(ApiClient api, String path, String filter) {
        String only = kind == null ? "" : "&kind=" + ApiClient.encode(kind);
        String from = cursor == null ? "" : "&cursor=" + ApiClient.encode(cursor);
        return api.get(path + "?limit=" + limit + filter + only + from);
    }

    /** The page for people. */
    void show(JsonNode answer, Surroundings surroundings, Consumer<Table> print) {
        if (answer.path("history").isEmpty()) {
            surroundings.out().println("Nothing has happened yet.");
            return;
        }
        Table table = new Table("WHEN", "TASK", "CONTRACT", "WHAT", "");
        for (JsonNode one : answer.path("history")) {
            table.row(
                    Amounts.ago(one.path("at").asText(null), Instant.now()),
                    TaskWorkCommand.brief(one.path("taskId")),
                    TaskWorkCommand.brief(one.path("contractId")),
                    one.path("kind").asText().replace('_', ' '),
                    words(one.path("body")));
        }
        print.accept(table);
        if (answer.hasNonNull("nextCursor")) {
            surroundings
                    .out()
                    .println("There is more: --cursor "
                            + answer.path("nextCursor").asText());
        }
    }

    /** What an event says beside its kind: its plain values, each with its name. */
    static String words(JsonNode body) {
        StringBuilder words = new StringBuilder();
        body.properties().forEach(field -> {
            if (field.getValue().isValueNode() && !field.getValue().isNull()) {
                words.append(words.isEmpty() ? "" : ", ")
                        .append(field.getKey())
                        .append(' ')
                        .append(field.getValue().asText());
            }
        });
        return words.toString();
    }
}
