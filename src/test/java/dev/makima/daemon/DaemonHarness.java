package dev.makima.daemon;

import dev.makima.config.ConfigLoader;
import dev.makima.config.DaemonConfig;
import dev.makima.config.Environment;
import dev.makima.config.Flags;
import dev.makima.daemon.agent.StopTimes;
import dev.makima.daemon.run.RunTimers;
import dev.makima.testkit.Await;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A real daemon in this process, with a home of its own, for tests. */
public final class DaemonHarness implements AutoCloseable {
    public static final String KEY = "mk_test-key-of-the-daemon";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Waits that a test can sit out, each short enough and none so short that a busy machine exceeds it. */
    static final DaemonTimers QUICK = new DaemonTimers(
            Duration.ofSeconds(2),
            Duration.ofMillis(500),
            Duration.ofSeconds(2),
            Duration.ofMillis(300),
            new RunTimers(
                    Duration.ofMillis(50),
                    Duration.ofMillis(700),
                    Duration.ofMillis(100),
                    Duration.ofSeconds(5),
                    Duration.ofMillis(500),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(10),
                    Duration.ofMillis(300),
                    Duration.ofMillis(500),
                    Duration.ofSeconds(1),
                    Duration.ofMillis(300),
                    Duration.ofHours(1),
                    new StopTimes(
                            Duration.ofMillis(700),
                            Duration.ofMillis(700),
                            Duration.ofMillis(500),
                            Duration.ofMillis(500),
                            Duration.ofSeconds(1))));

    /** So long that what an agent does when it is made to end is never cut short. */
    static final StopTimes PATIENT_STOP = new StopTimes(PATIENCE, PATIENCE, PATIENCE, PATIENCE, PATIENCE);

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

    /** As {@link #QUICK}, but for how long an agent may take to end. */
    static DaemonTimers exitingWithin(Duration exitsWithin) {
        return quick(exitsWithin, QUICK.run().stop());
    }

    /** As {@link #QUICK}, but for how an agent is made to end. */
    static DaemonTimers stoppingBy(StopTimes stop) {
        return quick(QUICK.run().exitsWithin(), stop);
    }

    private static DaemonTimers quick(Duration exitsWithin, StopTimes stop) {
        RunTimers run = QUICK.run();
        return new DaemonTimers(
                QUICK.answerWithin(),
                QUICK.refusedAgainAfter(),
                QUICK.longestWait(),
                QUICK.sweepEvery(),
                new RunTimers(
                        run.lookEvery(),
                        run.firstOutputWithin(),
                        run.progressEvery(),
                        run.outputStall(),
                        run.sweepGrace(),
                        run.startsWithin(),
                        exitsWithin,
                        run.stopsWithin(),
                        run.healthEvery(),
                        run.tornLineAfter(),
                        run.asksAfter(),
                        run.loginRefusedFor(),
                        run.loginWithin(),
                        stop));
    }

    /** Starts a daemon; the tree is merged over one that makes everything lie under the home. */
    public static DaemonHarness start(Path home, URI server, Path agent, JsonObject more) {
        return start(home, config(home, server, agent, more), environment(home));
    }

    /** As {@link #start(Path, URI, Path, JsonObject)}, with other waits. */
    static DaemonHarness start(Path home, URI server, Path agent, JsonObject more, DaemonTimers timers) {
        return start(home, config(home, server, agent, more), environment(home), timers);
    }

    /** As {@link #start(Path, URI, Path, JsonObject)}, with quick pings and reconnects. */
    static DaemonHarness startQuick(Path home, URI server, Path agent, JsonObject more) {
        return start(home, quickLink(config(home, server, agent, more)), environment(home));
    }

    /** Starts a daemon with this configuration. */
    public static DaemonHarness start(Path home, DaemonConfig config, Environment environment) {
        return start(home, config, environment, QUICK);
    }

    /** Starts a daemon with this configuration and these waits. */
    static DaemonHarness start(Path home, DaemonConfig config, Environment environment, DaemonTimers timers) {
        return deploy(home, new DaemonVerticle(config, environment, timers));
    }

    /** As {@link #start(Path, URI, Path, JsonObject)}, taking no new task from its start on. */
    static DaemonHarness draining(Path home, URI server, Path agent) {
        DaemonConfig config = config(home, server, agent, new JsonObject());
        return deploy(home, new DaemonVerticle(config, environment(home), QUICK, true));
    }

    private static DaemonHarness deploy(Path home, DaemonVerticle daemon) {
        Vertx vertx = Vertx.vertx();
        try {
            return new DaemonHarness(vertx, home, daemon, Await.value(vertx.deployVerticle(daemon), PATIENCE));
        } catch (RuntimeException e) {
            Await.value(vertx.close(), PATIENCE);
            throw e;
        }
    }

    /** The same configuration with another way to the server, for waits below the configuration's smallest. */
    static DaemonConfig withLink(DaemonConfig config, UnaryOperator<DaemonConfig.ServerLink> change) {
        return new DaemonConfig(
                change.apply(config.server()),
                config.worktree(),
                config.process(),
                config.localDb(),
                config.logging(),
                config.repos(),
                config.api(),
                config.home(),
                config.shutdown(),
                config.lease(),
                config.loop(),
                config.agent(),
                config.spool(),
                config.temp(),
                config.admission());
    }

    /** The same configuration with quick pings and reconnects. */
    public static DaemonConfig quickLink(DaemonConfig config) {
        return withLink(config, DaemonHarness::quick);
    }

    /**
     * A link with quick pings and reconnects, that is not given up where a busy machine does nothing for seconds: on another
     * connection things are sent twice.
     */
    static DaemonConfig.ServerLink quick(DaemonConfig.ServerLink link) {
        return new DaemonConfig.ServerLink(
                link.url(),
                link.apiKey(),
                Duration.ofMillis(200),
                Duration.ofMillis(100),
                link.maxReconnectAttempts(),
                Duration.ofMillis(200),
                PATIENCE,
                link.maxFrameBytes());
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
                // Whatever else runs on the machine.
                .put("admission", new JsonObject().put("minFreeDiskBytes", 0).put("minFreeMemoryBytes", 0))
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

    /** What the daemon runs on. */
    public Vertx vertx() {
        return vertx;
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
        if (!vertx.deploymentIDs().contains(deployment)) {
            // Closed before.
            return;
        }
        Await.value(vertx.undeploy(deployment), Duration.ofSeconds(40));
        Await.value(vertx.close(), PATIENCE);
    }
}
