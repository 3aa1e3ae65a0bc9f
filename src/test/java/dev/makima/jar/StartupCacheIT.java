package dev.makima.jar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.Await;
import dev.makima.testkit.BaseServer;
import dev.makima.testkit.HostileAgent;
import dev.makima.testkit.TestRepository;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The program as everybody has it from the second start on: with the start-up caches that the first one makes, at the lowest priority. */
@Execution(ExecutionMode.CONCURRENT) // each waits for a cache most of the time
@Timeout(400)
class StartupCacheIT {
    private static final String KEY = "mk_cache-test-key";
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @TempDir
    private Path temp;

    private Vertx vertx;
    private Path home;
    private Path agent;

    @BeforeEach
    void prepare() throws IOException {
        vertx = Vertx.vertx();
        home = Files.createDirectory(temp.resolve("home"));
        agent = new HostileAgent(Files.createDirectory(temp.resolve("agents")))
                .script("writes", "first_line\ninit\necho hello > greeting.txt\nresult 'done'\nuntil_end_of_input\n");
    }

    @AfterEach
    void close() {
        vertx.close().await();
    }

    private Program.Start start() {
        return new Program.Start(home)
                .with("MAKIMA_CACHE", "yes")
                // With the flags that the script itself has, and no others.
                .without("MAKIMA_JVM_FLAGS")
                .with("MAKIMA_DAEMON_PROCESS_CLAUDECOMMAND", agent.toString());
    }

    private void awaitCache(String kind) {
        Await.until(PATIENCE, "the cache of kind " + kind, () -> cache(kind).isPresent());
    }

    private Optional<Path> cache(String kind) {
        try (Stream<Path> files = Files.walk(home.resolve(".makima/lib"))) {
            return files.filter(file -> file.getFileName().toString().matches(kind + "-.*\\.aot"))
                    .findFirst();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aDaemonWithItsCacheComesToItsServer() {
        try (BaseServer server = BaseServer.start(vertx, KEY)) {
            String url = server.uri().toString();
            try (Program first = start().makima("daemon", "--server-url", url, "--api-key", KEY)) {
                server.awaitHandshakes(1, PATIENCE);
                awaitCache("daemon");
                first.signal("TERM");
                assertThat(first.exitCode()).as(first.err()).isZero();
            }
            try (Program second = start().makima("daemon", "--server-url", url, "--api-key", KEY)) {
                server.awaitHandshakes(2, PATIENCE);
                second.signal("TERM");
                assertThat(second.exitCode()).as(second.err()).isZero();
            }
        }
    }

    @Test
    void aTaskRunsWithTheCacheOfTheCommands() throws IOException {
        TestRepository repository = TestRepository.create(Files.createDirectory(temp.resolve("repository")), 2);
        try (Program first = start().makima("tasks", "list")) {
            assertThat(first.exitCode()).as(first.err()).isZero();
        }
        awaitCache("start");
        try (Program run = start().in(repository.directory()).makima("run", "--name", "Greet", "Write a greeting")) {
            assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
            assertThat(repository.branches()).anyMatch(name -> name.startsWith("makima/greet-"));
        }
    }
}
