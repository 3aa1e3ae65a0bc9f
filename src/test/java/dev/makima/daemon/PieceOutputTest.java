package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.Await;
import dev.makima.testkit.BaseServer;
import dev.makima.testkit.HostileAgent;
import dev.makima.testkit.StreamServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Output to a server that takes it by offset: exactly once, whatever that server forgets. */
class PieceOutputTest extends StreamBench {
    private static final int LINES = 100_000;
    private static final int LENGTH = 250;

    private DaemonHarness daemon(Path agent) {
        DaemonHarness daemon = DaemonHarness.startQuick(home, server.uri(), agent, new JsonObject());
        server.await(1, "runs", PATIENCE);
        return daemon;
    }

    private void spawn() {
        server.send(BaseServer.spawnTask(taskId, "task", "go"));
    }

    /** The task's end; its run's id is in it. */
    private JsonObject end() {
        return server.await(1, "taskComplete", PATIENCE);
    }

    /** The run's id, from the first piece of output. */
    private String runId() {
        Await.until(PATIENCE, "a piece", () -> !server.pieces().isEmpty());
        return server.pieces().getFirst().runId();
    }

    private void assertWhole(JsonObject end) {
        assertThat(end.getBoolean("success")).isTrue();
        String runId = end.getString("runId");
        JsonObject lengths = end.getJsonObject("finalLengths");
        for (String stream : List.of("stdout", "stderr", "daemon")) {
            assertThat(server.storedLength(runId, stream)).as(stream).isEqualTo(lengths.getLong(stream, 0L));
        }
        String assistant = server.stored(runId, "stdout")
                .lines()
                .filter(line -> line.startsWith("{\"type\":\"assistant\""))
                .collect(Collectors.joining("\n"));
        assertThat(assistant.equals(HostileAgent.expectedLines(LINES, LENGTH).collect(Collectors.joining("\n"))))
                .as("the lines that were stored")
                .isTrue();
    }

    @Test
    void theOutputIsStoredExactlyOnceAndThenTheEndIsTold() {
        try (DaemonHarness _ = daemon(agents.lines(LINES, LENGTH))) {
            spawn();
            JsonObject end = end();
            assertWhole(end);
            assertThat(server.gaps()).isEmpty();
            assertThat(server.frames()).noneMatch(frame -> "taskOutput".equals(frame.getString("type")));
            // Without a failure nothing is sent twice.
            assertThat(server.pieces().stream()
                            .filter(piece -> "stdout".equals(piece.stream()))
                            .mapToLong(StreamServer.Piece::length)
                            .sum())
                    .isEqualTo(end.getJsonObject("finalLengths").getLong("stdout"));
        }
    }

    @Test
    void afterCutsItGoesOnWhereTheServerIs() {
        try (DaemonHarness _ = daemon(agents.lines(LINES, LENGTH))) {
            spawn();
            String runId = runId();
            for (int cut = 1; cut <= 3; cut++) {
                server.awaitStored(runId, "stdout", cut * 5_000_000L, PATIENCE);
                server.drop();
                server.await(cut + 1, "runs", PATIENCE);
            }
            assertWhole(end());
            assertThat(server.gaps()).isEmpty();
        }
    }

    @Test
    void aServerThatForgotGetsItAgain() throws IOException {
        Path go = temp.resolve("go");
        try (DaemonHarness _ = daemon(agents.linesInHalves(LINES, LENGTH, go))) {
            spawn();
            String runId = runId();
            server.awaitStored(runId, "stdout", 5_000_000, PATIENCE);
            server.forget(runId, "stdout", 1_000_000);
            server.drop();
            server.await(2, "runs", PATIENCE);
            server.awaitStored(runId, "stdout", 5_000_000, PATIENCE);
            // On a living connection it says so itself: the piece that comes next lies behind what is stored.
            server.forget(runId, "stdout", 17);
            // Only now is there a next one for certain.
            Files.createFile(go);
            assertWhole(end());
        }
    }

    @Test
    void rewindsInTheMiddleOfTheStreamLoseNothing() {
        try (DaemonHarness _ = daemon(agents.lines(LINES, LENGTH))) {
            spawn();
            String runId = runId();
            for (int i = 0; i < 200; i++) {
                server.rewind(taskId, runId, "stdout", Math.max(0, server.storedLength(runId, "stdout") - 100_000));
            }
            assertWhole(end());
            assertThat(server.gaps()).isEmpty();
        }
    }

    @Test
    void onlySoMuchIsSentWithoutAnAcknowledgement() {
        server.acknowledge(false);
        try (DaemonHarness _ = daemon(agents.lines(LINES, LENGTH))) {
            spawn();
            String runId = runId();
            server.awaitStored(runId, "stdout", 8 * 1024 * 1024, PATIENCE);
            Duration moment = Duration.ofMillis(300);
            long until = System.nanoTime() + moment.toNanos();
            Await.until(PATIENCE, "a moment", () -> System.nanoTime() > until);
            assertThat(server.storedLength(runId, "stdout")).isEqualTo(8 * 1024 * 1024);
            assertThat(server.frames()).noneMatch(frame -> "taskComplete".equals(frame.getString("type")));
            server.acknowledge(true);
            assertWhole(end());
        }
    }

    @Test
    void rewindsAndLateAcknowledgementsDoNotUseUpTheWindow() {
        server.acknowledge(false);
        try (DaemonHarness _ = daemon(agents.lines(LINES, LENGTH))) {
            spawn();
            String runId = runId();
            for (int i = 0; i < 5; i++) {
                server.awaitStored(runId, "stdout", 8 * 1024 * 1024, PATIENCE);
                server.rewind(taskId, runId, "stdout", 0);
                // The acknowledgement of what was sent before comes after the rewind.
                server.acknowledge(true);
                server.acknowledge(false);
            }
            server.acknowledge(true);
            assertWhole(end());
        }
    }

    @Test
    void aServerThatClaimsMoreThanThereIsGetsTheRestAllTheSame() {
        Path agent = agents.script("waits", """
                first_line
                init
                says one
                while [ ! -e '%s' ]; do sleep 0.02; done
                says two
                result done
                until_end_of_input
                """.formatted(temp.resolve("go")));
        try (DaemonHarness _ = daemon(agent)) {
            spawn();
            String runId = runId();
            Await.until(PATIENCE, "one", () -> server.stored(runId, "stdout").contains("\"one\""));
            server.claim(runId, "stdout", server.storedLength(runId, "stdout") + 50);
            server.drop();
            server.await(2, "runs", PATIENCE);
            Files.createFile(temp.resolve("go"));
            JsonObject end = end();
            assertThat(end.getBoolean("success")).isTrue();
            assertThat(server.storedLength(runId, "stdout"))
                    .isEqualTo(end.getJsonObject("finalLengths").getLong("stdout"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aRunTheServerCancelsIsInterrupted() {
        try (DaemonHarness daemon = daemon(agents.silent())) {
            spawn();
            server.await(frame -> "running".equals(frame.getString("newStatus")), PATIENCE);
            server.verdict("cancel");
            server.drop();
            server.await(frame -> "interrupted".equals(frame.getString("newStatus")), PATIENCE);
            Peers.awaitNothingLeft(daemon.home());
        }
    }

    @Test
    void aRunTheServerDoesNotKnowGoesOnAndIsOfferedAgain() {
        try (DaemonHarness _ = daemon(agents.lines(LINES, LENGTH))) {
            server.verdict("unknown");
            server.acknowledge(false);
            spawn();
            String runId = runId();
            server.awaitStored(runId, "stdout", 1_000_000, PATIENCE);
            server.drop();
            server.await(2, "runs", PATIENCE);
            server.verdict("continue");
            server.acknowledge(true);
            server.drop();
            server.await(3, "runs", PATIENCE);
            assertWhole(end());
        }
    }

    @Test
    void anEndThatWaitsForItsOutputHoldsUpNoOtherTask() {
        String other = UUID.randomUUID().toString();
        try (DaemonHarness _ = daemon(agents.echoes())) {
            server.hold(taskId);
            spawn();
            server.await(
                    frame -> "completionActionResult".equals(frame.getString("type"))
                            && taskId.equals(frame.getString("taskId")),
                    PATIENCE);
            server.send(BaseServer.spawnTask(other, "other", "go"));
            assertThat(end().getString("taskId")).isEqualTo(other);
            server.release();
            assertThat(server.await(2, "taskComplete", PATIENCE).getString("taskId"))
                    .isEqualTo(taskId);
            List<String> order = server.frames().stream()
                    .filter(frame -> taskId.equals(frame.getString("taskId")))
                    .map(frame -> frame.getString("newStatus", frame.getString("type")))
                    .filter(what -> !"taskProgress".equals(what))
                    .toList();
            assertThat(order)
                    .containsExactly("initializing", "starting", "running", "completionActionResult", "taskComplete");
        }
    }

    @Test
    void aServerThatDoesNotAnswerRunsIsLeft() {
        server.answerRuns(false);
        try (DaemonHarness _ = daemon(agents.silent())) {
            server.awaitConnections(2, PATIENCE);
        }
    }

    @Test
    void aSpoolThatIsGoneHoldsUpNobody() throws IOException {
        try (DaemonHarness daemon = daemon(agents.lines(10, 300))) {
            server.acknowledge(false);
            spawn();
            String runId = runId();
            server.awaitStored(runId, "stdout", 3000, PATIENCE);
            // Not that of its processes: a run has still things to note then.
            Await.until(PATIENCE, "the end of the run", () -> status().isEmpty());
            deleteTree(daemon.home().resolve("spool").resolve(taskId).resolve(runId));
            server.drop();
            server.await(2, "runs", PATIENCE);
            // There is nothing left to send of it, and its end is told.
            assertThat(end().getString("taskId")).isEqualTo(taskId);
        }
    }

    private static void deleteTree(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
