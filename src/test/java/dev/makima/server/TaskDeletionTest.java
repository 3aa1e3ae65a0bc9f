package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.RunId;
import dev.makima.cli.TestSurroundings;
import dev.makima.protocol.CleanupWorktree;
import dev.makima.protocol.CleanupWorktreeResult;
import dev.makima.protocol.RestartDaemon;
import dev.makima.protocol.SpawnTask;
import dev.makima.protocol.TaskState;
import dev.makima.protocol.TaskStatusChange;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What makima tasks delete leaves alone, and what it says then. */
class TaskDeletionTest {
    @TempDir
    private Path directory;

    private TestSurroundings world(TestServer server) {
        return new TestSurroundings(directory)
                .with("MAKIMA_API_URL", server.uri("").toString())
                .with("MAKIMA_API_KEY", server.key);
    }

    private static int status(TestServer server, String id) {
        return server.send(server.request("/mesh/tasks/" + id)).statusCode();
    }

    @Test
    void aTaskWhoseWorktreeCannotBeRemovedIsKeptUnlessThatIsWanted() {
        try (TestServer server = new TestServer(directory.resolve("server"))) {
            String id = server.task("first");
            try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 1)) {
                SpawnTask spawn = daemon.run(server);
                daemon.complete(spawn.taskId(), new RunId(UUID.randomUUID()), 0);
                server.taskWith(id, "done");
            }
            TestServer.until(
                    "the daemon is away",
                    () -> server.get("/mesh/daemons")
                            .getJsonArray("daemons")
                            .getJsonObject(0)
                            .getString("status")
                            .equals("disconnected"));
            TestSurroundings refused = world(server);
            assertThat(refused.run("tasks", "delete", id)).isEqualTo(1);
            assertThat(refused.err())
                    .startsWith("makima: task " + id + " is not deleted, for its worktree can't be removed: ")
                    .endsWith("To leave the worktree where it is: makima tasks delete --keep-worktree " + id + "\n");
            assertThat(status(server, id)).isEqualTo(200);
            TestSurroundings kept = world(server);
            assertThat(kept.run("tasks", "delete", "--keep-worktree", id)).isZero();
            assertThat(kept.out()).isEqualTo("Deleted.\n");
            assertThat(status(server, id)).isEqualTo(404);
        }
    }

    private CompletableFuture<Integer> deletion(TestServer server, String id) {
        return CompletableFuture.supplyAsync(
                () -> server.send(server.request("/mesh/tasks/" + id + "?worktree=remove")
                                .DELETE())
                        .statusCode(),
                Thread::startVirtualThread);
    }

    private static String done(TestServer server, ScriptedDaemon daemon) {
        String id = server.task("first");
        SpawnTask spawn = daemon.run(server);
        daemon.complete(spawn.taskId(), new RunId(UUID.randomUUID()), 0);
        server.taskWith(id, "done");
        return id;
    }

    private static void answer(ScriptedDaemon daemon, boolean removed) {
        CleanupWorktree asked = daemon.expect(CleanupWorktree.class);
        daemon.send(new CleanupWorktreeResult(asked.taskId(), removed, "said", asked.requestId(), null, null));
    }

    @Test
    void nobodyStartsATaskWhoseWorktreeIsBeingRemoved() {
        try (TestServer server = new TestServer(directory.resolve("server"));
                ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 1)) {
            String id = done(server, daemon);
            CompletableFuture<Integer> deleted = deletion(server, id);
            TestServer.until("the daemon is asked", () -> !daemon.received.isEmpty());
            assertThat(server.post("/mesh/tasks/" + id + "/start", new JsonObject(), 409)
                            .getString("message"))
                    .contains("is being deleted");
            assertThat(deletion(server, id).join()).as("a second one").isEqualTo(409);
            answer(daemon, true);
            assertThat(deleted.join()).isEqualTo(204);
            assertThat(status(server, id)).isEqualTo(404);
        }
    }

    @Test
    void aTaskWhoseWorktreeCouldNotBeRemovedIsStartedAgainAtOnce() {
        try (TestServer server = new TestServer(directory.resolve("server"));
                ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 1)) {
            String id = done(server, daemon);
            CompletableFuture<Integer> deleted = deletion(server, id);
            answer(daemon, false);
            assertThat(deleted.join()).isEqualTo(409);
            server.post("/mesh/tasks/" + id + "/start", new JsonObject(), 200);
            assertThat(daemon.expect(SpawnTask.class).taskId()).hasToString(id);
        }
    }

    @Test
    void theWorktreeOfATaskThatLeadsAContractStays() {
        try (TestServer server = new TestServer(directory.resolve("server"));
                ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 1)) {
            server.post("/contracts", new JsonObject().put("name", "whole"), 201);
            SpawnTask lead = daemon.run(server);
            daemon.send(TaskStatusChange.of(lead.taskId(), TaskState.RUNNING, TaskState.INTERRUPTED));
            String id = lead.taskId().toString();
            server.taskWith(id, "interrupted");
            TestSurroundings world = world(server);
            assertThat(world.run("tasks", "delete", id)).isEqualTo(1);
            assertThat(world.err())
                    .isEqualTo("makima: task " + id
                            + " leads a contract. Delete the contract: makima contracts delete ID\n");
            // Nothing came between.
            server.post("/mesh/daemons/" + daemon.id() + "/restart", "");
            daemon.expect(RestartDaemon.class);
            assertThat(status(server, id)).isEqualTo(200);
        }
    }

    @Test
    void anAgentAtWorkIsNotEndedByIt() {
        try (TestServer server = new TestServer(directory.resolve("server"));
                ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 1)) {
            String id = server.task("first");
            daemon.run(server);
            TestSurroundings world = world(server);
            assertThat(world.run("tasks", "delete", id)).isEqualTo(1);
            assertThat(world.err()).isEqualTo("makima: task " + id + " is running. Stop it before you delete it\n");
            // Nothing came between.
            server.post("/mesh/daemons/" + daemon.id() + "/restart", "");
            daemon.expect(RestartDaemon.class);
            assertThat(status(server, id)).isEqualTo(200);
        }
    }
}
