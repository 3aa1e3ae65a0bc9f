package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.Await;
import dev.makima.testkit.BaseServer;
import dev.makima.testkit.HostileAgent;
import dev.makima.testkit.StreamServer;
import dev.makima.testkit.TestRepository;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two daemons on one machine that have one repository between them; each has a connection of its own to the server. */
class TwoDaemonsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path temp;

    private Vertx vertx;
    private StreamServer first;
    private StreamServer second;
    private TestRepository repository;
    private Path agent;
    private final String taskId = UUID.randomUUID().toString();

    @BeforeEach
    void startServers() throws IOException {
        vertx = Vertx.vertx();
        first = server();
        second = server();
        repository = TestRepository.create(temp.resolve("repository"));
        agent = new HostileAgent(Files.createDirectory(temp.resolve("agents")))
                .script("works", """
                first_line
                init
                pwd -P > mine
                says "at work"
                while [ ! -e '%s' ]; do sleep 0.02; done
                result done
                """.formatted(temp.resolve("stop")));
    }

    @AfterEach
    void stopServers() throws IOException {
        Files.createFile(temp.resolve("stop"));
        Peers.awaitNothingLeft(temp.resolve("one"));
        Peers.awaitNothingLeft(temp.resolve("two"));
        first.close();
        second.close();
        vertx.close().await();
    }

    private StreamServer server() {
        StreamServer server = StreamServer.start(vertx);
        server.can("outputStream", "eventAck", "lease", "requestId");
        return server;
    }

    private DaemonHarness daemon(String home, StreamServer server) {
        Path directory = temp.resolve(home);
        return DaemonHarness.startQuick(directory, server.uri(), agent, new JsonObject());
    }

    /** Hands the task over; answers where its agent is at work. */
    private Path work(StreamServer server, String home, long fence) {
        server.await(1, "runs", PATIENCE);
        server.send(BaseServer.spawnTask(taskId, "task", "go")
                .put("fence", fence)
                .put("leaseSecs", 600)
                .put("repoUrl", repository.directory().toString()));
        server.await(
                frame -> "running".equals(frame.getString("newStatus"))
                        && !"running".equals(frame.getString("oldStatus")),
                PATIENCE);
        JsonObject info = answer(server, "getWorktreeInfo", new JsonObject());
        assertThat(info.getString("worktreePath"))
                .as(info.encode())
                .startsWith(temp.resolve(home).toString());
        Path worktree = Path.of(info.getString("worktreePath"));
        Path mine = worktree.resolve("mine");
        Await.until(PATIENCE, "the agent is at work in " + worktree, () -> Files.exists(mine));
        return worktree;
    }

    private JsonObject answer(StreamServer server, String type, JsonObject more) {
        String request = UUID.randomUUID().toString();
        server.send(Peers.command(type, taskId).put("requestId", request).mergeIn(more));
        return server.await(frame -> request.equals(frame.getString("requestId")), PATIENCE);
    }

    @Test
    void aTaskThatIsTakenOverIsNotWorkedOnInTheWorktreeOfTheOtherDaemon() throws Exception {
        try (DaemonHarness _ = daemon("one", first);
                DaemonHarness _ = daemon("two", second)) {
            Path theirs = work(first, "one", 1);
            Path ours = work(second, "two", 2);
            assertThat(ours).isNotEqualTo(theirs);
            assertThat(answer(second, "getWorktreeInfo", new JsonObject()).encode())
                    .contains("-2")
                    .contains(ours.toString());
            JsonObject cleaned = answer(second, "cleanupWorktree", new JsonObject().put("deleteBranch", true));
            assertThat(cleaned.getBoolean("success")).as(cleaned.encode()).isTrue();
            assertThat(ours).doesNotExist();
            assertThat(Files.readString(theirs.resolve("mine")).strip())
                    .isEqualTo(theirs.toRealPath().toString());
            // The other one can still be looked at, and cleaned up.
            assertThat(answer(first, "getTaskDiff", new JsonObject()).getBoolean("success"))
                    .isTrue();
            JsonObject also = answer(first, "cleanupWorktree", new JsonObject().put("deleteBranch", true));
            assertThat(also.getBoolean("success")).as(also.encode()).isTrue();
            assertThat(theirs).doesNotExist();
        }
    }
}
