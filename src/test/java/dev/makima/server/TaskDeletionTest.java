package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.RunId;
import dev.makima.cli.TestSurroundings;
import dev.makima.protocol.RestartDaemon;
import dev.makima.protocol.SpawnTask;
import java.nio.file.Path;
import java.util.UUID;
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
