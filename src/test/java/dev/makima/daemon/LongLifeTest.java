package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.Await;
import dev.makima.testkit.BaseServer;
import dev.makima.testkit.HostileAgent;
import dev.makima.testkit.TestRepository;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only shows in a process of its own: its log at the finest level, and its descriptors after many tasks. */
class LongLifeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final String PLAN_WORDS = "the-plan-is-nobodys-business";
    private static final String MESSAGE_WORDS = "neither-is-the-message";

    @TempDir
    private Path temp;

    @Test
    void manyTasksLeaveNoDescriptorOpenAndNoneOfTheirWordsInTheLog() throws IOException, InterruptedException {
        Vertx vertx = Vertx.vertx();
        TestRepository repository = TestRepository.create(temp.resolve("repository"));
        try (BaseServer server = BaseServer.start(vertx, DaemonHarness.KEY)) {
            Process daemon = start(server);
            try {
                server.awaitHandshakes(1, PATIENCE);
                // The first ones open what stays open: databases, pools, jars.
                tasks(server, 8, repository);
                long before = descriptors(daemon.pid());
                for (int round = 0; round < 4; round++) {
                    tasks(server, 8, repository);
                }
                Await.until(
                        PATIENCE,
                        "the descriptors of 32 tasks to be closed (" + before + " were open before)",
                        () -> descriptors(daemon.pid()) < before + 16);
                daemon.getOutputStream().close();
                assertThat(daemon.waitFor(40, TimeUnit.SECONDS)).isTrue();
            } finally {
                daemon.destroyForcibly();
            }
            assertThat(server.mistakes()).isEmpty();
        } finally {
            vertx.close().await();
        }
        assertThat(Files.readString(temp.resolve("output.log")))
                .contains("dev.makima")
                .doesNotContain(PLAN_WORDS)
                .doesNotContain(MESSAGE_WORDS)
                .doesNotContain(DaemonHarness.KEY)
                .doesNotContain("\u001b[");
    }

    private static void tasks(BaseServer server, int count, TestRepository repository) {
        var ids = IntStream.range(0, count)
                .mapToObj(i -> UUID.randomUUID().toString())
                .toList();
        for (String id : ids) {
            var spawn = BaseServer.spawnTask(id, "a task", PLAN_WORDS);
            // One with a worktree among them: git's pipes are descriptors too.
            server.send(
                    id.equals(ids.getFirst())
                            ? spawn.put("repoUrl", repository.directory().toString())
                            : spawn);
            server.send(Peers.message(id, MESSAGE_WORDS));
        }
        for (String id : ids) {
            assertThat(server.await("taskComplete", id, PATIENCE).getBoolean("success"))
                    .isTrue();
        }
    }

    private static long descriptors(long pid) {
        try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            return open.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process start(BaseServer server) throws IOException {
        Path logging = Files.writeString(temp.resolve("logging.properties"), """
                handlers = java.util.logging.ConsoleHandler
                java.util.logging.ConsoleHandler.level = ALL
                .level = INFO
                dev.makima.level = ALL
                """);
        Path agent = new HostileAgent(temp).echoes();
        return LoneDaemon.start(
                temp.resolve("home"),
                server.uri(),
                agent,
                temp.resolve("output.log"),
                "-Djava.util.logging.config.file=" + logging);
    }
}
