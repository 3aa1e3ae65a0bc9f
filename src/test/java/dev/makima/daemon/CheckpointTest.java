package dev.makima.daemon;

import static dev.makima.daemon.CheckpointWorld.NEVER;
import static dev.makima.daemon.CheckpointWorld.OFTEN;
import static dev.makima.daemon.CheckpointWorld.PATIENCE;
import static dev.makima.daemon.CheckpointWorld.SELDOM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.git.Git;
import dev.makima.git.OddFiles;
import dev.makima.git.Patches;
import dev.makima.testkit.Await;
import dev.makima.testkit.TestRepository;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints as the server hears of them. */
class CheckpointTest {
    @TempDir
    private Path temp;

    private CheckpointWorld world;

    @BeforeEach
    void begin() throws IOException {
        world = new CheckpointWorld(temp);
    }

    @AfterEach
    void end() {
        assertThat(world.server.mistakes()).isEmpty();
        world.close();
    }

    private void interrupt() {
        world.server.send(Peers.interrupt(world.taskId, false));
        world.awaitState("interrupted");
    }

    private static JsonObject patches(boolean enabled, long mostBytes) {
        return new JsonObject()
                .put(
                        "process",
                        new JsonObject()
                                .put(
                                        "checkpointPatches",
                                        new JsonObject().put("enabled", enabled).put("maxPatchSizeBytes", mostBytes)));
    }

    private static String random(int bytes) {
        byte[] content = new byte[bytes];
        new Random(1).nextBytes(content);
        return Base64.getEncoder().encodeToString(content);
    }

    @Test
    void aHeartbeatCheckpointSavesTheWorkAndTellsItsSize() {
        try (DaemonHarness _ = world.daemon(world.idle(), OFTEN)) {
            TestRepository tree = world.run();
            String head = tree.head();
            world.put(tree, "new file.txt", "one\ntwo\n");
            JsonObject report = world.awaitReportOf("new file.txt", "one\ntwo\n");

            assertThat(report.getString("taskId")).isEqualTo(world.taskId);
            assertThat(report.getBoolean("success")).isTrue();
            assertThat(report.getString("branchName"))
                    .isEqualTo(tree.git("branch", "--show-current").strip());
            assertThat(report.getString("message")).startsWith("[WIP] Heartbeat checkpoint - ");
            String time = report.getString("message").replaceFirst(".* - ", "");
            assertThat(Instant.parse(time)).isBetween(Instant.now().minusSeconds(60), Instant.now());
            assertThat(report.getJsonArray("filesChanged"))
                    .containsExactly(new JsonObject().put("action", "A").put("path", "new file.txt"));
            assertThat(report.getInteger("linesAdded")).isEqualTo(2);
            assertThat(report.getInteger("linesRemoved")).isZero();
            assertThat(report.getString("patchBaseSha")).isEqualTo(head);
            assertThat(report.getInteger("patchFilesCount")).isEqualTo(1);
            assertThat(report.getString("patchData")).isNotEmpty();
            assertThat(report.getValue("checkpointNumber")).isNull();
            // The agent sees nothing of it.
            assertThat(tree.head()).isEqualTo(head);
            assertThat(tree.git("status", "--porcelain").strip()).isEqualTo("?? \"new file.txt\"");
            interrupt();
            assertThat(world.reports()).hasSize(1);
        }
    }

    @Test
    void withoutAnIntervalThereAreNoCheckpoints() {
        try (DaemonHarness _ = world.daemon(world.idle(), NEVER)) {
            world.run().write("work", "x");
            interrupt();
            assertThat(world.reports()).isEmpty();
            assertThat(world.lastCheckpoint()).isEmpty();
        }
    }

    @Test
    void patchesAreSentOnlyWhereThatIsWanted() {
        try (DaemonHarness _ = world.daemon(world.idle(), SELDOM, patches(false, 1_000_000))) {
            world.run().write("work", "x");
            interrupt();
            JsonObject report = world.awaitReportOf("work", "x");
            assertThat(report.getString("patchData")).isNull();
            assertThat(report.getString("patchBaseSha")).isNull();
            assertThat(report.getInteger("patchFilesCount")).isZero();
            assertThat(report.getString("message")).doesNotContain("patch");
        }
    }

    @Test
    void aPatchOverTheLimitIsLeftOutAndSaid() {
        try (DaemonHarness _ = world.daemon(world.idle(), SELDOM, patches(true, 10_000))) {
            String large = random(20_000);
            world.run().write("large", large);
            interrupt();
            JsonObject report = world.awaitReportOf("large", large);
            assertThat(report.getBoolean("success")).isTrue();
            assertThat(report.getString("patchData")).isNull();
            assertThat(report.getString("message")).contains("The patch is not sent", "10000 bytes");
        }
    }

    @Test
    void aPatchThatDoesNotFitIntoAFrameIsLeftOutAndSaid() {
        JsonObject small = new JsonObject().put("server", new JsonObject().put("maxFrameBytes", 20_000));
        try (DaemonHarness _ = world.daemon(world.idle(), SELDOM, small)) {
            String large = random(25_000);
            TestRepository tree = world.run().write("large", large);
            for (int i = 0; i < 100; i++) {
                tree.write("a file with quite a long name, since there are so many of them " + i, "x");
            }
            interrupt();
            JsonObject report = world.awaitReportOf("large", large);
            assertThat(report.getString("patchData")).isNull();
            assertThat(report.getString("message"))
                    .contains("The patch is not sent", "server.maxFrameBytes", "changed files are not listed");
            assertThat(report.encode().length()).isLessThan(20_000);
        }
    }

    @Test
    void anInterruptSavesWhatTheLastProcessWroteBeforeItIsReported() {
        Path agent = world.agents.script("late", """
                trap 'sleep 0.2; echo late > late.txt; exit 0' TERM
                init
                while :; do sleep 0.05; done
                """);
        try (DaemonHarness _ =
                world.daemon(agent, SELDOM, new JsonObject(), DaemonHarness.stoppingBy(DaemonHarness.PATIENT_STOP))) {
            world.run();
            // It may be running before it has set its trap.
            world.server.await(frame -> frame.getString("output", "").contains("\"init\""), PATIENCE);
            interrupt();
            List<JsonObject> frames = world.server.frames();
            JsonObject report = world.awaitReportOf("late.txt", "late\n");
            assertThat(frames.indexOf(report))
                    .isNotNegative()
                    .isLessThan(frames.indexOf(world.awaitState("interrupted")));
            assertThat(report.getString("message")).startsWith("[WIP] ");
            assertThat(world.server.lines(world.taskId))
                    .anyMatch(line -> line.contains("checkpoint " + report.getString("commitSha")));
        }
    }

    @Test
    void aRunThatFailsMakesNoCheckpoint() {
        Path agent = world.agents.script("fails", "init\necho x > work\nexit 3");
        try (DaemonHarness _ = world.daemon(agent, SELDOM)) {
            world.server.send(world.spawn());
            world.server.await("taskComplete", world.taskId, PATIENCE);
            assertThat(world.reports()).isEmpty();
        }
    }

    @Test
    void aDeadRemoteDelaysNothing() throws IOException {
        try (ServerSocket mute = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                DaemonHarness _ = world.daemon(world.idle(), OFTEN)) {
            TestRepository tree = world.run();
            world.repository.git("remote", "add", "origin", "http://127.0.0.1:" + mute.getLocalPort() + "/r.git");
            tree.write("work", "one");
            world.awaitReportOf("work", "one");
            mute.setSoTimeout((int) PATIENCE.toMillis());
            try (Socket push = mute.accept()) {
                tree.write("work", "two");
                world.awaitReportOf("work", "two");
                interrupt();
                // The push still waits for an answer: nobody has hung up.
                push.setSoTimeout(100);
                assertThatThrownBy(() -> push.getInputStream().readAllBytes())
                        .isInstanceOf(SocketTimeoutException.class);
            }
        }
    }

    @Test
    void checkpointsArePushedToOriginUnlessTheTaskIsLocal() {
        TestRepository origin = world.repository.bareClone(temp.resolve("origin.git"));
        world.repository.remote("origin", origin);
        try (DaemonHarness _ = world.daemon(world.idle(), SELDOM)) {
            world.run(world.spawn().put("localOnly", true)).write("work", "one");
            interrupt();
            world.awaitReportOf("work", "one");
            world.server.send(world.spawn());
            world.server.await(
                    frame -> "running".equals(frame.getString("newStatus"))
                            && world.server.frames().stream()
                                            .filter(other -> "running".equals(other.getString("newStatus")))
                                            .count()
                                    == 2,
                    PATIENCE);
            // Only now: the first one was never to be pushed, and a push of the second does not come before it.
            assertThat(origin.git("for-each-ref", "refs/makima")).isEmpty();
            world.worktree().write("work", "two");
            world.server.send(Peers.interrupt(world.taskId, false));
            String second = world.awaitReportOf("work", "two").getString("commitSha");
            Await.until(
                    PATIENCE,
                    "the pushed checkpoint",
                    () -> origin.git("for-each-ref", "refs/makima").contains(second));
        }
    }

    @Test
    void everyPatchGivesTheSameFilesInAnotherClone() throws Exception {
        OddFiles.before(world.repository.directory());
        world.repository.commitAll("odd files");
        Map<String, String> last;
        try (DaemonHarness _ = world.daemon(world.idle(), OFTEN)) {
            TestRepository tree = world.run();
            tree.write("marker", "first");
            world.awaitReportOf("marker", "first");
            OddFiles.change(tree.directory());
            tree.git("add", "staged");
            tree.write("marker", "second");
            world.awaitReportOf("marker", "second");
            tree.commitAll("by the agent");
            tree.git("checkout", "-q", "--detach");
            Files.delete(tree.resolve("README.md"));
            tree.write("marker", "third");
            JsonObject detached = world.awaitReportOf("marker", "third");
            assertThat(detached.getString("branchName")).isEqualTo("unknown");
            last = OddFiles.everythingIn(tree.directory());
            interrupt();
        }
        int number = 0;
        TestRepository clone = world.repository;
        for (JsonObject report : world.reports()) {
            clone = world.repository.cloneTo(temp.resolve("clone" + ++number));
            clone.git("checkout", "-q", "--detach", report.getString("patchBaseSha"));
            new Patches(new Git(Map.of("PATH", System.getenv("PATH"), "HOME", temp.toString())), 10_000_000, 10_000_000)
                    .apply(clone.directory(), report.getString("patchData"), report.getString("patchBaseSha"));
            clone.git("add", "--all");
            assertThat(clone.git("write-tree"))
                    .as(report.encode())
                    .isEqualTo(world.repository.git("rev-parse", report.getString("commitSha") + "^{tree}"));
        }
        assertThat(number).isGreaterThanOrEqualTo(3);
        assertThat(OddFiles.everythingIn(clone.directory())).isEqualTo(last);
    }
}
