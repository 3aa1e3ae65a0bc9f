package dev.makima.cli.command.base;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.view.Amounts;
import dev.makima.cli.view.Table;
import dev.makima.server.store.HistoryTable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How much of a history is shown, and how. */
public final class HistoryOptions {
    private static final String NAME = "name";
    /** What the names of moments end with. */
    private static final String AT = " at";
    /** Where one word of a field's name ends and the next begins. */
    private static final Pattern FIELD_WORDS = Pattern.compile("(?<=[a-z])(?=[A-Z])");

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "50",
            description = "at most so many; default: ${DEFAULT-VALUE}")
    int limit = 50;

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            completionCandidates = Kinds.class,
            description = "only those: phase_changed, task_failed, report, …")
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
    public JsonNode asked(ApiClient api, String path, String filter) {
        String only = kind == null ? "" : "&kind=" + ApiClient.encode(kind);
        String from = cursor == null ? "" : "&cursor=" + ApiClient.encode(cursor);
        return api.get(path + "?limit=" + limit + filter + only + from);
    }

    /** The page for people. */
    public void show(JsonNode answer, Surroundings surroundings, Consumer<Table> print) {
        if (answer.path("history").isEmpty()) {
            surroundings
                    .out()
                    .println(kind == null ? "Nothing has happened yet." : "Nothing like that has happened yet.");
            return;
        }
        Instant now = Instant.now();
        Table table = new Table("WHEN", "TASK", "CONTRACT", "WHAT", "");
        for (JsonNode one : answer.path("history")) {
            table.row(
                    Amounts.ago(one.path("at").asText(null), now),
                    IdBeginning.brief(one.path("taskId")),
                    IdBeginning.brief(one.path("contractId")),
                    one.path("kind").asText().replace('_', ' '),
                    words(one.path("body"), now));
        }
        print.accept(table);
        if (answer.hasNonNull("nextCursor")) {
            surroundings
                    .out()
                    .println("There is more: --cursor "
                            + answer.path("nextCursor").asText());
        }
    }

    /**
     * What an event says beside its kind: whose name it is about, then its plain values, each with its name, moments as
     * seen from now. What is false is not said.
     */
    public static String words(JsonNode body, Instant now) {
        List<String> words = new ArrayList<>();
        if (body.hasNonNull(NAME)) {
            words.add(body.path(NAME).asText());
        }
        body.properties().forEach(field -> {
            JsonNode value = field.getValue();
            String label = FIELD_WORDS.matcher(field.getKey()).replaceAll(" ").toLowerCase(Locale.ROOT);
            if (value.isBoolean()) {
                if (value.asBoolean()) {
                    words.add(label.startsWith("is ") ? label.substring("is ".length()) : label);
                }
            } else if (value.isTextual() && label.endsWith(AT)) {
                words.add(label.substring(0, label.length() - AT.length()) + " " + Amounts.when(value.asText(), now));
            } else if (value.isValueNode() && !value.isNull() && !field.getKey().equals(NAME)) {
                words.add(label + " " + value.asText());
            }
        });
        return String.join(", ", words);
    }

    /** What there can be in a history. */
    static final class Kinds extends Candidates {
        Kinds() {
            super(HistoryTable.KINDS.toArray(String[]::new));
        }
    }
}
