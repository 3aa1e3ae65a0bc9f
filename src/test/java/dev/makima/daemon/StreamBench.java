package dev.makima.daemon;

import dev.makima.daemon.control.ControlClient;
import dev.makima.testkit.HostileAgent;
import dev.makima.testkit.StreamServer;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A server that takes output by offset, for each test, agents, and a home on which daemons are started. */
abstract class StreamBench {
    static final Duration PATIENCE = Duration.ofSeconds(40);

    @TempDir
    Path temp;

    Vertx vertx;
    StreamServer server;
    HostileAgent agents;
    Path home;
    final String taskId = UUID.randomUUID().toString();

    @BeforeEach
    final void startServer() throws IOException {
        vertx = Vertx.vertx();
        server = StreamServer.start(vertx);
        agents = new HostileAgent(Files.createDirectory(temp.resolve("agents")));
        home = temp.resolve("home");
    }

    /** The tasks that the daemon of this home has in hand, as it says itself. */
    final JsonArray status() {
        try (ControlClient client = ControlClient.connect(home).orElseThrow()) {
            return client.ask(new JsonObject().put("verb", "status"), PATIENCE)
                    .getJsonObject("tasks")
                    .getJsonArray("list");
        }
    }

    @AfterEach
    final void stopServer() {
        server.close();
        vertx.close().await();
    }
}
