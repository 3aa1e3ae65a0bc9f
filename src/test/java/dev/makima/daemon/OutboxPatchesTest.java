package dev.makima.daemon;

import static dev.makima.daemon.CheckpointWorld.OFTEN;
import static dev.makima.daemon.CheckpointWorld.PATIENCE;
import static dev.makima.daemon.CheckpointWorld.SELDOM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.Await;
import dev.makima.testkit.TestRepository;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Patches wait in files for a server that is away. */
class OutboxPatchesTest {
    @TempDir
    private Path temp;

    private CheckpointWorld world;
    private int port;

    @BeforeEach
    void begin() throws IOException {
        world = new CheckpointWorld(temp);
        port = world.server.port();
    }

    @AfterEach
    void end() {
        assertThat(world.server.mistakes()).isEmpty();
        world.close();
        Peers.awaitNothingLeft(world.home);
    }

    /** Has checkpoints made while nobody listens; answers their commits. */
    private List<String> checkpointsForNobody(int count, int bytes) {
        TestRepository tree = world.run();
        world.serverGoes();
        List<String> commits = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String before = world.lastCheckpoint();
            byte[] content = new byte[bytes];
            new Random(i).nextBytes(content);
            world.put(tree, "work" + i, Base64.getEncoder().encodeToString(content));
            world.awaitWaitingPatches(i + 1);
            assertThat(world.lastCheckpoint()).isNotEqualTo(before);
            commits.add(world.lastCheckpoint());
        }
        return commits;
    }

    private void interrupt() {
        world.server.send(Peers.interrupt(world.taskId, false));
        world.awaitState("interrupted");
    }

    @Test
    void allThatWereMadeMeanwhileArriveInOrderAndOnce() throws IOException {
        try (DaemonHarness _ = world.daemon(world.idle(), OFTEN)) {
            List<String> commits = checkpointsForNobody(4, 300_000);
            for (Path file : world.waitingPatches()) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------");
                assertThat(Files.size(file)).isGreaterThan(300_000);
            }
            world.serverComesBack(port);
            world.awaitWaitingPatches(0);
            interrupt();
            assertThat(world.reports().stream().map(report -> report.getString("commitSha")))
                    .containsExactlyElementsOf(commits);
            assertThat(world.reports())
                    .allMatch(report -> report.getString("patchData").length() > 300_000);
        }
    }

    @Test
    void aPatchWhoseFileIsGoneHoldsUpNothing() throws IOException {
        try (DaemonHarness _ = world.daemon(world.idle(), OFTEN)) {
            checkpointsForNobody(1, 1000);
            Files.delete(world.waitingPatches().getFirst());
            world.serverComesBack(port);
            world.server.awaitHandshakes(1, PATIENCE);
            world.put(world.worktree(), "later", "later");
            world.awaitReportOf("later", "later");
            interrupt();
            assertThat(world.reports()).hasSize(1);
        }
    }

    @Test
    void theNextDaemonSendsWhatWaitsWithoutAPatchThatIsTooLongForItsFramesNow() {
        List<String> commits;
        try (DaemonHarness _ = world.daemon(world.idle(), OFTEN)) {
            commits = checkpointsForNobody(2, 20_000);
        }
        assertThat(world.waitingPatches()).hasSize(2);
        world.serverComesBack(port);
        JsonObject small = new JsonObject().put("server", new JsonObject().put("maxFrameBytes", 10_000));
        try (DaemonHarness _ = world.daemon(world.idle(), SELDOM, small)) {
            Await.until(PATIENCE, "both reports", () -> world.reports().size() == 2);
            assertThat(world.reports().stream().map(report -> report.getString("commitSha")))
                    .containsExactlyElementsOf(commits);
            assertThat(world.reports()).allSatisfy(report -> {
                assertThat(report.getString("patchData")).isNull();
                assertThat(report.getString("message")).contains("The patch is not sent", "server.maxFrameBytes");
            });
            world.awaitWaitingPatches(0);
            interrupt();
        }
    }

    @Test
    void anEventThatNoFrameCanHoldIsSetAsideAndHoldsUpNothing() throws IOException {
        try (DaemonHarness _ = world.daemon(world.idle(), OFTEN)) {
            TestRepository tree = world.run();
            world.serverGoes();
            Path many = Files.createDirectory(world.home.resolve("many"));
            for (int i = 0; i < 50; i++) {
                Files.writeString(many.resolve("a name that takes its place in a frame " + i), "x");
            }
            Files.move(many, tree.resolve("many"));
            world.awaitWaitingPatches(1);
        }
        world.serverComesBack(port);
        JsonObject tiny = new JsonObject().put("server", new JsonObject().put("maxFrameBytes", 1100));
        try (DaemonHarness _ = world.daemon(world.idle(), CheckpointWorld.NEVER, tiny)) {
            interrupt();
            assertThat(world.reports()).isEmpty();
            // What is set aside is kept for people.
            assertThat(world.waitingPatches()).hasSize(1);
        }
    }
}
