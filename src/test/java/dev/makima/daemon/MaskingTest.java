package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.config.Environment;
import dev.makima.testkit.BaseServer;
import dev.makima.testkit.HostileAgent;
import dev.makima.testkit.StreamServer;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is secret on a machine stays there. */
class MaskingTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String CONFIGURED = "configured-value-1";
    private static final String INHERITED = "inherited\"value\"2";
    private static final String OF_THE_TASK = "value-of-the-task-3";

    @TempDir
    private Path temp;

    private Vertx vertx;
    private final String taskId = UUID.randomUUID().toString();

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
    }

    @AfterEach
    void stop() {
        vertx.close().await();
    }

    private DaemonHarness daemon(URI server) {
        Path agent = new HostileAgent(temp).script("tells-all", """
                first_line
                init
                says "$CONFIGURED and $OF_THE_TASK"
                printf '%%s\\n' "$ANTHROPIC_TEST_TOKEN" "%1$s" "public-value" >&2
                i=0
                while [ $i -lt 300 ]; do printf '%%s' "$CONFIGURED"; i=$((i + 1)); done
                printf '\\n'
                printf 'cut in two: configured-'
                sleep 0.02
                printf 'value-1\\n'
                echo "no luck with $OF_THE_TASK" >&2
                exit 3
                """.formatted(DaemonHarness.KEY));
        Path home = temp.resolve("home");
        Map<String, String> variables =
                new HashMap<>(DaemonHarness.environment(home).variables());
        variables.put("ANTHROPIC_TEST_TOKEN", INHERITED);
        Environment environment = new Environment(variables, home, "Linux");
        JsonObject more = new JsonObject()
                .put("process", new JsonObject().put("envVars", new JsonObject().put("CONFIGURED", CONFIGURED)));
        return DaemonHarness.start(home, DaemonHarness.config(home, server, agent, more), environment);
    }

    private JsonObject spawn() {
        return BaseServer.spawnTask(taskId, "task", "go").put("env", new JsonObject().put("OF_THE_TASK", OF_THE_TASK));
    }

    private static void assertMasked(String output, String error) {
        assertThat(output).contains("public-value", "*".repeat(300 * CONFIGURED.length()));
        assertThat(output).contains("cut in two: ******************");
        for (String secret : new String[] {CONFIGURED, INHERITED, OF_THE_TASK, DaemonHarness.KEY}) {
            assertThat(output).doesNotContain(secret);
            assertThat(error).doesNotContain(secret);
        }
        assertThat(error).contains("exit code 3", "no luck with *******************");
    }

    @Test
    void noSecretReachesAServerOfTheBaseProtocol() {
        try (BaseServer server = BaseServer.start(vertx, DaemonHarness.KEY);
                DaemonHarness _ = daemon(server.uri())) {
            server.awaitHandshakes(1, PATIENCE);
            server.send(spawn());
            String error = server.await("taskComplete", taskId, PATIENCE).getString("error");
            assertMasked(String.join("\n", server.lines(taskId)), error);
        }
    }

    @Test
    void noSecretReachesAServerThatStreamsAndOffsetsHold() {
        try (StreamServer server = StreamServer.start(vertx);
                DaemonHarness _ = daemon(server.uri())) {
            server.await(1, "runs", PATIENCE);
            server.send(spawn());
            JsonObject end = server.await(1, "taskComplete", PATIENCE);
            String run = end.getString("runId");
            assertMasked(
                    server.stored(run, "stdout") + server.stored(run, "stderr") + server.stored(run, "daemon"),
                    end.getString("error"));
            assertThat(server.storedLength(run, "stdout"))
                    .isEqualTo(end.getJsonObject("finalLengths").getLong("stdout"));
            assertThat(server.gaps()).isEmpty();
        }
    }

    /** Texts are cut to a length before they go out, and where they are cut is no matter of secrets. */
    @Test
    void aSecretIsNotCutBeforeItIsMasked() throws IOException {
        Path agent = new HostileAgent(temp).script("cut", """
                first_line
                init
                says "$(printf '%%0190d' 7)$LONG"
                while [ ! -e '%s' ]; do sleep 0.02; done
                i=0
                while [ $i -lt 60 ]; do printf '%%s' "$LONG" >&2; i=$((i + 1)); done
                printf '{"type":"result","is_error":true,"result":"%%s%%s"}\\n' "$(printf '%%01990d' 7)" "$LONG"
                exit 1
                """.formatted(temp.resolve("progress-was-told")));
        String secret = "0123456789abcdef".repeat(4);
        Path home = temp.resolve("home");
        try (BaseServer server = BaseServer.start(vertx, DaemonHarness.KEY);
                DaemonHarness _ = DaemonHarness.start(home, server.uri(), agent, new JsonObject())) {
            server.awaitHandshakes(1, PATIENCE);
            server.send(BaseServer.spawnTask(taskId, "task", "go").put("env", new JsonObject().put("LONG", secret)));
            server.await("taskProgress", taskId, PATIENCE);
            Files.createFile(temp.resolve("progress-was-told"));
            server.await("taskComplete", taskId, PATIENCE);
            server.pingAndAwaitPong(PATIENCE);
            assertThat(server.frames().toString())
                    .contains("*********")
                    .doesNotContain(secret.substring(0, 8))
                    .doesNotContain(secret.substring(48));
        }
    }
}
