package dev.makima.server.output;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.agent.Entry;
import dev.makima.server.store.EntryTable.Usage;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/** Reads cost, turns and tokens from results. Pure, thread-safe. */
final class Usages {
    private Usages() {}

    static Usage of(Entry result) {
        JsonNode usage = result.extra().path("usage");
        JsonNode turns = result.extra().path("turns");
        return new Usage(
                micros(result),
                result.durationMs(),
                turns.canConvertToLong() ? turns.longValue() : null,
                // What is read from or written to the agent's cache is input too, and most of it.
                usage.path("input_tokens").asLong()
                        + usage.path("cache_creation_input_tokens").asLong()
                        + usage.path("cache_read_input_tokens").asLong(),
                usage.path("output_tokens").asLong());
    }

    private static @Nullable Long micros(Entry result) {
        if (result.costUsd() == null) {
            return null;
        }
        return result.costUsd()
                .movePointRight(6)
                .setScale(0, RoundingMode.HALF_UP)
                .longValue();
    }
}
