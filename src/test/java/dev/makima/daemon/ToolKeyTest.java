package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.Await;
import dev.makima.testkit.BaseServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What agents that lead others, or belong to something, are given: a key, the command, their role. */
class ToolKeyTest extends RunBench {
    private final String contractId = UUID.randomUUID().toString();
    private final String directiveId = UUID.randomUUID().toString();

    private JsonObject task() {
        return BaseServer.spawnTask(taskId, "a task", "go");
    }

    private String key() {
        return server.await("registerToolKey", taskId, PATIENCE).getString("key");
    }

    private Map<String, String> environment() throws IOException {
        return Files.readAllLines(temp.resolve("agents/environment")).stream()
                .filter(line -> line.contains("="))
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.indexOf('=')),
                        line -> line.substring(line.indexOf('=') + 1),
                        (first, _) -> first));
    }

    private String argumentAfter(String flag) throws IOException {
        List<String> arguments = Files.readAllLines(temp.resolve("agents/arguments"));
        return arguments.get(arguments.indexOf(flag) + 1);
    }

    /** Waits for a file, and says its key then. */
    private Path saysItsKeyLater() {
        return agents.script("says-its-key-later", """
                first_line
                init
                says 'I am here'
                while [ ! -e '%s' ]; do sleep 0.01; done
                says "my key is $MAKIMA_API_KEY"
                result done
                until_end_of_input
                """.formatted(temp.resolve("go-on")));
    }

    private void goOn() {
        try {
            Files.createFile(temp.resolve("go-on"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int indexOf(String type) {
        return server.frames().stream()
                .map(frame -> frame.getString("type"))
                .toList()
                .indexOf(type);
    }

    private List<String> keysOnDisk() {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + home.resolve("daemon.db"));
                ResultSet rows = connection.createStatement().executeQuery("SELECT key FROM tool_key")) {
            List<String> keys = new java.util.ArrayList<>();
            while (rows.next()) {
                keys.add(rows.getString(1));
            }
            return keys;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void anOrchestratorFindsServerKeyAndTaskAndTheServerKnewTheKeyFirst() throws IOException {
        try (DaemonHarness _ = daemon(agents.recordsItself())) {
            server.send(task().put("isOrchestrator", true)
                    .put("contractId", contractId)
                    .put("directiveId", directiveId)
                    .put("env", new JsonObject().put("MAKIMA_API_KEY", "one-of-the-task's-own")));
            assertThat(end().getBoolean("success")).isTrue();
            assertThat(key()).matches("[0-9a-f]{64}");
            assertThat(environment())
                    .containsEntry("MAKIMA_API_KEY", key())
                    .containsEntry("MAKIMA_API_URL", "http://127.0.0.1:" + server.port())
                    .containsEntry("MAKIMA_TASK_ID", taskId)
                    .containsEntry("MAKIMA_CONTRACT_ID", contractId)
                    .containsEntry("MAKIMA_DIRECTIVE_ID", directiveId);
            assertThat(environment().get("PATH")).startsWith(home.resolve("bin") + ":/");
            assertThat(environment().values()).noneMatch(value -> value.contains(DaemonHarness.KEY));
            JsonObject running = server.await(frame -> "running".equals(frame.getString("newStatus")), PATIENCE);
            assertThat(indexOf("registerToolKey")).isLessThan(server.frames().indexOf(running));
            server.await("revokeToolKey", taskId, PATIENCE);
            assertThat(indexOf("revokeToolKey")).isGreaterThan(indexOf("taskComplete"));
            Await.until(PATIENCE, "no key on disk", () -> keysOnDisk().isEmpty());
        }
    }

    @Test
    void aPlainTaskHasNoKeyAndNothingOfMakima() throws IOException {
        try (DaemonHarness _ = daemon(agents.recordsItself())) {
            server.send(task());
            assertThat(end().getBoolean("success")).isTrue();
            assertThat(environment().keySet())
                    .noneMatch(name -> name.startsWith("MAKIMA_") && !name.equals("MAKIMA_RUN"));
            assertThat(environment().get("PATH")).doesNotContain(home.toString());
            assertThat(server.frames("registerToolKey")).isEmpty();
            assertThat(server.frames("revokeToolKey")).isEmpty();
        }
    }

    @Test
    void theRolesTextLiesAmongTheRunsOwnFilesForNobodyElse() throws IOException {
        try (DaemonHarness _ = daemon(agents.recordsItself())) {
            server.send(task().put("isSupervisor", true).put("contractId", contractId));
            awaitLine("recorded");
            Path file = Path.of(argumentAfter("--append-system-prompt-file"));
            assertThat(file)
                    .startsWith(home.resolve("spool").resolve(taskId))
                    .content()
                    .contains("You are a supervisor");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            assertThat(argumentAfter("--system-prompt-snapshot")).isEqualTo("off");
            // Longer than its longest command, makima supervisor ask, waits.
            assertThat(environment()).containsEntry("BASH_DEFAULT_TIMEOUT_MS", "4000000");
            server.send(Peers.interrupt(taskId, false));
            // A daemon that goes before it has read that leaves the agent at work.
            server.await(frame -> "interrupted".equals(frame.getString("newStatus")), PATIENCE);
        }
    }

    @Test
    void theKeyOfATaskThatGoesOnIsToldAgainOnEachConnection() {
        try (DaemonHarness _ = daemon(saysItsKeyLater())) {
            server.send(task().put("contractId", contractId));
            awaitLine("I am here");
            String key = key();
            server.drop();
            awaitConnections(2);
            Await.until(
                    PATIENCE,
                    "the key again",
                    () -> server.frames("registerToolKey").size() >= 2);
            assertThat(server.frames("registerToolKey")).allMatch(frame -> key.equals(frame.getString("key")));
            goOn();
            end();
            server.await("revokeToolKey", taskId, PATIENCE);
            // Dead keys are not told of again.
            int told = server.frames("registerToolKey").size();
            int beats = server.frames("heartbeat").size();
            server.drop();
            awaitConnections(3);
            Await.until(
                    PATIENCE,
                    "more heartbeats",
                    () -> server.frames("heartbeat").size() > beats + 1);
            assertThat(server.frames("registerToolKey")).hasSize(told);
        }
    }

    @Test
    void theNextDaemonKnowsTheKeyMasksItAndRevokesIt() {
        Path agent = saysItsKeyLater();
        String key;
        try (DaemonHarness _ = daemon(agent)) {
            server.send(task().put("directiveId", directiveId));
            awaitLine("I am here");
            key = key();
        }
        assertThat(keysOnDisk()).containsExactly(key);
        int told = server.frames("registerToolKey").size();
        try (DaemonHarness _ = daemon(agent)) {
            Await.until(
                    PATIENCE,
                    "the key again",
                    () -> server.frames("registerToolKey").size() > told);
            goOn();
            assertThat(end().getBoolean("success")).isTrue();
            server.await("revokeToolKey", taskId, PATIENCE);
            assertThat(String.join("\n", server.lines(taskId)))
                    .contains("my key is " + "*".repeat(64))
                    .doesNotContain(key);
            Await.until(PATIENCE, "no key on disk", () -> keysOnDisk().isEmpty());
        }
    }

    @Test
    void outputThatIsSentAfterTheTasksEndByAnotherDaemonIsMaskedToo() {
        Path agent = saysItsKeyLater();
        try (DaemonHarness _ = daemon(agent)) {
            server.send(task().put("contractId", contractId));
            awaitLine("I am here");
            server.stopReading();
            goOn();
            // The key is dead, but kept: the output it is in has not arrived.
            Await.until(PATIENCE, "the task's end", () -> stateOnDisk().equals("done"));
            assertThat(keysOnDisk()).hasSize(1);
        }
        try (DaemonHarness _ = daemon(agent)) {
            end();
            assertThat(String.join("\n", server.lines(taskId))).contains("my key is " + "*".repeat(64));
            server.await("revokeToolKey", taskId, PATIENCE);
        }
    }

    private String stateOnDisk() {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + home.resolve("daemon.db"));
                ResultSet rows = connection.createStatement().executeQuery("SELECT state FROM task")) {
            return rows.next() ? rows.getString(1) : "";
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void anInterruptedTasksKeyIsRevokedToo() {
        try (DaemonHarness _ = daemon(saysItsKeyLater())) {
            server.send(task().put("contractId", contractId));
            awaitLine("I am here");
            server.send(Peers.interrupt(taskId, false));
            server.await("revokeToolKey", taskId, PATIENCE);
            List<JsonObject> frames = server.frames();
            JsonObject change = server.await(frame -> "interrupted".equals(frame.getString("newStatus")), PATIENCE);
            assertThat(frames.indexOf(change)).isNotNegative().isLessThan(indexOf("revokeToolKey"));
        }
    }

    @Test
    void aSecondRunOfATaskHasAKeyOfItsOwn() {
        try (DaemonHarness _ = daemon(agents.recordsItself())) {
            server.send(task().put("contractId", contractId));
            end();
            server.await("revokeToolKey", taskId, PATIENCE);
            server.send(task().put("contractId", contractId));
            Await.until(
                    PATIENCE,
                    "the second revocation",
                    () -> server.frames("revokeToolKey").size() == 2);
            assertThat(server.frames("registerToolKey").stream()
                            .map(frame -> frame.getString("key"))
                            .distinct())
                    .hasSize(2);
        }
    }

    @Test
    void theMakimaOnTheAgentsPathIsTheProgramThatRuns() throws IOException {
        Path agent = agents.script("asks-makima", """
                first_line
                init
                says "$(command -v makima) is $(makima --version)"
                result done
                until_end_of_input
                """);
        try (DaemonHarness _ = daemon(agent)) {
            server.send(task().put("contractId", contractId));
            end();
            Path command = home.resolve("bin/makima");
            assertThat(String.join("\n", server.lines(taskId))).contains(command + " is makima development");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(command)))
                    .isEqualTo("rwxr-xr-x");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve("bin"))))
                    .isEqualTo("rwx------");
            assertThat(Arrays.asList(home.resolve("bin").toFile().list())).containsExactly("makima");
        }
    }
}
