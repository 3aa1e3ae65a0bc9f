package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.Await;
import dev.makima.testkit.BaseServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An agent whose task is another daemon's, and what this daemon makes of the task when it comes back. */
class FencedAgentTest extends StreamBench {
    @BeforeEach
    void tellWhatItCan() {
        server.can("outputStream", "eventAck", "lease");
    }

    @AfterEach
    void endAgents() throws IOException {
        Files.writeString(temp.resolve("stop"), "");
        Peers.awaitNothingLeft(home);
    }

    /** Its agent answers a SIGTERM by more work. */
    private DaemonHarness daemon() {
        Path agent = agents.script(
                "stubborn", """
                trap 'echo >> "%s"' TERM
                first_line
                init
                echo $$ > pid.new; mv pid.new '%s'
                while [ ! -e '%s' ]; do sleep 0.02; done
                result done
                """.formatted(temp.resolve("went-on"), temp.resolve("pid"), temp.resolve("stop")));
        return DaemonHarness.startQuick(home, server.uri(), agent, new JsonObject());
    }

    private void spawn(long fence, long leaseSecs) {
        server.send(
                BaseServer.spawnTask(taskId, "task", "go").put("fence", fence).put("leaseSecs", leaseSecs));
    }

    private void state(String newStatus) {
        server.await(
                frame -> newStatus.equals(frame.getString("newStatus"))
                        && !newStatus.equals(frame.getString("oldStatus")),
                PATIENCE);
    }

    /** A heartbeat that names a run by that hand-over. */
    private JsonObject beat(long fence) {
        Await.until(
                PATIENCE,
                "a heartbeat of hand-over " + fence,
                () -> newest(fence).isPresent());
        return newest(fence).orElseThrow();
    }

    private Optional<JsonObject> newest(long fence) {
        return server.frames().stream()
                .filter(frame -> "heartbeat".equals(frame.getString("type"))
                        && frame.getJsonArray("runs").stream()
                                .anyMatch(run -> ((JsonObject) run).getLong("fence") == fence))
                .reduce((_, newer) -> newer);
    }

    private static String run(JsonObject beat) {
        return beat.getJsonArray("runs").getJsonObject(0).getString("runId");
    }

    private void fenced(JsonObject beat) {
        server.send(new JsonObject()
                .put("type", "heartbeatAck")
                .put("seq", beat.getLong("seq"))
                .put("leaseSecs", 600)
                .put(
                        "verdicts",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("taskId", taskId)
                                        .put("runId", run(beat))
                                        .put("verdict", "fenced"))));
    }

    private long agent() throws IOException {
        Await.until(PATIENCE, "the agent is at work", () -> Files.exists(temp.resolve("pid")));
        return Long.parseLong(Files.readString(temp.resolve("pid")).strip());
    }

    @Test
    void oneThatStandsStillDoesNotGoOnForAnOrderlyEnd() throws Exception {
        try (DaemonHarness _ = daemon()) {
            server.await(1, "runs", PATIENCE);
            server.renewLeases(2);
            spawn(1, 2);
            state("running");
            long agent = agent();
            server.renewLeases(0);
            state("paused");
            fenced(beat(1));
            Await.until(PATIENCE, "the agent ends", () -> !Await.alive(agent));
            assertThat(temp.resolve("went-on")).doesNotExist();
        }
    }

    @Test
    void aHandOverWhoseNumberThisDaemonHadBeforeIsRefused() throws Exception {
        try (DaemonHarness _ = daemon()) {
            server.await(1, "runs", PATIENCE);
            spawn(2, 600);
            state("running");
            Files.writeString(temp.resolve("stop"), "");
            server.await(1, "taskComplete", PATIENCE);
            for (long fence = 1; fence <= 2; fence++) {
                spawn(fence, 600);
                JsonObject refusal = server.await((int) fence, "spawnRefused", PATIENCE);
                assertThat(refusal.getLong("fence")).isEqualTo(fence);
                assertThat(refusal.getString("message")).contains("older copy");
            }
            spawn(3, 600);
            server.await(2, "taskComplete", PATIENCE);
        }
    }

    @Test
    void itsRunIsNotTakenUpByTheNextHandOver() throws Exception {
        try (DaemonHarness _ = daemon()) {
            server.await(1, "runs", PATIENCE);
            spawn(1, 600);
            state("running");
            long agent = agent();
            JsonObject beat = beat(1);
            fenced(beat);
            spawn(3, 600);
            Await.until(PATIENCE, "the agent ends", () -> !Await.alive(agent));
            assertThat(run(Objects.requireNonNull(beat(3)))).isNotEqualTo(run(beat));
            server.await(
                    frame -> "running".equals(frame.getString("newStatus")) && frame.getLong("fence", 0L) == 3,
                    PATIENCE);
            assertThat(server.frames()).noneMatch(frame -> "interrupted".equals(frame.getString("newStatus")));
        }
    }
}
