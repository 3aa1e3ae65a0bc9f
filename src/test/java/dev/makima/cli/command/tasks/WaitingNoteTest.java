package dev.makima.cli.command.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.makima.base.Secret;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.Json;
import dev.makima.cli.api.ServerUrl;
import dev.makima.cli.api.TaskView;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WaitingNoteTest {
    private static final String PENDING = """
            {"id":"x","status":"pending","startRequested":true,"lastSeq":0}""";

    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
    private HttpServer server;
    private ApiClient api;

    @BeforeEach
    void aServerWithATaskAndNoDaemon() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            // Before the answer, which whoever asked may go on with at once.
            asked.add(path);
            byte[] body = (path.endsWith("/daemons") ? "{\"daemons\":[]}" : PENDING).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        api = new ApiClient(
                new ServerUrl("http://127.0.0.1:" + server.getAddress().getPort()), new Secret("mk_key"));
    }

    @AfterEach
    void stop() {
        api.close();
        server.stop(0);
    }

    @Test
    void aTaskThatNobodyIsThereToTakeDoesNotWaitInSilence() throws InterruptedException {
        try (WaitingNote _ = new WaitingNote(api, task(), said::add, Duration.ofMillis(1))) {
            assertThat(said.poll(30, TimeUnit.SECONDS)).contains("no daemon is connected", "makima daemon");
        }
    }

    @Test
    void oneThatIsOverBeforeItIsDueAsksNothing() throws InterruptedException {
        new WaitingNote(api, task(), said::add, Duration.ofHours(1)).close();
        try (WaitingNote _ = new WaitingNote(api, task(), said::add, Duration.ofMillis(1))) {
            assertThat(said.poll(30, TimeUnit.SECONDS)).isNotNull();
        }
        assertThat(asked).hasSize(2);
    }

    private static TaskView task() {
        return TaskView.of(Json.read("a task", PENDING));
    }
}
