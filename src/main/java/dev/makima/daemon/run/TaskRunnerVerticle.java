package dev.makima.daemon.run;

import dev.makima.daemon.bus.Addresses;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The task runner: takes the server's commands and hands them to {@link Tasks}, whose runs live on a pool of blocking
 * workers.
 *
 * <p>A shell. The pool has platform threads on purpose: a run waits for processes and files for hours, and blocked
 * virtual threads would starve each other of carriers.
 */
public final class TaskRunnerVerticle extends VerticleBase {
    /** A run may take days: the check for blocked threads is not for these. */
    private static final Duration LONGEST_RUN = Duration.ofDays(3650);

    private final RunnerParts parts;
    private final Promise<Void> ended;
    private @Nullable Tasks tasks;

    /**
     * A task runner made of these parts.
     *
     * @param ended completed once no run works any more
     */
    public TaskRunnerVerticle(RunnerParts parts, Promise<Void> ended) {
        this.parts = parts;
        this.ended = ended;
    }

    @Override
    public Future<?> start() {
        WorkerExecutor pool = vertx.createSharedWorkerExecutor(
                "makima-run",
                parts.config().process().maxConcurrentTasks(),
                LONGEST_RUN.toNanos(),
                TimeUnit.NANOSECONDS);
        Tasks started = new Tasks(parts.services(vertx.eventBus()), vertx.eventBus(), pool);
        tasks = started;
        Addresses.COMMAND.consume(vertx.eventBus(), command -> started.obey(command.frame()));
        return started.recover();
    }

    @Override
    public Future<?> stop() {
        Future<?> quiet = tasks == null
                ? Future.succeededFuture()
                : tasks.close(parts.config().shutdown().agents());
        return quiet.onComplete(_ -> ended.tryComplete());
    }
}
