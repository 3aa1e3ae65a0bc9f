package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.Await;
import dev.makima.testkit.BaseServer;
import dev.makima.testkit.HostileAgent;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * For tests of one task's run: a server of the base protocol, agents, and a home on which daemons are started. Nothing of
 * a run is left when a test ends, and no frame was wrong.
 */
abstract class RunBench {
    static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path temp;

    Vertx vertx;
    BaseServer server;
    HostileAgent agents;
    Path home;
    final String taskId = UUID.randomUUID().toString();

    @BeforeEach
    final void startServer() throws IOException {
        vertx = Vertx.vertx();
        server = BaseServer.start(vertx, DaemonHarness.KEY);
        agents = new HostileAgent(Files.createDirectory(temp.resolve("agents")));
        home = temp.resolve("home");
    }

    @AfterEach
    final void stopServer() {
        assertThat(server.mistakes()).isEmpty();
        Peers.awaitNothingLeft(home);
        server.close();
        vertx.close().await();
    }

    /** A daemon whose agent is this one, connected. */
    final DaemonHarness daemon(Path agent) {
        return daemon(agent, new JsonObject());
    }

    final DaemonHarness daemon(Path agent, JsonObject more) {
        return daemon(agent, more, DaemonHarness.QUICK);
    }

    /** As {@link #daemon(Path)}, with other waits. */
    final DaemonHarness daemon(Path agent, DaemonTimers timers) {
        return daemon(agent, new JsonObject(), timers);
    }

    private DaemonHarness daemon(Path agent, JsonObject more, DaemonTimers timers) {
        int before = connections();
        DaemonHarness daemon = DaemonHarness.start(home, server.uri(), agent, more, timers);
        awaitConnections(before + 1);
        return daemon;
    }

    /** Counted by what the daemon sends once it has taken the answer: on a busy machine it may give up before. */
    final int connections() {
        return server.frames("daemonDirectories").size();
    }

    final void awaitConnections(int count) {
        Await.until(PATIENCE, count + " connections", () -> connections() >= count);
    }

    final void awaitLine(String part) {
        server.await(frame -> frame.getString("output", "").contains(part), PATIENCE);
    }

    final JsonObject awaitState(String state) {
        return server.await(
                frame -> state.equals(frame.getString("newStatus")) && taskId.equals(frame.getString("taskId")),
                PATIENCE);
    }

    final JsonObject end() {
        return server.await("taskComplete", taskId, PATIENCE);
    }
}
