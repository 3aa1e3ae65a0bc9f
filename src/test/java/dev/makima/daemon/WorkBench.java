package dev.makima.daemon;

import dev.makima.config.Environment;
import dev.makima.testkit.Await;
import dev.makima.testkit.BaseServer;
import dev.makima.testkit.HostileAgent;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A base server and a daemon whose agent does what each task tells it, in shell, for tests of places and endings. */
final class WorkBench implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final Vertx vertx = Vertx.vertx();
    private final BaseServer server = BaseServer.start(vertx, DaemonHarness.KEY);
    private final Path home;
    private final Path agent;
    private final JsonObject more;
    private final Environment environment;
    private DaemonHarness daemon;

    WorkBench(Path directory) throws IOException {
        this(directory, new JsonObject(), "");
    }

    /**
     * Starts both.
     *
     * @param path directories to look for executables in first, each with a colon after it
     */
    WorkBench(Path directory, JsonObject more, String path) throws IOException {
        this.home = directory.resolve("home");
        this.more = more;
        this.agent = new HostileAgent(Files.createDirectories(directory.resolve("agents")))
                .script("works", "first_line\ninit\neval \"$WORK\"\nresult ok\nuntil_end_of_input\n");
        Environment usual = DaemonHarness.environment(home);
        var variables = new java.util.HashMap<>(usual.variables());
        variables.put("PATH", path + System.getenv("PATH"));
        this.environment = new Environment(variables, home, "Linux");
        this.daemon = startDaemon();
    }

    private DaemonHarness startDaemon() {
        int before = server.handshakes();
        DaemonHarness started =
                DaemonHarness.start(home, DaemonHarness.config(home, server.uri(), agent, more), environment);
        server.awaitHandshakes(before + 1, PATIENCE);
        return started;
    }

    /** Ends the daemon and starts another one on the same home. */
    void restart() {
        restart(() -> {});
    }

    /** As {@link #restart()}, with something done while no daemon is there that could undo it. */
    void restart(Runnable meanwhile) {
        daemon.close();
        meanwhile.run();
        daemon = startDaemon();
    }

    Path home() {
        return home;
    }

    BaseServer server() {
        return server;
    }

    /** A task that names this repository. */
    static JsonObject task(String name, String repository) {
        return BaseServer.spawnTask(UUID.randomUUID().toString(), name, "go").put("repoUrl", repository);
    }

    /** A task without a repository. */
    static JsonObject task(String name) {
        return BaseServer.spawnTask(UUID.randomUUID().toString(), name, "go");
    }

    /** What the server heard of a task's last run. */
    record Outcome(
            String id, boolean success, @Nullable String error, Optional<JsonObject> completion, List<String> lines) {
        JsonObject result() {
            return completion.orElseThrow();
        }

        Path directory() {
            return Path.of(result().getString("worktreePath"));
        }

        boolean says(String... parts) {
            return lines.stream().anyMatch(line -> List.of(parts).stream().allMatch(line::contains));
        }
    }

    /** Has a task done by an agent that runs this shell text in its directory, and waits for its end. */
    Outcome run(JsonObject spawn, String work) {
        String id = spawn.getString("taskId");
        int before = about("taskComplete", id).size();
        int results = about("completionActionResult", id).size();
        server.send(spawn.copy().put("env", new JsonObject().put("WORK", work)));
        Await.until(
                PATIENCE,
                "the end of task " + id,
                () -> about("taskComplete", id).size() > before);
        JsonObject end = about("taskComplete", id).getLast();
        List<JsonObject> told = about("completionActionResult", id);
        return new Outcome(
                id,
                end.getBoolean("success"),
                end.getString("error"),
                told.size() > results ? Optional.of(told.getLast()) : Optional.empty(),
                server.lines(id));
    }

    /** All frames of this type about the task. */
    List<JsonObject> about(String type, String id) {
        return server.frames(type).stream()
                .filter(frame -> id.equals(frame.getString("taskId")))
                .toList();
    }

    @Override
    public void close() {
        daemon.close();
        server.close();
        vertx.close().await();
    }
}
