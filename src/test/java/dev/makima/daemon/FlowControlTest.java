package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.Await;
import dev.makima.testkit.BaseServer;
import dev.makima.testkit.HostileAgent;
import dev.makima.testkit.StreamServer;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A server that stops reading, in front of a daemon whose memory is smaller than what its agent prints. */
class FlowControlTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** As {@link DaemonHarness#config} sets it. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(1);

    private static final long PRINTED = 80_000_000;
    /** What may come before a heartbeat: the window, and what the sockets of both sides hold. */
    private static final int MOST_PIECES = 400;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path temp;

    @Test
    void aServerThatStopsReadingCostsDiskAndNoMemoryAndHindersNobody() throws Exception {
        Vertx vertx = Vertx.vertx();
        try (StreamServer server = StreamServer.start(vertx)) {
            Process daemon = start(server);
            try {
                server.await(1, "runs", PATIENCE);
                String floods = UUID.randomUUID().toString();
                server.send(BaseServer.spawnTask(floods, "floods", "FLOOD"));
                Await.until(PATIENCE, "a piece", () -> !server.pieces().isEmpty());
                server.read(false);
                int before = server.pieces().size();
                long stopped = System.nanoTime();
                // The agent prints on, and ends, as if nothing were the matter.
                Await.until(PATIENCE, "the agent to end", () -> ended(floods) == 1);
                assertThat(printed(floods)).isGreaterThan(PRINTED);

                // Commands arrive all the same, and another task is done.
                String other = UUID.randomUUID().toString();
                server.send(BaseServer.spawnTask(other, "other", "SAY"));
                Await.until(PATIENCE, "the other agent to end", () -> ended(other) == 1);

                Await.until(
                        PATIENCE,
                        "a heartbeat to be due meanwhile",
                        () -> System.nanoTime() - stopped
                                > HEARTBEAT.multipliedBy(2).toNanos());
                int pieces = server.pieces().size();
                int heartbeats = server.piecesBeforeHeartbeats().size();
                assertThat(pieces - before).isLessThan(MOST_PIECES);
                server.read(true);
                assertThat(server.piecesBeforeHeartbeat(heartbeats + 1, PATIENCE) - pieces)
                        .isLessThan(MOST_PIECES);
                JsonObject end = server.await(frame -> isEnd(frame, floods), PATIENCE);
                server.await(frame -> isEnd(frame, other), PATIENCE);
                assertThat(end.getBoolean("success")).isTrue();
                assertThat(end.getJsonObject("finalLengths").getLong("stdout"))
                        .isEqualTo(server.storedLength(end.getString("runId"), "stdout"))
                        .isGreaterThan(PRINTED);
                assertThat(server.gaps()).isEmpty();
                daemon.getOutputStream().close();
                assertThat(daemon.waitFor(40, TimeUnit.SECONDS)).isTrue();
            } finally {
                daemon.destroyForcibly();
            }
        } finally {
            vertx.close().await();
        }
        assertThat(Files.readString(temp.resolve("output.log"))).doesNotContain("OutOfMemoryError");
    }

    private static boolean isEnd(JsonObject frame, String taskId) {
        return "taskComplete".equals(frame.getString("type")) && taskId.equals(frame.getString("taskId"));
    }

    private long printed(String taskId) {
        return files(taskId, "out").mapToLong(file -> file.toFile().length()).sum();
    }

    private long ended(String taskId) {
        return files(taskId, "exit").count();
    }

    private Stream<Path> files(String taskId, String name) {
        Path spool = temp.resolve("home/spool").resolve(taskId);
        if (!Files.isDirectory(spool)) {
            return Stream.empty();
        }
        try (Stream<Path> files = Files.walk(spool)) {
            return files.filter(file -> file.endsWith(name)).toList().stream();
        } catch (IOException | UncheckedIOException e) {
            // Something is being made or renamed: the next look sees it.
            return Stream.empty();
        }
    }

    private Process start(StreamServer server) throws IOException {
        Path agent = new HostileAgent(temp).script("floods", """
                IFS= read -r line
                init
                case "$line" in
                *FLOOD*) head -c %d /dev/zero | tr '\\0' 'x' | fold -w 1000; echo ;;
                *) says 'a word' ;;
                esac
                result 'done'
                until_end_of_input
                """.formatted(PRINTED));
        return LoneDaemon.start(
                temp.resolve("home"),
                server.uri(),
                agent,
                temp.resolve("output.log"),
                "-Xmx48m",
                "-XX:MaxDirectMemorySize=48m");
    }
}
