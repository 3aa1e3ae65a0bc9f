package dev.makima.daemon.task;

import dev.makima.daemon.bus.Addresses;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.lang.System.Logger.Level;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The task runner: takes the server's commands and hands them to {@link Tasks}, each of whose runs has a thread of its
 * own.
 *
 * <p>A shell. The threads are platform threads on purpose: a run waits for processes and files for hours, and blocked
 * virtual threads would starve each other of carriers. They are no worker pool either: its bound is that of new tasks,
 * while all that an earlier daemon left are taken over at once, and closing it would not wait for them.
 */
public final class TaskRunnerVerticle extends VerticleBase {
    private static final System.Logger LOG = System.getLogger(TaskRunnerVerticle.class.getName());

    private final RunnerParts parts;
    private final Promise<Void> ended;
    private static final long LEASES_EVERY_MILLIS = 250;

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
        Tasks started = new Tasks(parts.services(vertx.eventBus()), vertx.eventBus());
        tasks = started;
        Addresses.COMMAND.consume(vertx.eventBus(), started::obey);
        Addresses.END_TASK.answer(vertx.eventBus(), end -> started.end(end.taskId()));
        Addresses.STOP_TASK.answer(vertx.eventBus(), stop -> started.stop(stop.taskId()));
        Addresses.RELEASE_TASK.consume(vertx.eventBus(), release -> started.release(release.taskId()));
        Addresses.HOLD_TASK.answer(vertx.eventBus(), hold -> Future.succeededFuture(started.holdIdle(hold.taskId())));
        Addresses.TELL_ACTIVE.answer(vertx.eventBus(), _ -> {
            started.tellActive();
            return Future.succeededFuture(true);
        });
        Addresses.DRAIN.answer(vertx.eventBus(), _ -> {
            started.drain();
            return Future.succeededFuture(true);
        });
        Addresses.TASKS_STATUS.answer(
                vertx.eventBus(), _ -> vertx.executeBlocking(started::status).map(Objects::requireNonNull));
        vertx.setPeriodic(parts.timers().healthEvery().toMillis(), _ -> checkWorktrees(started));
        return started.recover().onSuccess(_ -> vertx.setPeriodic(LEASES_EVERY_MILLIS, _ -> started.lookAtLeases()));
    }

    private void checkWorktrees(Tasks started) {
        vertx.executeBlocking(() -> {
                    started.checkWorktrees();
                    return true;
                })
                .onFailure(e -> LOG.log(Level.WARNING, "the worktrees could not be checked", e));
    }

    @Override
    public Future<?> stop() {
        Future<?> quiet = tasks == null
                ? Future.succeededFuture()
                : tasks.close(parts.config().shutdown().agents());
        return quiet.onComplete(_ -> ended.tryComplete());
    }
}
