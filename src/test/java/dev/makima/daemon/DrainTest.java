package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.cli.local.DaemonDrain;
import dev.makima.daemon.bus.DaemonEnd;
import dev.makima.daemon.control.ControlClient;
import dev.makima.testkit.Await;
import dev.makima.testkit.BaseServer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** A daemon that ends with its last task. */
class DrainTest extends RunBench {
    private final List<String> told = new CopyOnWriteArrayList<>();

    /** Works until the test makes a file. */
    private Path worker() {
        return agents.script("works", """
                first_line
                init
                says 'at work'
                while [ ! -e '%s' ]; do sleep 0.02; done
                result done
                """.formatted(temp.resolve("finish")));
    }

    private void finish() throws Exception {
        Files.createFile(temp.resolve("finish"));
    }

    /** Drains as the command does, on a thread of its own; completes when the daemon has said its last word. */
    private CompletableFuture<Void> drain() {
        CompletableFuture<Void> over = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            try (DaemonDrain drain = DaemonDrain.of(home, told::add).orElseThrow()) {
                drain.toTheEnd();
                over.complete(null);
            } catch (RuntimeException | InterruptedException e) {
                told.add("failed: " + e);
                over.completeExceptionally(e);
            }
        });
        return over;
    }

    private void awaitTold(String part) {
        Await.until(PATIENCE, "'" + part + "' to be told", () -> told.stream().anyMatch(line -> line.contains(part)));
    }

    private JsonObject status() {
        try (ControlClient client = ControlClient.connect(home).orElseThrow()) {
            return client.ask(new JsonObject().put("verb", "status"), PATIENCE);
        }
    }

    @Test
    void itTakesNoNewTaskAndEndsWhenItsLastIsOver() throws Exception {
        DaemonHarness daemon = daemon(worker());
        CompletableFuture<Void> drained;
        try {
            server.send(BaseServer.spawnTask(taskId, "the last", "go"));
            awaitLine("at work");
            drained = drain();
            awaitTold("takes no new tasks; 1 is running");
            awaitTold("the last");
            String late = UUID.randomUUID().toString();
            server.send(BaseServer.spawnTask(late, "late", "go"));
            JsonObject refusal = server.await("taskComplete", late, PATIENCE);
            assertThat(refusal.getBoolean("success")).isFalse();
            assertThat(refusal.getString("code")).isEqualTo("CONCURRENCY_LIMIT");
            assertThat(refusal.getString("error")).contains("takes no new tasks");
            // What runs goes on, and can be told things.
            server.send(Peers.command("pauseTask", taskId));
            awaitState("paused");
            server.send(Peers.command("resumeTask", taskId));
            server.await(
                    frame -> "paused".equals(frame.getString("oldStatus"))
                            && "running".equals(frame.getString("newStatus")),
                    PATIENCE);
            assertThat(status().getBoolean("draining")).isTrue();
            assertThat(daemon.daemon().ended().isComplete()).isFalse();
            finish();
            assertThat(Await.value(daemon.daemon().ended(), PATIENCE)).isEqualTo(DaemonEnd.DRAINED);
            assertThat(end().getBoolean("success")).isTrue();
        } finally {
            daemon.close();
        }
        drained.join();
        assertThat(told).anyMatch(line -> line.contains("the last is over; none is running"));
        // Its events had arrived before it ended, not in the last words of its closing.
        assertThat(told).noneMatch(line -> line.contains("next daemon delivers"));
        assertThat(told.getLast()).contains("has ended");
    }

    @Test
    void withNothingInHandItEndsAtOnce() throws Exception {
        DaemonHarness daemon = daemon(agents.echoes());
        try {
            CompletableFuture<Void> drained = drain();
            assertThat(Await.value(daemon.daemon().ended(), PATIENCE)).isEqualTo(DaemonEnd.DRAINED);
            daemon.close();
            drained.join();
        } finally {
            daemon.close();
        }
        assertThat(told.getFirst()).contains("takes no new tasks; none is running");
    }

    @Test
    void aStopMeanwhileIsToldAndIsNoFailureOfTheTasks() throws Exception {
        DaemonHarness daemon = daemon(worker());
        CompletableFuture<Void> drained;
        try {
            server.send(BaseServer.spawnTask(taskId, "goes on", "go"));
            awaitLine("at work");
            drained = drain();
            awaitTold("1 is running");
        } finally {
            daemon.close();
        }
        assertThatThrownBy(drained::join).hasMessageContaining("was stopped before its last task was over");
        assertThat(server.frames("taskComplete")).isEmpty();
        // The next one drains from its start on: it adopts what lives, and ends with it.
        try (DaemonHarness next = DaemonHarness.draining(home, server.uri(), worker())) {
            Await.until(
                    PATIENCE,
                    "adoption",
                    () -> server.frames("taskStatusChange").stream()
                            .anyMatch(frame -> "running".equals(frame.getString("oldStatus"))
                                    && "running".equals(frame.getString("newStatus"))));
            String late = UUID.randomUUID().toString();
            server.send(BaseServer.spawnTask(late, "late", "go"));
            assertThat(server.await("taskComplete", late, PATIENCE).getString("error"))
                    .contains("takes no new tasks");
            finish();
            assertThat(Await.value(next.daemon().ended(), PATIENCE)).isEqualTo(DaemonEnd.DRAINED);
            assertThat(end().getBoolean("success")).isTrue();
        }
    }

    @Test
    void aSupervisorThatWaitsWithoutAnAgentIsLeftToTheNextDaemon() throws Exception {
        Path agent = agents.script("supervises", """
                first_line
                init
                says 'at work'
                result done
                exit 3
                """);
        JsonObject stop = new JsonObject().put("shutdown", new JsonObject().put("agents", "stop"));
        DaemonHarness daemon = daemon(agent, stop);
        CompletableFuture<Void> drained;
        try {
            server.send(BaseServer.spawnTask(taskId, "supervises", "go").put("isSupervisor", true));
            awaitLine("waits for the next message");
            drained = drain();
            awaitTold("supervises waits for a message, without an agent");
            assertThat(Await.value(daemon.daemon().ended(), PATIENCE)).isEqualTo(DaemonEnd.DRAINED);
        } finally {
            daemon.close();
        }
        drained.join();
        assertThat(server.frames("taskStatusChange"))
                .noneMatch(frame -> "interrupted".equals(frame.getString("newStatus")));
        try (DaemonHarness _ = daemon(agent)) {
            server.send(Peers.interrupt(taskId, true));
            awaitState("interrupted");
        }
    }

    @Test
    void aServerThatStaysAwayIsWaitedForABoundedTime() throws Exception {
        DaemonHarness daemon = daemon(worker());
        try {
            server.send(BaseServer.spawnTask(taskId, "a task", "go"));
            awaitLine("at work");
            server.close();
            CompletableFuture<Void> drained = drain();
            awaitTold("1 is running");
            finish();
            awaitTold("the server has yet to take");
            assertThat(Await.value(daemon.daemon().ended(), PATIENCE)).isEqualTo(DaemonEnd.DRAINED);
            awaitTold("the next daemon delivers them");
            daemon.close();
            drained.join();
        } finally {
            daemon.close();
        }
    }
}
