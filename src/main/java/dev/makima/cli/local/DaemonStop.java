package dev.makima.cli.local;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.daemon.control.ControlClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The end of one task at this machine, whatever its server knows of it, and also where it says nothing. Blocks; for one
 * thread.
 */
public final class DaemonStop {
    private static final Duration STATUS_WITHIN = Duration.ofSeconds(10);
    /** A graceful end, a checkpoint of the work, and what the task's finish does. */
    private static final Duration ENDS_WITHIN = Duration.ofMinutes(10);

    private final Path state;
    private final Consumer<String> lines;

    /**
     * For the daemon that works on this state directory.
     *
     * @param lines takes what people are told
     */
    public DaemonStop(Path state, Consumer<String> lines) {
        this.state = state;
        this.lines = lines;
    }

    /**
     * Ends the task, and waits until it has ended.
     *
     * @param id the task's, or the beginning of one that the daemon has in hand
     * @throws MakimaException UNAVAILABLE where no daemon runs, NOT_FOUND where nothing of the task works here, CONFLICT
     *     where several begin so
     */
    public void end(String id) {
        Optional<JsonObject> task = task(id);
        String whole = task.map(known -> known.getString("taskId")).orElse(id);
        String ended = Objects.requireNonNullElse(
                ask(new JsonObject().put("verb", "stop").put("taskId", whole), ENDS_WITHIN)
                        .getString("ended"),
                "");
        if (ended.isEmpty()) {
            throw new MakimaException(
                    ErrorCode.NOT_FOUND, "nothing of task " + whole + " works on this machine", "Look: makima doctor");
        }
        lines.accept("task " + whole + " has ended on this machine: " + ended);
        task.filter(known -> known.getString("directory") != null).ifPresent(known -> lines.accept(evidence(known)));
    }

    private static String evidence(JsonObject task) {
        return "its work stays in " + task.getString("directory")
                + (task.getString("lease", "").equals("unknown")
                        ? "; the server does not know the task, and will refuse what it is told of it"
                        : "; the server is told that it was interrupted");
    }

    private Optional<JsonObject> task(String id) {
        JsonArray list = ask(new JsonObject().put("verb", "status"), STATUS_WITHIN)
                .getJsonObject("tasks", new JsonObject())
                .getJsonArray("list", new JsonArray());
        List<JsonObject> found = list.stream()
                .map(JsonObject.class::cast)
                .filter(task -> task.getString("taskId").startsWith(id))
                .toList();
        if (found.size() > 1) {
            throw new MakimaException(
                    ErrorCode.CONFLICT, "several tasks begin with " + id, "Give more of the id: makima doctor --json");
        }
        return found.stream().findFirst();
    }

    private JsonObject ask(JsonObject request, Duration within) {
        ControlClient open = ControlClient.connect(state)
                .orElseThrow(() -> new MakimaException(
                        ErrorCode.UNAVAILABLE,
                        "no daemon runs on " + state,
                        "Start it: it takes over what an earlier one left. What lives without one is named by: makima"
                                + " doctor"));
        try (open) {
            return open.ask(request, within);
        }
    }
}
