package dev.makima.cli.command.machine;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.makima.cli.TestSurroundings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What a completion script gets, whatever the server is like. */
class IdsCommandTest {
    private static final String TASK = "550e8400-e29b-41d4-a716-446655440000";
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String TWIN = "{\"id\":\"" + TASK + "\",\"hostname\":\"twin\",\"status\":\"connected\"}";
    private static final Map<String, String> ANSWERS = Map.of(
            "/api/v1/mesh/tasks",
            "{\"tasks\":[{\"id\":\"" + TASK + "\",\"name\":\"Date\\tparser\\u001b[31m\",\"status\":\"done\"}]}",
            "/api/v1/contracts",
            "{\"contracts\":[{\"id\":\"" + TASK + "\",\"name\":\"Dates\",\"status\":\"active\"}]}",
            "/api/v1/mesh/daemons",
            "{\"daemons\":[{\"id\":\"" + TASK + "\",\"hostname\":\"build-1\",\"status\":\"connected\"}," + "{\"id\":\""
                    + TASK + "\",\"hostname\":\"$(reboot)\",\"status\":\"connected\"}," + TWIN + "," + TWIN + "]}",
            "/api/v1/keys",
            "{\"keys\":[{\"id\":\"" + TASK + "\",\"name\":\"laptop\",\"user\":\"anna\"}," + "{\"id\":\"6f1d1c0e-"
                    + "e29b-41d4-a716-446655440000\",\"name\":\"old\",\"user\":\"anna\",\"revokedAt\":\"2026-01-01T00:00:00Z\"}]}");

    private final CountDownLatch over = new CountDownLatch(1);
    private boolean silent;
    private int status = 200;

    @TempDir
    private Path directory;

    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try {
                if (silent) {
                    over.await();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            byte[] bytes = ANSWERS.getOrDefault(exchange.getRequestURI().getPath(), "{}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        over.countDown();
        server.stop(0);
    }

    private String offered(String kind, Duration patience) {
        TestSurroundings world = new TestSurroundings(directory)
                .with(
                        "MAKIMA_API_URL",
                        "http://127.0.0.1:" + server.getAddress().getPort())
                .with("MAKIMA_API_KEY", "mk_x");
        assertThat(new CommandLine(new IdsCommand(world.make(), patience)).execute(kind))
                .isZero();
        assertThat(world.err()).isEmpty();
        return world.out();
    }

    @Test
    void eachKindIsALineOfItsIdAndWhatItIs() {
        assertThat(offered("task", LONG)).matches("550e8400\tdone {1,2}Date parser[^\\p{Cntrl}]*\n");
        assertThat(offered("contract", LONG)).matches("550e8400\tactive Dates\n");
        assertThat(offered("key", LONG)).as("without those that are revoked").isEqualTo("550e8400\tlaptop of anna\n");
    }

    @Test
    void aMachineIsOfferedByNameUnlessAShellWouldExpandItOrSeveralHaveIt() {
        assertThat(offered("daemon", LONG).lines().map(line -> line.split("\t")[0]))
                .containsExactly("550e8400", "550e8400", "550e8400", "550e8400", "build-1");
    }

    @Test
    void aServerThatRefusesOrIsSilentOrIsNotThereIsPassedOverInSilence() {
        status = 401;
        assertThat(offered("task", LONG)).isEmpty();
        silent = true;
        assertThat(offered("task", Duration.ofMillis(100))).isEmpty();
        TestSurroundings alone = new TestSurroundings(directory);
        assertThat(alone.run("ids", "task")).isZero();
        assertThat(alone.out() + alone.err()).isEmpty();
        assertThat(directory.resolve("home")).as("nothing is started for it").doesNotExist();
    }
}
