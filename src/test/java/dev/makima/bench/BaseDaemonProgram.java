package dev.makima.bench;

import dev.makima.testkit.Await;
import dev.makima.testkit.BaseServer;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** A daemon in a process of its own, connected to a {@link FastPeer} in this one. */
final class BaseDaemonProgram implements AutoCloseable {
    private final Vertx vertx;
    private final FastPeer peer;
    private final Program daemon;

    private BaseDaemonProgram(Vertx vertx, FastPeer peer, Program daemon) {
        this.vertx = vertx;
        this.peer = peer;
        this.daemon = daemon;
    }

    /** Starts both and waits for the handshake. */
    static BaseDaemonProgram start(Installation installation, Path agent, String jvmFlags) throws Exception {
        Vertx vertx = Vertx.vertx();
        FastPeer peer = FastPeer.start(vertx);
        Program daemon = daemon(installation, peer, agent, Map.of("MAKIMA_JVM_FLAGS", jvmFlags));
        peer.awaitHandshake(1);
        return new BaseDaemonProgram(vertx, peer, daemon);
    }

    /** Starts the daemon alone. */
    static Program daemon(Installation installation, FastPeer peer, Path agent, Map<String, String> more)
            throws Exception {
        Map<String, String> variables = new HashMap<>(
                Map.of("MAKIMA_API_KEY", FastPeer.KEY, "MAKIMA_DAEMON_PROCESS_CLAUDECOMMAND", agent.toString()));
        variables.putAll(more);
        return installation.start(installation.home(), variables, "daemon", "--server-url", peer.url());
    }

    /** A task without a repository. */
    static JsonObject task() {
        return BaseServer.spawnTask(UUID.randomUUID().toString(), "a task", "go");
    }

    FastPeer peer() {
        return peer;
    }

    Program daemon() {
        return daemon;
    }

    @Override
    public void close() {
        daemon.close();
        Await.value(vertx.close(), Duration.ofSeconds(20));
    }
}
