package dev.makima.cli.command.base;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.EventsFollower;
import dev.makima.cli.api.Json;
import dev.makima.cli.core.ExitCode;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.view.Printable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How long events are followed, and how they are shown. */
public final class EventsOptions {
    @Option(names = "--count", paramLabel = "N", description = "end after so many; default: never")
    @Nullable
    Integer count;

    /** Prints them as they come. Blocks until there were enough. */
    public int follow(ApiClient api, String path, Surroundings surroundings, boolean json) {
        if (count != null && count < 1) {
            throw new MakimaException(
                    ErrorCode.VALIDATION,
                    "--count is " + count,
                    "Give at least 1, or leave it out: then Ctrl-C ends it");
        }
        int[] seen = {0};
        new EventsFollower(api).follow(path, new EventsFollower.Listener() {
            @Override
            public boolean event(String name, JsonNode data) {
                surroundings.out().println(json ? Json.typed(name, data) : Printable.line(words(name, data)));
                seen[0]++;
                // It is the last one that there is of a contract.
                boolean last = path.startsWith("/contracts/") && name.equals("contract_deleted");
                return !last && (count == null || seen[0] < count);
            }

            @Override
            public void reconnecting(String why) {
                surroundings.err().println("makima: connection lost (" + Printable.line(why) + "), connecting again");
            }
        });
        return ExitCode.OK;
    }

    private static String words(String name, JsonNode data) {
        StringBuilder words = new StringBuilder();
        // To the second: nobody reads more of it.
        words.append(data.path("at").asText("").replaceFirst("\\.\\d+", ""))
                .append("  ")
                .append(name.replace('_', ' '));
        for (String field : new String[] {"taskId", "contractId"}) {
            if (data.hasNonNull(field)) {
                words.append("  ").append(IdBeginning.brief(data.path(field)));
                break;
            }
        }
        return words.append("  ")
                .append(HistoryOptions.words(data.path("body"), Instant.now()))
                .toString()
                .strip();
    }
}
