package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.config.Environment;
import dev.makima.testkit.Await;
import dev.makima.testkit.BaseServer;
import dev.makima.testkit.HostileAgent;
import dev.makima.testkit.Recording;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What daemons before this one stumbled over, between the server and the agent. */
class LinkTrapsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path temp;

    private Vertx vertx;
    private HostileAgent agents;
    private Path home;
    private final String taskId = UUID.randomUUID().toString();

    @BeforeEach
    void start() throws IOException {
        vertx = Vertx.vertx();
        agents = new HostileAgent(Files.createDirectory(temp.resolve("agents")));
        home = temp.resolve("home");
    }

    @AfterEach
    void stop() {
        vertx.close().await();
    }

    @Test
    void aPingBeforeAuthenticatedHarmsNothing() {
        Recording<String> frames = new Recording<>("frames");
        HttpServer server = vertx.createHttpServer().webSocketHandler(socket -> {
            var _ = socket.writePing(Buffer.buffer("early"));
            socket.textMessageHandler(text -> {
                frames.add(text);
                if (text.contains("\"authenticate\"")) {
                    var _ = socket.writePing(Buffer.buffer("before the answer"));
                    var _ = socket.writeTextMessage(
                            "{\"type\":\"authenticated\",\"daemonId\":\"" + UUID.randomUUID() + "\"}");
                }
            });
        });
        int port = Await.value(server.listen(0, "127.0.0.1"), PATIENCE).actualPort();
        URI uri = URI.create("ws://127.0.0.1:" + port);
        try (DaemonHarness _ = DaemonHarness.start(home, uri, agents.echoes(), new JsonObject())) {
            frames.await(text -> text.contains("\"heartbeat\""), PATIENCE);
            assertThat(frames.entries().stream().filter(text -> text.contains("\"authenticate\"")))
                    .hasSize(1);
        }
    }

    @Test
    void commandsAreObeyedWhileTheServerReadsNothing() {
        Path agent = agents.script("floods", """
                first_line
                init
                says working
                head -c 30000000 /dev/zero | tr '\\0' x | fold -w 1000
                exec sleep 600
                """);
        try (BaseServer server = BaseServer.start(vertx, DaemonHarness.KEY);
                DaemonHarness _ = DaemonHarness.start(home, server.uri(), agent, new JsonObject())) {
            server.awaitHandshakes(1, PATIENCE);
            server.stopReading();
            server.send(BaseServer.spawnTask(taskId, "a task", "go"));
            Await.until(PATIENCE, "the agent to print", () -> printed() > 29_000_000);
            server.send(Peers.interrupt(taskId, false));
            Peers.awaitNothingLeft(home);
            server.resumeReading();
            server.await(frame -> "interrupted".equals(frame.getString("newStatus")), PATIENCE);
        }
    }

    private long printed() {
        Path spool = home.resolve("spool").resolve(taskId);
        if (!Files.isDirectory(spool)) {
            return 0;
        }
        try (Stream<Path> files = Files.walk(spool)) {
            return files.mapToLong(
                            file -> file.toFile().isFile() ? file.toFile().length() : 0)
                    .max()
                    .orElse(0);
        } catch (UncheckedIOException | IOException e) {
            // Files of a run come and go while it is looked at.
            return 0;
        }
    }

    @Test
    void theAgentFindsNoKeyOfOursAndNoSignOfAnotherAgentAroundIt() throws IOException {
        Path seen = temp.resolve("environment");
        Path agent = agents.script("tells-environment", """
                first_line
                init
                env > '%s'
                result done
                until_end_of_input
                """.formatted(seen));
        Map<String, String> variables =
                new HashMap<>(DaemonHarness.environment(home).variables());
        variables.put("CLAUDECODE", "1");
        variables.put("MAKIMA_API_KEY", DaemonHarness.KEY);
        variables.put("MAKIMA_DAEMON_SERVER_APIKEY", DaemonHarness.KEY);
        variables.put("AWS_REGION", "eu-west-1");
        JsonObject more = new JsonObject().put("process", new JsonObject().put("envPass", new JsonArray(List.of("*"))));
        try (BaseServer server = BaseServer.start(vertx, DaemonHarness.KEY);
                DaemonHarness _ = DaemonHarness.start(
                        home,
                        DaemonHarness.config(home, server.uri(), agent, more),
                        new Environment(variables, home, "Linux"))) {
            server.awaitHandshakes(1, PATIENCE);
            server.send(BaseServer.spawnTask(taskId, "a task", "go"));
            assertThat(server.await("taskComplete", taskId, PATIENCE).getBoolean("success"))
                    .isTrue();
        }
        assertThat(Files.readString(seen))
                .contains("AWS_REGION=eu-west-1")
                .doesNotContain("CLAUDECODE")
                .doesNotContain(DaemonHarness.KEY);
    }
}
