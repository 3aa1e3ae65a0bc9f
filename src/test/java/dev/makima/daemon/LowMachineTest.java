package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.Await;
import dev.makima.testkit.BaseServer;
import dev.makima.testkit.StreamServer;
import io.vertx.core.json.JsonObject;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A machine that has too little left for another task. */
class LowMachineTest extends RunBench {
    private static JsonObject asking(String key) {
        return new JsonObject().put("admission", new JsonObject().put(key, Long.MAX_VALUE));
    }

    @Test
    void aBaseServerHearsThatTheTaskHasFailedAndWhy() {
        try (DaemonHarness daemon = daemon(agents.echoes(), asking("minFreeDiskBytes"))) {
            server.send(BaseServer.spawnTask(taskId, "a task", "go"));
            JsonObject end = end();
            assertThat(end.getBoolean("success")).isFalse();
            assertThat(end.getString("error"))
                    .contains("too little free disk", daemon.home().toString(), "admission.minFreeDiskBytes");
            assertThat(end.getString("code")).isNull();
        }
    }

    @Test
    void aServerWithLeasesIsGivenTheTaskBack() {
        try (StreamServer leasing = StreamServer.start(vertx)) {
            leasing.can("outputStream", "eventAck", "lease");
            try (DaemonHarness daemon =
                    DaemonHarness.start(home, leasing.uri(), agents.echoes(), asking("minFreeMemoryBytes"))) {
                leasing.await(1, "runs", PATIENCE);
                leasing.send(BaseServer.spawnTask(taskId, "a task", "go")
                        .put("fence", 5)
                        .put("leaseSecs", 60));
                JsonObject refusal = leasing.await(frame -> "spawnRefused".equals(frame.getString("type")), PATIENCE);
                assertThat(refusal.getString("reason")).isEqualTo("memory");
                assertThat(refusal.getLong("fence")).isEqualTo(5);
                assertThat(refusal.getString("message")).contains("too little memory");
                // It left nothing: neither a row nor a run that heartbeats renew.
                Await.until(
                        PATIENCE,
                        "an empty heartbeat",
                        () -> leasing.frames().stream()
                                .filter(frame -> "heartbeat".equals(frame.getString("type")))
                                .reduce((_, last) -> last)
                                .filter(beat -> beat.getJsonArray("runs").isEmpty()
                                        && beat.getJsonArray("activeTasks").isEmpty())
                                .isPresent());
                assertThat(daemon.home().resolve("spool").resolve(taskId)).doesNotExist();
            }
        }
    }

    @Test
    void aSupervisorThatIsStartedAnewGetsInWhateverIsLeft() {
        var agent = agents.script("goes-on", """
                while IFS= read -r line; do
                    case "$line" in *control_request*) exit 0 ;; esac
                    init
                    says "heard $line"
                    result done
                done
                """);
        JsonObject spawn = BaseServer.spawnTask(taskId, "supervises", "go").put("isSupervisor", true);
        try (DaemonHarness _ = daemon(agent)) {
            server.send(spawn);
            awaitLine("heard");
        }
        try (DaemonHarness _ = daemon(agent, asking("minFreeMemoryBytes"))) {
            server.send(spawn.copy().put("resumeSession", true).put("plan", "the second plan"));
            server.await(
                    frame -> frame.encode().contains("the second plan")
                            || frame.encode().contains("too little memory"),
                    PATIENCE);
            assertThat(server.frames("taskComplete")).isEmpty();
            server.send(Peers.interrupt(taskId, true));
            Await.until(
                    PATIENCE,
                    "both ends",
                    () -> server.frames("taskStatusChange").stream()
                                    .filter(frame -> "interrupted".equals(frame.getString("newStatus")))
                                    .count()
                            == 2);
        }
    }

    @Test
    void aMessageStartsASupervisorAgainWhateverIsLeft() {
        var agent = agents.script("supervises", """
                while IFS= read -r line; do
                    case "$line" in *control_request*) continue ;; esac
                    init
                    says "heard a message"
                    result done
                    exit 3
                done
                """);
        try (DaemonHarness _ = daemon(agent)) {
            server.send(BaseServer.spawnTask(taskId, "supervises", "go").put("isSupervisor", true));
            awaitLine("waits for the next message");
        }
        try (DaemonHarness _ = daemon(agent, asking("minFreeMemoryBytes"))) {
            int before = server.lines(taskId).size();
            server.send(Peers.message(taskId, "more"));
            Await.until(
                    PATIENCE,
                    "an answer",
                    () -> server.lines(taskId).stream()
                            .skip(before)
                            .anyMatch(line -> line.contains("heard a message")));
            server.send(Peers.interrupt(taskId, true));
            awaitState("interrupted");
            String other = UUID.randomUUID().toString();
            server.send(BaseServer.spawnTask(other, "other", "go"));
            assertThat(server.await("taskComplete", other, PATIENCE).getString("error"))
                    .contains("too little memory");
        }
    }
}
