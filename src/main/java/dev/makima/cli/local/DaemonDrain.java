package dev.makima.cli.local;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.daemon.control.ControlClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** The draining of a daemon that runs on this machine, as it is told to who asked for it. Blocks; for one thread. */
public final class DaemonDrain implements AutoCloseable {
    /** A draining daemon says how it goes twice a second. */
    private static final Duration SILENCE = Duration.ofSeconds(60);

    private static final String LEFT = " waits for a message, without an agent: left to the next daemon";

    private static final long PROCESS_ENDS_WITHIN_SECONDS = 30;

    private final ControlClient daemon;
    private final Consumer<String> lines;
    private final Map<String, String> running = new LinkedHashMap<>();
    private long pid;
    private boolean told;
    private boolean delivering;
    private boolean ended;
    private boolean stopped;

    private DaemonDrain(ControlClient daemon, Consumer<String> lines) {
        this.daemon = daemon;
        this.lines = lines;
    }

    /**
     * Finds the daemon that works on this state directory.
     *
     * @param lines takes what people are told
     * @return nothing where none does
     */
    public static Optional<DaemonDrain> of(Path stateDirectory, Consumer<String> lines) {
        return ControlClient.connect(stateDirectory).map(daemon -> new DaemonDrain(daemon, lines));
    }

    /**
     * Tells it to drain, and waits until it has ended.
     *
     * @throws MakimaException UNAVAILABLE where it ended before its tasks did
     */
    public void toTheEnd() throws InterruptedException {
        daemon.follow(new JsonObject().put("verb", "drain"), SILENCE, this::heard);
        if (!ended) {
            throw new MakimaException(
                    ErrorCode.UNAVAILABLE,
                    name() + (stopped ? " was stopped" : " went away") + " before its last task was over",
                    "Its agents go on while their leases last, then stand still (shutdown.agents = stop ends them)."
                            + " Start the next one, which adopts them: makima daemon --drain ends with the last");
        }
        awaitProcess();
        lines.accept(name() + " has ended");
    }

    private void heard(JsonObject line) {
        pid = line.getLong("pid", pid);
        stopped = line.getBoolean("stopped", false);
        if (line.getJsonArray("running") == null) {
            return;
        }
        Map<String, String> now = tasks(line.getJsonArray("running"));
        Map<String, String> waiting = tasks(line.getJsonArray("waiting", new JsonArray()));
        if (!told) {
            told = true;
            lines.accept(name() + " takes no new tasks; " + count(now.size()));
            now.values().forEach(task -> lines.accept("  " + task));
            waiting.values().forEach(task -> lines.accept("  " + task + LEFT));
        } else {
            changes(now, waiting);
        }
        running.clear();
        running.putAll(now);
        rest(line, now.isEmpty());
    }

    /** The tasks by id, each with its short id and name. */
    private static Map<String, String> tasks(JsonArray list) {
        Map<String, String> tasks = new LinkedHashMap<>();
        for (int i = 0; i < list.size(); i++) {
            JsonObject task = list.getJsonObject(i);
            String taskId = task.getString("taskId");
            tasks.put(taskId, taskId.substring(0, 8) + "  " + task.getString("name"));
        }
        return tasks;
    }

    private void changes(Map<String, String> now, Map<String, String> waiting) {
        now.forEach((taskId, task) -> {
            if (!running.containsKey(taskId)) {
                lines.accept("  " + task + " goes on; " + count(now.size()));
            }
        });
        running.forEach((taskId, task) -> {
            if (!now.containsKey(taskId)) {
                lines.accept("  " + task + (waiting.containsKey(taskId) ? LEFT : " is over; " + count(now.size())));
            }
        });
    }

    private void rest(JsonObject line, boolean idle) {
        long events = line.getLong("eventsWaiting", 0L);
        long bytes = line.getLong("unacknowledgedBytes", 0L);
        String left = events + (events == 1 ? " event" : " events") + " and " + bytes + " bytes of output";
        if (line.getBoolean("ended", false)) {
            ended = true;
            if (events > 0 || bytes > 0) {
                lines.accept("the server has not taken " + left + ": the next daemon delivers them");
            }
        } else if (idle && !delivering && (events > 0 || bytes > 0)) {
            delivering = true;
            lines.accept("all tasks are over; the server has yet to take " + left);
        }
    }

    private static String count(int tasks) {
        return tasks == 0 ? "none is running" : tasks == 1 ? "1 is running" : tasks + " are running";
    }

    private String name() {
        return "daemon (process " + pid + ")";
    }

    /** It has said its last word: its process follows, unless it holds more than a daemon. */
    private void awaitProcess() throws InterruptedException {
        Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(it -> !it.equals(ProcessHandle.current()));
        if (process.isPresent()) {
            try {
                process.get().onExit().get(PROCESS_ENDS_WITHIN_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                // The daemon in it is over, which is what was asked for.
            }
        }
    }

    @Override
    public void close() {
        daemon.close();
    }
}
