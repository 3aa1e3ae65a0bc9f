package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.Await;
import dev.makima.testkit.BaseServer;
import dev.makima.testkit.HostileAgent;
import dev.makima.testkit.StreamServer;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolQuotaTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    @TempDir
    private Path temp;

    @Test
    void outputThatTheServerDoesNotHaveIsKeptBeyondTheQuotaAndNoTaskIsTakenMeanwhile() throws IOException {
        Vertx vertx = Vertx.vertx();
        Path home = temp.resolve("home");
        HostileAgent agents = new HostileAgent(Files.createDirectory(temp.resolve("agents")));
        JsonObject small = new JsonObject()
                .put("spool", new JsonObject().put("quotaBytes", 50_000).put("retentionHours", 0));
        try (StreamServer server = StreamServer.start(vertx);
                DaemonHarness _ = DaemonHarness.start(home, server.uri(), agents.lines(1000, 200), small)) {
            server.await(1, "runs", PATIENCE);
            server.acknowledge(false);
            String first = spawn(server);
            Path spool = home.resolve("spool").resolve(first);
            Await.until(PATIENCE, "the end of the agent", () -> holds(spool, "exit"));

            String second = spawn(server);
            JsonObject refusal = end(server, second);
            assertThat(refusal.getBoolean("success")).isFalse();
            assertThat(refusal.getString("error")).contains("spool.quotaBytes");
            assertThat(home.resolve("spool").resolve(second)).doesNotExist();
            // Looked through several times by now, and by many bytes too large.
            assertThat(holds(spool, "out")).isTrue();

            server.acknowledge(true);
            JsonObject end = end(server, first);
            assertThat(server.storedLength(end.getString("runId"), "stdout"))
                    .isEqualTo(end.getJsonObject("finalLengths").getLong("stdout"));
            Await.until(PATIENCE, "the spool to go", () -> Files.notExists(spool));
            assertThat(end(server, spawn(server)).getBoolean("success")).isTrue();
        } finally {
            vertx.close().await();
        }
    }

    private static String spawn(StreamServer server) {
        String taskId = UUID.randomUUID().toString();
        server.send(BaseServer.spawnTask(taskId, "a task", "go"));
        return taskId;
    }

    private static JsonObject end(StreamServer server, String taskId) {
        return server.await(
                frame -> "taskComplete".equals(frame.getString("type")) && taskId.equals(frame.getString("taskId")),
                PATIENCE);
    }

    private static boolean holds(Path spool, String name) {
        if (!Files.isDirectory(spool)) {
            return false;
        }
        try (var files = Files.walk(spool)) {
            return files.anyMatch(file -> file.endsWith(name));
        } catch (IOException | java.io.UncheckedIOException e) {
            // Something is being made or renamed.
            return false;
        }
    }
}
