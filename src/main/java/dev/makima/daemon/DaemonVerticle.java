package dev.makima.daemon;

import dev.makima.config.ConfigLoader;
import dev.makima.config.DaemonConfig;
import dev.makima.config.Environment;
import dev.makima.config.Flags;
import dev.makima.daemon.bus.Addresses;
import dev.makima.daemon.bus.DaemonEnd;
import dev.makima.daemon.bus.DaemonEnded;
import dev.makima.daemon.bus.LocalCodec;
import dev.makima.daemon.checkpoint.CheckpointVerticle;
import dev.makima.daemon.command.CommandVerticle;
import dev.makima.daemon.control.ControlVerticle;
import dev.makima.daemon.link.LinkVerticle;
import dev.makima.daemon.store.StoreVerticle;
import dev.makima.daemon.task.TaskRunnerVerticle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The daemon as one deployable thing: takes its state directory, opens the store, and deploys the checkpoints, the
 * commands, the task runner and the link.
 *
 * <p>Deployed by name it takes its configuration tree from the deployment, below the environment's variables. The
 * deployment is complete when everything has started; the server need not have been reached by then.
 */
public final class DaemonVerticle extends VerticleBase {
    private final Environment environment;
    private final @Nullable DaemonConfig given;
    private final DaemonTimers timers;
    private final Promise<DaemonEnd> ended = Promise.promise();
    private final boolean draining;
    private volatile @Nullable DaemonParts parts;

    /** A daemon configured by its deployment, for launchers that deploy by name. */
    public DaemonVerticle() {
        this.environment = Environment.system();
        this.given = null;
        this.timers = DaemonTimers.DEFAULT;
        this.draining = false;
    }

    /** A daemon with this configuration and environment. */
    public DaemonVerticle(DaemonConfig config, Environment environment) {
        this(config, environment, DaemonTimers.DEFAULT, false);
    }

    DaemonVerticle(DaemonConfig config, Environment environment, DaemonTimers timers) {
        this(config, environment, timers, false);
    }

    DaemonVerticle(DaemonConfig config, Environment environment, DaemonTimers timers, boolean draining) {
        this.environment = environment;
        this.given = config;
        this.timers = timers;
        this.draining = draining;
    }

    /** A daemon that goes on with what an earlier one left, takes nothing new, and ends with the last of it. */
    public static DaemonVerticle draining(DaemonConfig config, Environment environment) {
        return new DaemonVerticle(config, environment, DaemonTimers.DEFAULT, true);
    }

    /**
     * Completes when this daemon is to go; undeploying it is up to whoever deployed it. Succeeds when the server asks for
     * a restart, from when on no new task is taken, or when it was to drain and has nothing left to do. Fails when the daemon can do nothing more, with what to tell people:
     * its key was refused before it ever worked, or the server could not be reached in the configured number of attempts.
     */
    public Future<DaemonEnd> ended() {
        return ended.future();
    }

    /** The {@link #ended} of a daemon that is deployed there by its name, where nobody holds the verticle itself. */
    public static Future<DaemonEnd> endedIn(Vertx vertx) {
        Promise<DaemonEnd> over = Promise.promise();
        Addresses.ENDED.consume(vertx.eventBus(), end -> {
            if (end.failure() == null) {
                over.tryComplete(end.end());
            } else {
                over.tryFail(end.failure());
            }
        });
        return over.future();
    }

    @Override
    public Future<?> start() {
        LocalCodec.register(vertx);
        Addresses.RESTART.consume(vertx.eventBus(), _ -> ended.tryComplete(DaemonEnd.RESTART));
        Addresses.DRAINED.consume(vertx.eventBus(), _ -> ended.tryComplete(DaemonEnd.DRAINED));
        ended.future()
                .onComplete(
                        end -> Addresses.ENDED.publish(vertx.eventBus(), new DaemonEnded(end.result(), end.cause())));
        DaemonConfig config = given == null ? configured() : given;
        return vertx.executeBlocking(() -> {
                    DaemonParts opened = DaemonParts.open(config, environment, timers);
                    parts = opened;
                    return opened;
                })
                .compose(opened -> deploy(Objects.requireNonNull(opened)))
                .recover(cause -> closeParts().transform(_ -> Future.failedFuture(cause)));
    }

    private Future<?> deploy(DaemonParts opened) {
        // Vert.x undeploys all at once. The runs and commands end first, then the link, which has their last words to
        // send, and the store when nobody asks it any more.
        Promise<Void> runsEnded = Promise.promise();
        Promise<Void> commandsEnded = Promise.promise();
        Future<?> quiet = Future.join(runsEnded.future(), commandsEnded.future());
        Promise<Void> linkClosed = Promise.promise();
        Promise<Void> checkpointsEnded = Promise.promise();
        Future<?> unused = Future.join(quiet, linkClosed.future(), checkpointsEnded.future());
        // Before the runner, whose first word on the active tasks it has to hear.
        CheckpointVerticle checkpoints = opened.checkpoints(checkpointsEnded);
        LinkVerticle link = new LinkVerticle(opened.link(), opened.tailer(), opened.random(), quiet, linkClosed);
        link.ended().onFailure(ended::tryFail);
        return vertx.deployVerticle(new StoreVerticle(opened.database(), opened.clock(), opened.outboxFiles(), unused))
                .compose(_ -> vertx.deployVerticle(checkpoints))
                .compose(_ -> vertx.deployVerticle(new CommandVerticle(opened.commands(), commandsEnded)))
                .compose(_ -> vertx.deployVerticle(new TaskRunnerVerticle(opened.runner(), runsEnded)))
                .compose(_ -> vertx.deployVerticle(opened.upkeep()))
                // Before the link: one that drains from its start on is not to be given a task first.
                .compose(_ -> vertx.deployVerticle(new ControlVerticle(opened.control(draining), unused)))
                .compose(_ -> vertx.deployVerticle(link))
                .onFailure(_ -> {
                    linkClosed.tryComplete();
                    commandsEnded.tryComplete();
                    runsEnded.tryComplete();
                    checkpointsEnded.tryComplete();
                });
    }

    private DaemonConfig configured() {
        return ConfigLoader.daemonFromTree(config(), Flags.none(), environment, Path.of(""))
                .config();
    }

    /** Closes what the parts hold: Vert.x has undeployed the inner verticles by now. */
    @Override
    public Future<?> stop() {
        return closeParts();
    }

    private Future<?> closeParts() {
        @Nullable DaemonParts opened = parts;
        return opened == null
                ? Future.succeededFuture()
                : vertx.executeBlocking(() -> {
                    opened.close();
                    return opened;
                });
    }
}
