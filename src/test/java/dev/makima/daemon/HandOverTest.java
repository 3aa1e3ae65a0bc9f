package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.Await;
import dev.makima.testkit.BaseServer;
import dev.makima.testkit.HostileAgent;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages and starts at the seams: between two agents of a task, and between two daemons. */
class HandOverTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path temp;

    private Vertx vertx;
    private BaseServer server;
    private HostileAgent agents;
    private Path home;
    private final String taskId = UUID.randomUUID().toString();

    @BeforeEach
    void startServer() throws IOException {
        vertx = Vertx.vertx();
        server = BaseServer.start(vertx, DaemonHarness.KEY);
        agents = new HostileAgent(Files.createDirectory(temp.resolve("agents")));
        home = temp.resolve("home");
    }

    @AfterEach
    void stopServer() {
        assertThat(server.mistakes()).isEmpty();
        Peers.awaitNothingLeft(home);
        server.close();
        vertx.close().await();
    }

    private DaemonHarness daemon(Path agent) {
        return daemon(agent, new JsonObject());
    }

    private DaemonHarness daemon(Path agent, JsonObject more) {
        int before = server.handshakes();
        DaemonHarness daemon = DaemonHarness.start(
                home, server.uri(), agent, more, DaemonHarness.exitingWithin(Duration.ofMinutes(1)));
        server.awaitHandshakes(before + 1, PATIENCE);
        return daemon;
    }

    private JsonObject task() {
        return BaseServer.spawnTask(taskId, "a task", "the plan");
    }

    private void say(String text) {
        server.send(Peers.message(taskId, text));
    }

    private void awaitLine(String part) {
        server.await(frame -> frame.getString("output", "").contains(part), PATIENCE);
    }

    private void awaitInNextHeartbeat() {
        int before = server.frames("heartbeat").size();
        Await.until(PATIENCE, "a heartbeat", () -> server.frames("heartbeat").size() > before);
        assertThat(BaseServer.activeTasks(server.frames("heartbeat").getLast())).contains(taskId);
    }

    private void interrupt() {
        server.send(Peers.interrupt(taskId, true));
        server.await(
                frame -> "interrupted".equals(frame.getString("newStatus")) && taskId.equals(frame.getString("taskId")),
                PATIENCE);
    }

    private Path launches() {
        return temp.resolve("launches");
    }

    /** Notes each start, answers each message; ends with code 3 after one with the word exit, or this one. */
    private Path supervising(String last) {
        return agents.script("supervises", """
                echo launch >> '%s'
                while IFS= read -r line; do
                    case "$line" in *control_request*) exit 0 ;; esac
                    text=$(printf '%%s' "$line" | sed -nE 's/.*"content":"(([^"\\\\]|\\\\.)*)".*/\\1/p')
                    init
                    says "heard $text"
                    result "heard $text"
                    case "$text" in *exit* | *'%s') exit 3 ;; esac
                done
                """.formatted(launches(), last));
    }

    /** Does its work, sees the end of its input, and stays until it may go. */
    private Path slowToGo() {
        return agents.script("slow-to-go", """
                first_line
                init
                result one
                until_end_of_input
                touch '%s'
                while [ ! -e '%s' ]; do sleep 0.02; done
                """.formatted(temp.resolve("heard-the-end"), temp.resolve("go")));
    }

    private void awaitEndOfInput() {
        Await.until(PATIENCE, "the end of its input", () -> Files.exists(temp.resolve("heard-the-end")));
    }

    private Path run() throws IOException {
        try (Stream<Path> runs = Files.list(home.resolve("spool").resolve(taskId))) {
            return runs.findFirst().orElseThrow();
        }
    }

    private void note(String text) throws SQLException {
        try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + home.resolve("daemon.db"));
                PreparedStatement noted =
                        database.prepareStatement("INSERT INTO message (run_id, message_id, line, noted_at)"
                                + " SELECT run_id, 'm', ?, 0 FROM task")) {
            noted.setString(1, "{\"type\":\"user\",\"message\":{\"role\":\"user\",\"content\":\"" + text + "\"}}");
            assertThat(noted.executeUpdate()).isEqualTo(1);
        }
    }

    @Test
    void aLostMessageThatTheAgentTakesNoMoreIsAnsweredAndFailsNothing() throws Exception {
        Path agent = slowToGo();
        try (DaemonHarness _ = daemon(agent)) {
            server.send(task());
            awaitEndOfInput();
        }
        note("and another thing");
        try (DaemonHarness _ = daemon(agent)) {
            awaitLine("A message came too late: the agent has finished. The message was: and another thing");
            Files.createFile(temp.resolve("go"));
            assertThat(server.await("taskComplete", taskId, PATIENCE).getBoolean("success"))
                    .isTrue();
        }
    }

    @Test
    void aMessageThatWaitsForTheNextAgentIsAnsweredWhenTheDaemonGoes() throws IOException {
        Path agent = slowToGo();
        try (DaemonHarness _ = daemon(agent)) {
            server.send(task().put("autonomousLoop", true));
            awaitEndOfInput();
            say("for the next one");
            server.pingAndAwaitPong(PATIENCE);
            // The message before the answer to this one.
            server.send(task());
            awaitLine("was to be started again");
        }
        try (DaemonHarness _ = daemon(agent)) {
            awaitLine("A message was not handed over. The message was: for the next one");
            interrupt();
        }
    }

    @Test
    void aPlanThatNoAgentReadStartsNoneByItself() throws IOException {
        Path agent = supervising("the plan");
        try (DaemonHarness _ = daemon(agent)) {
            server.send(task().put("isSupervisor", true));
            awaitLine("waits for the next message");
        }
        // As if the agent had ended before it was given the plan.
        try (Stream<Path> files = Files.walk(run())) {
            List<Path> inboxes = files.filter(file -> file.endsWith("in"))
                    .filter(Files::isRegularFile)
                    .toList();
            assertThat(inboxes).hasSize(1);
            Files.write(inboxes.getFirst(), new byte[0]);
        }
        try (DaemonHarness _ = daemon(agent)) {
            awaitInNextHeartbeat();
            assertThat(Files.readAllLines(launches())).hasSize(1);
            say("wake up");
            awaitLine("heard wake up");
            interrupt();
        }
    }

    @Test
    void aSupervisorWhoseAgentCannotBeStartedWaitsOnForThisDaemonAndTheNext() throws IOException {
        Path agent = supervising("never");
        JsonObject one = new JsonObject().put("process", new JsonObject().put("maxConcurrentTasks", 1));
        Path role;
        try (DaemonHarness _ = daemon(agent, one)) {
            server.send(task().put("isSupervisor", true));
            say("exit");
            awaitLine("waits for the next message");
            role = run().resolve("role.md");
            Files.delete(role);
            Files.createDirectories(role.resolve("in the way"));
            say("hello?");
            awaitLine("The agent cannot be started again");
            awaitLine("A message was not handed over. The message was: hello?");
            // It holds no place.
            String other = UUID.randomUUID().toString();
            server.send(BaseServer.spawnTask(other, "other", "hello"));
            assertThat(server.await("taskComplete", other, PATIENCE).getBoolean("success"))
                    .isTrue();
        }
        try (DaemonHarness _ = daemon(agent, one)) {
            awaitInNextHeartbeat();
            Files.delete(role.resolve("in the way"));
            Files.delete(role);
            say("and now?");
            awaitLine("heard and now?");
            interrupt();
        }
        assertThat(server.frames("taskRecoveryDetected")).isEmpty();
    }

    @Test
    void aDirectoryThatVanishesBetweenTwoAgentsIsReportedAsVanished() throws IOException {
        Path asked = temp.resolve("asked");
        Path agent = agents.script("loops", """
                echo launch >> '%s'
                first_line
                init
                says 'not ready'
                while [ ! -e '%s' ]; do sleep 0.02; done
                result 'not ready'
                until_end_of_input
                """.formatted(launches(), temp.resolve("go")));
        agents.doesWhenAskedForItsVersion(
                agent, "if [ -e '%s' ]; then touch '%s'; sleep 10; fi".formatted(launches(), asked));
        try (DaemonHarness _ = daemon(agent)) {
            server.send(task().put("autonomousLoop", true));
            Await.until(PATIENCE, "the first launch", () -> Files.exists(launches()));
            // Another time of change: the version is asked anew.
            Files.setLastModifiedTime(agent, FileTime.fromMillis(1_000_000_000_000L));
            Files.createFile(temp.resolve("go"));
            Await.until(PATIENCE, "the question between two launches", () -> Files.exists(asked));
            Files.delete(home.resolve("temp").resolve("task-" + taskId));
            JsonObject told = server.await("taskRecoveryDetected", taskId, PATIENCE);
            assertThat(told.getBoolean("worktreeIntact")).isFalse();
            server.pingAndAwaitPong(PATIENCE);
        }
        assertThat(server.frames("taskStatusChange").stream().map(frame -> frame.getString("newStatus")))
                .doesNotContain("interrupted");
    }
}
