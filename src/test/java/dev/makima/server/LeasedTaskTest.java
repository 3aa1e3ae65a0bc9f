package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.config.ServerConfig;
import dev.makima.daemon.DaemonHarness;
import dev.makima.server.core.Timings;
import dev.makima.testkit.Await;
import dev.makima.testkit.HostileAgent;
import dev.makima.testkit.TcpRelay;
import dev.makima.testkit.TestRepository;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Leases between the real server and real daemons, one of which a wire that breaks keeps away. */
class LeasedTaskTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Timings QUICK = new Timings(
            Duration.ofSeconds(20),
            Duration.ofMillis(200),
            Duration.ofSeconds(20),
            Duration.ofSeconds(30),
            Duration.ofMillis(50),
            Duration.ofMillis(500),
            Duration.ofSeconds(30),
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            Duration.ofSeconds(30));

    @TempDir
    private Path temp;

    private TestServer server;
    private TcpRelay relay;
    private HostileAgent agents;
    private TestRepository origin;

    @BeforeEach
    void start() throws IOException {
        ServerConfig usual = TestServer.config(temp, 0, Duration.ofSeconds(30));
        server = new TestServer(
                TestServer.withTasks(
                        usual,
                        new ServerConfig.Tasks(
                                // A busy machine may keep heartbeats waiting, though not for so long.
                                Duration.ofSeconds(60), Duration.ofSeconds(5), 3, Duration.ofMinutes(15))),
                QUICK);
        relay = TcpRelay.start(server.vertx, server.server.port());
        agents = new HostileAgent(Files.createDirectory(temp.resolve("agents")));
        origin = TestRepository.create(temp.resolve("source")).bareClone(temp.resolve("origin.git"));
    }

    @AfterEach
    void stop() throws IOException {
        if (Files.notExists(temp.resolve("stop"))) {
            Files.createFile(temp.resolve("stop"));
        }
        relay.close();
        server.close();
    }

    private DaemonHarness daemon(String home, int port, Path agent) {
        JsonObject more = new JsonObject().put("server", new JsonObject().put("apiKey", server.key));
        Path place = temp.resolve(home);
        return DaemonHarness.start(
                place,
                DaemonHarness.quickLink(DaemonHarness.config(place, URI.create("ws://127.0.0.1:" + port), agent, more)),
                DaemonHarness.environment(place));
    }

    /** Works until a file says that it may end. */
    private Path slow() {
        return agents.script("slow", """
                first_line
                init
                echo $$ > pid.new; mv pid.new '%s'
                echo slow > slow.txt
                says 'at work'
                while [ ! -e '%s' ]; do sleep 0.02; done
                result done
                until_end_of_input
                """.formatted(temp.resolve("pid"), temp.resolve("stop")));
    }

    private Path fast() {
        return agents.script("fast", """
                first_line
                init
                echo fast > fast.txt
                result done
                until_end_of_input
                """);
    }

    private String begin() {
        String id = server.post(
                        "/mesh/tasks",
                        new JsonObject()
                                .put("name", "a task")
                                .put("plan", "go")
                                .put("repositoryUrl", "file://" + origin.directory())
                                .put("completionAction", "branch")
                                .put("start", true),
                        201)
                .getString("id");
        Await.until(PATIENCE, "the agent is at work", () -> Files.exists(temp.resolve("pid")));
        server.taskWith(id, "running");
        return id;
    }

    private List<String> pushed() {
        return origin.branches().stream()
                .filter(branch -> branch.startsWith("makima/"))
                .toList();
    }

    private long pid() throws IOException {
        return Long.parseLong(Files.readString(temp.resolve("pid")).strip());
    }

    @Test
    void aTaskOfADaemonThatIsCutOffIsDoneByAnotherAndTheLateOneMakesNothingOfItsWork() throws Exception {
        try (DaemonHarness _ = daemon("first", relay.port(), slow())) {
            String id = begin();
            try (DaemonHarness _ = daemon("second", server.server.port(), fast())) {
                relay.refuse(true);
                JsonObject done = server.taskWith(id, "done");
                assertThat(done.getString("branch")).endsWith("-2");
                // Were it not paused, it would end its work now, while nobody says that it must not.
                assertThat(Await.alive(pid())).isTrue();
                Files.createFile(temp.resolve("stop"));
                relay.refuse(false);
                long late = pid();
                Await.until(PATIENCE, "the late agent ends", () -> !Await.alive(late));
                assertThat(server.get("/mesh/tasks/" + id).getString("status")).isEqualTo("done");
                assertThat(pushed()).as(done.encode()).containsExactly(done.getString("branch"));
                assertThat(origin.files(done.getString("branch")))
                        .contains("fast.txt")
                        .doesNotContain("slow.txt");
            }
        }
        // Its work is kept as it was.
        try (var files = Files.walk(temp.resolve("first"))) {
            assertThat(files.anyMatch(file -> file.endsWith("slow.txt"))).isTrue();
        }
        assertThat(pushed()).hasSize(1);
    }

    @Test
    void aLateReturnBeforeTheHandOverJustGoesOn() throws Exception {
        try (DaemonHarness _ = daemon("first", relay.port(), slow())) {
            String id = begin();
            relay.refuse(true);
            server.taskWith(id, "pending");
            Files.createFile(temp.resolve("stop"));
            relay.refuse(false);
            JsonObject done = server.taskWith(id, "done");
            assertThat(pushed()).as(done.encode()).containsExactly(done.getString("branch"));
            assertThat(done.getString("branch")).doesNotEndWith("-2");
        }
    }

    @Test
    void aDaemonThatIsStartedAgainAfterItsLeaseGoesOnWhenTheServerSaysSo() throws Exception {
        String id;
        try (DaemonHarness _ = daemon("first", relay.port(), slow())) {
            id = begin();
        }
        server.taskWith(id, "pending");
        relay.refuse(true);
        try (DaemonHarness _ = daemon("first", relay.port(), slow())) {
            Files.createFile(temp.resolve("stop"));
            relay.refuse(false);
            JsonObject done = server.taskWith(id, "done");
            assertThat(pushed()).as(done.encode()).containsExactly(done.getString("branch"));
        }
    }
}
