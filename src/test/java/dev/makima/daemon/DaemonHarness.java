package dev.makima.daemon;

import dev.makima.config.ConfigLoader;
import dev.makima.config.DaemonConfig;
import dev.makima.config.Environment;
import dev.makima.config.Flags;
import dev.makima.testkit.Await;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** A real daemon in this process, with a home of its own, for tests. */
public final class DaemonHarness implements AutoCloseable {
    public static final String KEY = "mk_test-key-of-the-daemon";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Vertx vertx;
    private final Path home;
    private final DaemonVerticle daemon;
    private final String deployment;

    private DaemonHarness(Vertx vertx, Path home, DaemonVerticle daemon, String deployment) {
        this.vertx = vertx;
        this.home = home;
        this.daemon = daemon;
        this.deployment = deployment;
    }

    /** Starts a daemon; the tree is merged over one that makes everything lie under the home. */
    public static DaemonHarness start(Path home, URI server, Path agent, JsonObject more) {
        return start(home, config(home, server, agent, more), environment(home));
    }

    /** Starts a daemon with this configuration. */
    public static DaemonHarness start(Path home, DaemonConfig config, Environment environment) {
        Vertx vertx = Vertx.vertx();
        DaemonVerticle daemon = new DaemonVerticle(config, environment);
        try {
            return new DaemonHarness(vertx, home, daemon, Await.value(vertx.deployVerticle(daemon), PATIENCE));
        } catch (RuntimeException e) {
            Await.value(vertx.close(), PATIENCE);
            throw e;
        }
    }

    /** The configuration that {@link #start} makes. */
    public static DaemonConfig config(Path home, URI server, Path agent, JsonObject more) {
        JsonObject tree = new JsonObject()
                .put("home", home.toString())
                .put(
                        "server",
                        new JsonObject()
                                .put("url", server.toString())
                                .put("apiKey", KEY)
                                .put("reconnectIntervalSecs", 1)
                                .put("heartbeatIntervalSecs", 1))
                .put("process", new JsonObject().put("claudeCommand", agent.toString()))
                .mergeIn(more, true);
        return ConfigLoader.daemonFromTree(tree, Flags.none(), environment(home), home)
                .config();
    }

    /** The environment of a user whose home is a directory of the test's. */
    public static Environment environment(Path home) {
        Map<String, String> variables = new HashMap<>();
        variables.put("PATH", System.getenv("PATH"));
        variables.put("HOME", home.toString());
        variables.put("GIT_CONFIG_NOSYSTEM", "1");
        return new Environment(variables, home, "Linux");
    }

    /** The daemon's home. */
    public Path home() {
        return home;
    }

    /** The daemon itself. */
    public DaemonVerticle daemon() {
        return daemon;
    }

    /** Stops the daemon as SIGTERM would. */
    @Override
    public void close() {
        Await.value(vertx.undeploy(deployment), Duration.ofSeconds(40));
        Await.value(vertx.close(), PATIENCE);
    }
}
