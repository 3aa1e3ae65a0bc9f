package dev.makima.daemon.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.config.Environment;
import dev.makima.daemon.DaemonHarness;
import dev.makima.testkit.BaseServer;
import dev.makima.testkit.HostileAgent;
import dev.makima.testkit.TestRepository;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** A server that sends commands to a daemon with tasks in real repositories, for tests. */
final class CommandPeer implements AutoCloseable {
    static final Duration PATIENCE = CommandBench.PATIENCE;

    private final Path temp;
    private final Vertx vertx;
    private final BaseServer server;
    private final HostileAgent agents;
    private final TestRepository repository;
    private int scripts;

    /** Keeps everything in this directory. */
    CommandPeer(Path temp) throws IOException {
        this.temp = temp;
        this.vertx = Vertx.vertx();
        this.server = BaseServer.start(vertx, DaemonHarness.KEY);
        this.agents = new HostileAgent(Files.createDirectories(temp.resolve("agents")));
        this.repository = TestRepository.create(temp.resolve("my repo ünï"), 3);
    }

    BaseServer server() {
        return server;
    }

    TestRepository repository() {
        return repository;
    }

    Path home() {
        return temp.resolve("home");
    }

    DaemonHarness daemon() {
        return daemon(new JsonObject());
    }

    /** A daemon whose agents do what their task's plan says, as shell text, and end. */
    DaemonHarness daemon(JsonObject more) {
        return daemon(more, DaemonHarness.environment(home()));
    }

    /** As {@link #daemon(JsonObject)}, with an environment of its own. */
    DaemonHarness daemon(JsonObject more, Environment environment) {
        Path agent = agents.script("obeys-" + scripts++, """
                IFS= read -r line
                init
                plan=$(printf '%s' "$line" | sed -n 's/.*"content":"\\([^"]*\\)".*/\\1/p')
                eval "$plan"
                result 'done'
                until_end_of_input
                """);
        int before = server.handshakes();
        DaemonHarness daemon =
                DaemonHarness.start(home(), DaemonHarness.config(home(), server.uri(), agent, more), environment);
        server.awaitHandshakes(before + 1, PATIENCE);
        return daemon;
    }

    /** Runs a task in the repository to its end. */
    String done(String shell) {
        return done(shell, spawn -> spawn);
    }

    /** As {@link #done(String)}, with more in its spawn. */
    String done(String shell, UnaryOperator<JsonObject> more) {
        JsonObject spawn = spawn(shell, more);
        String task = spawn.getString("taskId");
        // Its own: a daemon may tell the ends of others again that the one before it could not prove.
        int before = server.ends(task);
        server.send(spawn);
        JsonObject end = server.await(before + 1, "taskComplete", task, PATIENCE);
        assertThat(end.getBoolean("success")).as(end.encode()).isTrue();
        return task;
    }

    /** Starts a task in the repository. */
    String start(String shell, UnaryOperator<JsonObject> more) {
        JsonObject spawn = spawn(shell, more);
        server.send(spawn);
        return spawn.getString("taskId");
    }

    /** Starts a task in the repository, and waits until its agent has done this and is at work for long. */
    String running(String shell, UnaryOperator<JsonObject> more) {
        String task = start(shell + "; says working; sleep 60", more);
        server.await(
                frame -> task.equals(frame.getString("taskId"))
                        && frame.getString("output", "").contains("\"working\""),
                PATIENCE);
        // What an agent says at once may come before its task is told to run.
        server.await(
                frame -> task.equals(frame.getString("taskId")) && "running".equals(frame.getString("newStatus")),
                PATIENCE);
        return task;
    }

    private JsonObject spawn(String shell, UnaryOperator<JsonObject> more) {
        return more.apply(BaseServer.spawnTask(UUID.randomUUID().toString(), "A task", shell)
                .put("repoUrl", repository.directory().toString()));
    }

    static JsonObject command(String type, String task) {
        return new JsonObject().put("type", type).put("taskId", task);
    }

    /** Sends the command with a request id, and waits for its answer. */
    JsonObject ask(JsonObject command, String answer) {
        String request = UUID.randomUUID().toString();
        server.send(command.copy().put("requestId", request));
        return server.await(
                frame -> answer.equals(frame.getString("type")) && request.equals(frame.getString("requestId")),
                PATIENCE);
    }

    JsonObject ask(String type, String task, String answer) {
        return ask(command(type, task), answer);
    }

    /** The worktree of a task that was started. */
    TestRepository worktree(String task) {
        JsonObject info = ask("getWorktreeInfo", task, "worktreeInfoResult");
        return TestRepository.at(Path.of(Objects.requireNonNull(info.getString("worktreePath"), info.encode())));
    }

    static List<String> strings(JsonObject frame, String field) {
        return frame.getJsonArray(field).stream().map(String::valueOf).toList();
    }

    @Override
    public void close() {
        server.close();
        vertx.close().await();
    }
}
