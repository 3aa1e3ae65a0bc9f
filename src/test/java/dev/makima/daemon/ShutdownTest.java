package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.cli.core.ExitCode;
import dev.makima.cli.local.DaemonProgram;
import dev.makima.testkit.Await;
import dev.makima.testkit.BaseServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A daemon that is about to go: what it still takes, and what it says. */
class ShutdownTest extends RunBench {
    private static JsonObject stopping() {
        return new JsonObject().put("shutdown", new JsonObject().put("agents", "stop"));
    }

    private void spawn() {
        server.send(BaseServer.spawnTask(taskId, "a task", "go"));
        server.await(frame -> "running".equals(frame.getString("newStatus")), PATIENCE);
    }

    /** Sends a task and gives the answer that it is refused with. */
    private JsonObject refused() {
        String id = UUID.randomUUID().toString();
        server.send(BaseServer.spawnTask(id, "too late", "go"));
        return server.await("taskComplete", id, PATIENCE);
    }

    @Test
    void aRestartIsHandedOnAndNoNewTaskIsTaken() {
        try (DaemonHarness daemon = DaemonHarness.start(home, server.uri(), agents.silent(), stopping())) {
            server.awaitHandshakes(1, PATIENCE);
            spawn();
            assertThat(daemon.daemon().ended().isComplete()).isFalse();
            server.send(new JsonObject().put("type", "restartDaemon"));
            JsonObject answer = refused();
            assertThat(answer.getString("code")).isEqualTo("CONCURRENCY_LIMIT");
            assertThat(answer.getString("error")).contains("about to stop");
            Await.value(daemon.daemon().ended(), PATIENCE);
            // Going is up to whoever deployed it: until then what runs goes on.
            assertThat(server.frames("taskStatusChange"))
                    .noneMatch(frame -> "interrupted".equals(frame.getString("newStatus")));
        }
        server.await(frame -> "interrupted".equals(frame.getString("newStatus")), PATIENCE);
    }

    @Test
    void aTaskThatComesWhileTheAgentsAreStoppedIsRefusedAndTheStopIsStillTold() throws IOException {
        Path refused = temp.resolve("refused");
        Path agent = agents.script("asked", """
                trap '' TERM INT HUP
                init
                says 'working'
                while IFS= read -r line; do
                    case "$line" in *'"subtype":"interrupt"'*) says 'interrupt asked'; break ;; esac
                done
                while [ ! -e '%s' ]; do sleep 0.02; done
                """.formatted(refused));
        DaemonHarness daemon = DaemonHarness.start(
                home, server.uri(), agent, stopping(), DaemonHarness.stoppingBy(DaemonHarness.PATIENT_STOP));
        Thread closing = Thread.ofPlatform().unstarted(daemon::close);
        try {
            server.awaitHandshakes(1, PATIENCE);
            spawn();
            server.await(frame -> frame.getString("output", "").contains("\"working\""), PATIENCE);
            closing.start();
            server.await(frame -> frame.getString("output", "").contains("interrupt asked"), PATIENCE);
            assertThat(refused().getString("error")).contains("about to stop");
            Files.createFile(refused);
            server.await(frame -> "interrupted".equals(frame.getString("newStatus")), PATIENCE);
        } finally {
            if (closing.getState() == Thread.State.NEW) {
                closing.start();
            }
            Await.until(PATIENCE, "its end", () -> !closing.isAlive());
        }
        assertThat(Peers.processes(home)).isEmpty();
    }

    @Test
    void aProgramTellsARestartFromItsOwnEnd() throws InterruptedException {
        var config = DaemonHarness.config(home, server.uri(), agents.silent(), stopping());
        DaemonProgram restarted = DaemonProgram.start(vertx, config, DaemonHarness.environment(home));
        server.awaitHandshakes(1, PATIENCE);
        server.send(new JsonObject().put("type", "restartDaemon"));
        assertThat(restarted.await()).isEqualTo(ExitCode.RESTART).isEqualTo(42);
        restarted.close();
        DaemonProgram closed = DaemonProgram.start(vertx, config, DaemonHarness.environment(home));
        closed.close();
        assertThat(closed.await()).isEqualTo(ExitCode.OK);
    }
}
