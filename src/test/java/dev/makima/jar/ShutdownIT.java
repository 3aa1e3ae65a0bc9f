package dev.makima.jar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.Await;
import dev.makima.testkit.BaseServer;
import dev.makima.testkit.HostileAgent;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a daemon process ends, with what exit code, and what becomes of its agents. */
class ShutdownIT {
    private static final String KEY = "mk_shutdown-test-key";
    private static final Duration PATIENCE = Program.PATIENCE;

    @TempDir
    private Path temp;

    private Vertx vertx;
    private BaseServer server;
    private HostileAgent agents;
    private Path home;
    private int daemons;
    private final String taskId = UUID.randomUUID().toString();

    @BeforeEach
    void prepare() throws IOException {
        vertx = Vertx.vertx();
        server = BaseServer.start(vertx, KEY);
        home = Files.createDirectory(temp.resolve("home"));
        agents = new HostileAgent(Files.createDirectory(temp.resolve("agents")));
    }

    @AfterEach
    void close() {
        server.close();
        vertx.close().await();
    }

    private Path config(Path agent, String shutdown) throws IOException {
        return Files.writeString(home.resolve("daemon.toml"), """
                [server]
                url = "%s"
                apiKey = "%s"
                heartbeatIntervalSecs = 1
                [process]
                claudeCommand = "%s"
                [shutdown]
                agents = "%s"
                """.formatted(server.uri(), KEY, agent, shutdown));
    }

    private Program daemon(Path agent, String shutdown) throws IOException {
        Program daemon = new Program.Start(home)
                .makima("daemon", "--config", config(agent, shutdown).toString());
        server.awaitHandshakes(++daemons, PATIENCE);
        return daemon;
    }

    /** Says who it is, and does what it is told: it reads on, and ends at the end of its session. */
    private Path agent() {
        return agents.script("stays", """
                first_line
                init
                echo $$ > '%s'
                says 'I am here'
                while IFS= read -r line; do
                    case "$line" in *'"end_session"'*) exit 0 ;; esac
                done
                """.formatted(temp.resolve("pid")));
    }

    private long pid() {
        try {
            return Long.parseLong(Files.readString(temp.resolve("pid")).strip());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void spawn() {
        server.send(BaseServer.spawnTask(taskId, "a task", "go"));
        server.await(frame -> frame.getString("output", "").contains("I am here"), PATIENCE);
    }

    private void awaitAdoption(int count) {
        Await.until(PATIENCE, "adoption " + count, () -> adoptions() >= count);
    }

    private long adoptions() {
        return server.frames("taskStatusChange").stream()
                .filter(frame -> "running".equals(frame.getString("oldStatus"))
                        && "running".equals(frame.getString("newStatus")))
                .count();
    }

    @Test
    void agentsOutliveARestartAndASignalUntilTheyAreToStopWithTheirDaemon() throws IOException {
        Path agent = agent();
        try (Program daemon = daemon(agent, "keep")) {
            spawn();
            server.send(new JsonObject().put("type", "restartDaemon"));
            assertThat(daemon.exitCode()).as(daemon.err()).isEqualTo(42);
        }
        assertThat(Await.alive(pid())).isTrue();
        try (Program daemon = daemon(agent, "keep")) {
            awaitAdoption(daemons - 1);
            daemon.signal("TERM");
            assertThat(daemon.exitCode()).as(daemon.err()).isZero();
            assertThat(daemon.out() + daemon.err()).containsOnlyOnce("Processes of tasks: ");
        }
        assertThat(Await.alive(pid())).isTrue();
        try (Program daemon = daemon(agent, "stop")) {
            awaitAdoption(daemons - 1);
            daemon.signal("INT");
            assertThat(daemon.exitCode()).as(daemon.err()).isZero();
        }
        assertThat(Await.alive(pid())).isFalse();
        server.await(
                frame -> taskId.equals(frame.getString("taskId")) && "interrupted".equals(frame.getString("newStatus")),
                PATIENCE);
        assertThat(server.frames("taskComplete")).isEmpty();
        assertThat(server.frames("taskRecoveryDetected")).isEmpty();
    }

    @Test
    void aDaemonThatIsDrainedEndsWithItsLastTaskAndSoDoesWhoWatches() throws IOException {
        Path agent = agents.script("works", """
                first_line
                init
                echo $$ > '%s'
                says 'I am here'
                while [ ! -e '%s' ]; do sleep 0.05; done
                result done
                """.formatted(temp.resolve("pid"), temp.resolve("finish")));
        Path file = config(agent, "keep");
        try (Program daemon = daemon(agent, "keep")) {
            spawn();
            try (Program left = new Program.Start(home).makima("daemon", "--drain", "--config", file.toString())) {
                left.awaitText("(process " + daemon.pid() + ") takes no new tasks; 1 is running");
                left.signal("INT");
                assertThat(left.exitCode()).isEqualTo(130);
                assertThat(left.out()).contains("goes on draining");
            }
            // Without a configuration that names server and key: neither is needed to find who runs.
            Files.delete(file);
            try (Program watching = new Program.Start(home).makima("daemon", "--drain")) {
                watching.awaitText("takes no new tasks; 1 is running");
                Files.createFile(temp.resolve("finish"));
                assertThat(watching.exitCode()).as(watching.err()).isZero();
                assertThat(watching.out()).contains("a task is over; none is running", "has ended");
                assertThat(Await.alive(daemon.pid())).isFalse();
            }
            assertThat(daemon.exitCode()).as(daemon.err()).isZero();
        }
        assertThat(server.await("taskComplete", taskId, PATIENCE).getBoolean("success"))
                .isTrue();
        // Where none runs, one that finds nothing ends at once.
        config(agent, "keep");
        try (Program none = new Program.Start(home).makima("daemon", "--drain", "--config", file.toString())) {
            assertThat(none.exitCode()).as(none.err()).isZero();
            assertThat(none.out()).contains("no daemon runs here");
        }
    }

    @Test
    void anotherBuildGoesOnWithTheAgentsOfAKilledOne() throws IOException {
        String file = config(agent(), "keep").toString();
        try (Program _ = new Program.Start(home).jar("daemon", "--config", file)) {
            server.awaitHandshakes(1, PATIENCE);
            spawn();
            server.await(frame -> "running".equals(frame.getString("newStatus")), PATIENCE);
        }
        Path other = Files.copy(Program.Start.built(), temp.resolve("other.jar"));
        try (var jar = FileSystems.newFileSystem(other)) {
            Files.writeString(jar.getPath("other-build"), "changed");
            Path holder = jar.getPath("dev/makima/process/holder.sh");
            Files.writeString(holder, Files.readString(holder) + "# Of another build.\n");
        }
        try (Program daemon = new Program.Start(home).jar(other, "daemon", "--config", file)) {
            awaitAdoption(1);
            server.send(new JsonObject()
                    .put("type", "interruptTask")
                    .put("taskId", taskId)
                    .put("graceful", true));
            server.await(frame -> "interrupted".equals(frame.getString("newStatus")), PATIENCE);
            daemon.signal("TERM");
            assertThat(daemon.exitCode()).as(daemon.err()).isZero();
        }
        Await.gone(pid(), PATIENCE);
        assertThat(server.frames("taskRecoveryDetected")).isEmpty();
    }

    @Test
    void aSecondSignalDoesNotWaitForTheAgents() throws IOException {
        Path deaf = agents.script("deaf", """
                trap '' TERM INT HUP
                echo $$ > '%s'
                init
                says 'I am here'
                while IFS= read -r line; do
                    case "$line" in *'"subtype":"interrupt"'*) says 'interrupt asked' ;; esac
                done
                exec sleep 600
                """.formatted(temp.resolve("pid")));
        try (Program daemon = daemon(deaf, "stop")) {
            spawn();
            daemon.signal("TERM");
            server.await(frame -> frame.getString("output", "").contains("interrupt asked"), PATIENCE);
            daemon.signal("TERM");
            assertThat(daemon.exitCode()).as(daemon.err()).isEqualTo(130);
            assertThat(Await.alive(pid())).isTrue();
        } finally {
            ProcessHandle.of(pid()).ifPresent(ProcessHandle::destroyForcibly);
            // With it go its holder and its feeder; before that they write where all is deleted next.
            Program.awaitNoneOf(home);
        }
    }

    @Test
    void aDaemonThatWasDeployedByNameEndsWithTheSameCodes() throws IOException {
        Path file = config(agent(), "keep");
        String name = "dev.makima.daemon.DaemonVerticle";
        try (Program daemon = new Program.Start(home).jar("run", name, "--conf", file.toString())) {
            server.awaitHandshakes(1, PATIENCE);
            server.send(new JsonObject().put("type", "restartDaemon"));
            assertThat(daemon.exitCode()).as(daemon.err()).isEqualTo(42);
        }
        Files.writeString(file, Files.readString(file).replace(KEY, "mk_wrong-key-wrong-key"));
        try (Program daemon = new Program.Start(home).jar("run", name, "--conf", file.toString())) {
            assertThat(daemon.exitCode()).isIn(1, 4);
            assertThat(daemon.err()).contains("API key");
        }
    }
}
