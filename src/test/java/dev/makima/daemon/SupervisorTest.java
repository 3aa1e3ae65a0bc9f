package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.Await;
import dev.makima.testkit.BaseServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A supervisor's task lives longer than its agents. */
class SupervisorTest extends RunBench {
    private Path launches;

    @BeforeEach
    void nameLaunches() {
        launches = temp.resolve("launches");
    }

    private JsonObject spawnFrame() {
        return BaseServer.spawnTask(taskId, "a task", "the plan").put("isSupervisor", true);
    }

    /** Notes its arguments, answers each message; a message with the word exit ends it with code 3. */
    private Path agent() {
        return agents.script("supervises", """
                echo "$*" >> '%s'
                while IFS= read -r line; do
                    case "$line" in
                        *'"end_session"'*) exit 0 ;;
                        *control_request*) continue ;;
                    esac
                    text=$(printf '%%s' "$line" | sed -nE 's/.*"content":"(([^"\\\\]|\\\\.)*)".*/\\1/p')
                    init
                    says "heard $text"
                    result "heard $text"
                    case "$text" in *exit*) exit 3 ;; esac
                done
                """.formatted(launches));
    }

    private void awaitLines(String part, int count) {
        Await.until(
                PATIENCE,
                count + " lines with " + part,
                () -> server.lines(taskId).stream()
                                .filter(line -> line.contains(part))
                                .count()
                        >= count);
    }

    private void awaitInNextHeartbeat() {
        int before = server.frames("heartbeat").size();
        Await.until(PATIENCE, "a heartbeat", () -> server.frames("heartbeat").size() > before);
        assertThat(BaseServer.activeTasks(server.frames("heartbeat").getLast())).contains(taskId);
    }

    private void say(String text) {
        server.send(Peers.message(taskId, text));
    }

    private void interrupt() {
        server.send(Peers.interrupt(taskId, true));
        awaitState("interrupted");
        server.pingAndAwaitPong(PATIENCE);
        assertThat(server.frames("taskComplete")).isEmpty();
    }

    @Test
    void itsAgentStaysForTheNextMessage() throws IOException {
        try (DaemonHarness _ = daemon(agent())) {
            server.send(spawnFrame());
            awaitLine("heard the plan");
            long until = System.nanoTime() + 1_000_000_000L;
            Await.until(PATIENCE, "a moment", () -> System.nanoTime() > until);
            say("more");
            awaitLine("heard more");
            interrupt();
        }
        assertThat(Files.readAllLines(launches)).hasSize(1);
    }

    @Test
    void itWaitsWithoutAnAgentAndAMessageStartsItAgain() throws IOException {
        JsonObject one = new JsonObject().put("process", new JsonObject().put("maxConcurrentTasks", 1));
        try (DaemonHarness _ = daemon(agent(), one)) {
            server.send(spawnFrame().put("completionAction", "branch"));
            awaitLine("heard the plan");
            // While it has an agent it has the only place.
            String other = UUID.randomUUID().toString();
            server.send(BaseServer.spawnTask(other, "other", "exit"));
            assertThat(server.await("taskComplete", other, PATIENCE).getBoolean("success"))
                    .isFalse();
            say("exit");
            awaitLine("exit code 3): the task is ready, and waits for the next message");
            awaitInNextHeartbeat();
            // Now others may have it.
            String third = UUID.randomUUID().toString();
            server.send(BaseServer.spawnTask(third, "third", "exit"));
            assertThat(server.await("taskComplete", third, PATIENCE).getString("error"))
                    .contains("exit code 3");
            say("and again");
            awaitLine("heard and again");
            interrupt(third, other);
        }
        List<String> launched = Files.readAllLines(launches);
        assertThat(launched).hasSize(3);
        String session = launched.getFirst().replaceAll(".*--session-id ([0-9a-f-]{36}).*", "$1");
        assertThat(launched.getLast()).contains("--resume " + session);
        assertThat(server.frames("completionActionResult").stream()
                        .filter(frame -> taskId.equals(frame.getString("taskId")) && frame.getString("branch") != null))
                .isEmpty();
    }

    private void interrupt(String... others) {
        server.send(Peers.interrupt(taskId, true));
        awaitState("interrupted");
        server.pingAndAwaitPong(PATIENCE);
        assertThat(server.frames("taskComplete"))
                .extracting(frame -> frame.getString("taskId"))
                .containsOnly(others);
    }

    @Test
    void whileItWaitsItCannotBePausedButInterrupted() {
        try (DaemonHarness _ = daemon(agent())) {
            server.send(spawnFrame());
            say("exit");
            awaitLine("waits for the next message");
            server.send(Peers.command("pauseTask", taskId));
            awaitLine("cannot be paused: it has no agent now");
            server.send(Peers.command("resumeTask", taskId));
            awaitLine("cannot be resumed: it has no agent now");
            interrupt();
            say("anybody?");
            // The run may still be at its very end when the message comes.
            server.await(
                    frame -> {
                        String line = frame.getString("output", "");
                        return line.contains("cannot take a message") || line.contains("came too late");
                    },
                    PATIENCE);
        }
    }

    @Test
    void theNextDaemonWaitsOn() throws IOException {
        JsonObject stop = new JsonObject().put("shutdown", new JsonObject().put("agents", "stop"));
        try (DaemonHarness _ = daemon(agent(), stop)) {
            server.send(spawnFrame());
            awaitLine("heard the plan");
            say("exit");
            awaitLine("waits for the next message");
        }
        try (DaemonHarness _ = daemon(agent())) {
            awaitInNextHeartbeat();
            say("are you there?");
            awaitLine("heard are you there?");
            interrupt();
        }
        assertThat(server.frames("taskRecoveryDetected")).isEmpty();
        assertThat(server.lines(taskId).stream().filter(line -> line.contains("waits for the next message")))
                .hasSize(1);
        assertThat(Files.readAllLines(launches)).hasSize(2);
    }

    @Test
    void aMessageThatTheLastDaemonNotedAndDidNotLiveToHandOverStartsItAgain() throws SQLException {
        try (DaemonHarness _ = daemon(agent())) {
            server.send(spawnFrame());
            say("exit");
            awaitLine("waits for the next message");
        }
        try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + home.resolve("daemon.db"));
                PreparedStatement noted =
                        database.prepareStatement("INSERT INTO message (run_id, message_id, line, noted_at)"
                                + " SELECT run_id, 'm', ?, 0 FROM task")) {
            noted.setString(1, "{\"type\":\"user\",\"message\":{\"role\":\"user\",\"content\":\"wake up\"}}");
            assertThat(noted.executeUpdate()).isEqualTo(1);
        }
        try (DaemonHarness _ = daemon(agent())) {
            awaitLine("heard wake up");
            interrupt();
        }
    }

    @Test
    void oneThatEndsWhileNoDaemonIsThereWaitsForTheNext() {
        Path go = temp.resolve("go");
        Path agent = agents.script("ends-alone", """
                init
                says 'working'
                while [ ! -e '%s' ]; do sleep 0.02; done
                exit 1
                """.formatted(go));
        try (DaemonHarness _ = daemon(agent)) {
            server.send(spawnFrame());
            awaitLine("\"working\"");
        }
        assertThat(go.toFile().mkdir()).isTrue();
        Peers.awaitNothingLeft(home);
        try (DaemonHarness _ = daemon(agent)) {
            awaitLine("waits for the next message");
            interrupt();
        }
    }

    @Test
    void oneThatIsStartedAnewToGoOnReplacesItsRun() throws IOException {
        try (DaemonHarness _ = daemon(agent())) {
            server.send(spawnFrame());
            awaitLine("heard the plan");
            server.send(spawnFrame().put("resumeSession", true).put("plan", "the same plan"));
            awaitLine("this run of it ends");
            awaitLine("the same plan");
            assertThat(Peers.processes(home)).isNotEmpty();
            // What it prints and what it is go different ways.
            Await.until(
                    PATIENCE,
                    "both runs",
                    () -> server.frames("taskStatusChange").stream()
                                    .filter(frame -> "running".equals(frame.getString("newStatus")))
                                    .count()
                            == 2);
            assertThat(server.frames("taskStatusChange").stream().map(frame -> frame.getString("newStatus")))
                    .containsSubsequence("running", "interrupted", "initializing", "starting", "running");
            // And one that waits.
            say("exit");
            awaitLine("waits for the next message");
            server.send(spawnFrame().put("resumeSession", true).put("plan", "a third plan"));
            awaitLine("a third plan");
            // Without the word to go on it is refused like any other.
            server.send(spawnFrame());
            awaitLine("was to be started again");
            awaitLines("was to be started again", 1);
            int interrupted = server.frames("taskStatusChange").size();
            server.send(Peers.interrupt(taskId, true));
            Await.until(
                    PATIENCE,
                    "the last end",
                    () -> server.frames("taskStatusChange").size() > interrupted
                            && "interrupted"
                                    .equals(server.frames("taskStatusChange")
                                            .getLast()
                                            .getString("newStatus")));
            assertThat(server.frames("taskComplete")).isEmpty();
        }
        assertThat(Files.readAllLines(launches)).hasSize(3);
    }

    @Test
    void aSetUpThatFailsEndsItAndALaterStartThatFailsDoesNot() throws IOException {
        Path agent = agent();
        try (DaemonHarness _ = daemon(agent)) {
            server.send(spawnFrame());
            say("exit");
            awaitLine("waits for the next message");
            Files.move(agent, temp.resolve("away"));
            say("hello?");
            awaitLine("The agent cannot be started again");
            awaitLine("A message was not handed over. The message was: hello?");
            String other = UUID.randomUUID().toString();
            server.send(spawnFrame().put("taskId", other));
            assertThat(server.await("taskComplete", other, PATIENCE).getBoolean("success"))
                    .isFalse();
            Files.move(temp.resolve("away"), agent);
            say("and now?");
            awaitLine("heard and now?");
            interrupt(other);
        }
    }

    @Test
    void itsHeartbeatTellsWorkFromRestWhereAPhaseWasNamed() {
        Path agent = agents.script("works", """
                while IFS= read -r line; do
                    case "$line" in *control_request*) exit 0 ;; esac
                    init
                    says 'thinking about it'
                    case "$line" in *quick*) ;; *) while [ ! -e '%s' ]; do sleep 0.02; done ;; esac
                    result done
                done
                """.formatted(temp.resolve("go")));
        String silent = UUID.randomUUID().toString();
        String contract = UUID.randomUUID().toString();
        try (DaemonHarness _ = daemon(agent)) {
            server.send(spawnFrame().put("taskId", silent));
            server.send(spawnFrame().put("contractId", contract).put("phase", "execute"));
            JsonObject working = awaitBeat("working");
            assertThat(working.getString("contractId")).isEqualTo(contract);
            assertThat(working.getString("phase")).isEqualTo("execute");
            assertThat(temp.resolve("go").toFile().mkdir()).isTrue();
            assertThat(awaitBeat("idle").getString("currentActivity")).isEqualTo("thinking about it");
            assertThat(server.frames("supervisorHeartbeat"))
                    .allMatch(frame -> taskId.equals(frame.getString("taskId")));
            server.send(Peers.interrupt(silent, true));
            interrupt();
            server.await(
                    frame -> silent.equals(frame.getString("taskId"))
                            && "interrupted".equals(frame.getString("newStatus")),
                    PATIENCE);
        }
    }

    private JsonObject awaitBeat(String state) {
        return server.await(
                frame ->
                        "supervisorHeartbeat".equals(frame.getString("type")) && state.equals(frame.getString("state")),
                PATIENCE);
    }
}
