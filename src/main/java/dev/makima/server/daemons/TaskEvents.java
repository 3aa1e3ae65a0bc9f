package dev.makima.server.daemons;

import dev.makima.base.TaskId;
import dev.makima.protocol.AuthenticationRequired;
import dev.makima.protocol.CheckpointCreated;
import dev.makima.protocol.CompletionActionResult;
import dev.makima.protocol.DaemonFrame;
import dev.makima.protocol.EventFrame;
import dev.makima.protocol.FencedFrame;
import dev.makima.protocol.SpawnRefused;
import dev.makima.protocol.TaskComplete;
import dev.makima.protocol.TaskOutput;
import dev.makima.protocol.TaskProgress;
import dev.makima.protocol.TaskRecoveryDetected;
import dev.makima.protocol.TaskState;
import dev.makima.protocol.TaskStatusChange;
import dev.makima.protocol.WireCodes;
import dev.makima.server.contracts.Contracts;
import dev.makima.server.core.News;
import dev.makima.server.output.EntryWriter;
import dev.makima.server.store.Store;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.UUID;

/** Applies what daemons say about tasks, and tells who waits for it. To be used on one event loop. */
public final class TaskEvents {
    private static final System.Logger LOG = System.getLogger(TaskEvents.class.getName());

    private final Store store;
    private final News news;
    private final Dispatcher dispatcher;
    private final EntryWriter entries;
    private final int maxRetries;
    private final Clock clock;
    private final CommandResults results;
    private final Contracts contracts;

    /**
     * Events for that store.
     *
     * @param contracts hear what follows
     * @param maxRetries how often a task is retried that was lost through no fault of its own
     */
    public TaskEvents(
            Store store,
            News news,
            Dispatcher dispatcher,
            EntryWriter entries,
            Contracts contracts,
            int maxRetries,
            Clock clock) {
        this.contracts = contracts;
        this.store = store;
        this.news = news;
        this.dispatcher = dispatcher;
        this.entries = entries;
        this.maxRetries = maxRetries;
        this.clock = clock;
        this.results = new CommandResults(store, clock);
    }

    /** Tells that a task has changed, by which a daemon may have room now. */
    public void changed(TaskId taskId) {
        news.tell(taskId);
        // Its streams may be closed now, which makes entries of their last lines.
        entries.wake(taskId);
        dispatcher.kick();
        contracts.look();
    }

    /** Looks for tasks to hand over, and for what waits with contracts. */
    public void dispatch() {
        dispatcher.kick();
        contracts.look();
    }

    /**
     * Applies a frame; one that is not about the state of a task changes nothing.
     *
     * @return completes once it is committed, in the order of the calls; fails with {@link EventRefused} where never
     */
    Future<Void> apply(UUID daemonId, DaemonFrame frame) {
        TaskId taskId = frame instanceof FencedFrame about ? about.taskId() : null;
        boolean isEvent = frame instanceof EventFrame event && event.eventId() != null;
        long fence = frame instanceof FencedFrame about && about.fence() != null ? about.fence() : 0;
        if (taskId == null || (fence == 0 && !isEvent)) {
            return applyAndHear(daemonId, frame);
        }
        // Asked before, not in the same transaction: a fence only grows, and each change asks for it once more.
        return store.handOvers().hearing(taskId, fence).compose(hearing -> switch (hearing) {
            case PRESENT -> applyAndHear(daemonId, frame);
            case DELETED -> Future.succeededFuture();
            case OLD ->
                Future.failedFuture(new EventRefused(
                        WireCodes.FENCED, "task " + taskId + " was handed over again since hand-over " + fence));
            case UNKNOWN ->
                isEvent
                        ? Future.failedFuture(new EventRefused(WireCodes.NOT_FOUND, "there is no task " + taskId))
                        : Future.succeededFuture();
        });
    }

    private Future<Void> applyAndHear(UUID daemonId, DaemonFrame frame) {
        return applyNow(daemonId, frame).compose(_ -> contracts.heard(daemonId, frame));
    }

    private Future<Void> applyNow(UUID daemonId, DaemonFrame frame) {
        return switch (frame) {
            case TaskStatusChange change -> {
                if (change.newStatus() == TaskState.STARTING) {
                    dispatcher.accepted(daemonId);
                }
                yield told(change.taskId(), store.events().statusChanged(daemonId, change, clock.instant()));
            }
            case TaskProgress progress ->
                told(progress.taskId(), store.events().progress(daemonId, progress, clock.instant()));
            case TaskComplete complete -> {
                if (isLimit(complete)) {
                    dispatcher.rest(daemonId);
                }
                yield told(complete.taskId(), store.events().completed(daemonId, complete, clock.instant()));
            }
            case TaskRecoveryDetected recovery ->
                told(recovery.taskId(), store.events().recovered(daemonId, recovery, maxRetries, clock.instant()));
            case CompletionActionResult result ->
                told(result.taskId(), store.events().completionResult(daemonId, result, clock.instant()));
            case CheckpointCreated checkpoint ->
                told(checkpoint.taskId(), store.notes().checkpoint(daemonId, checkpoint, clock.instant()));
            case TaskOutput line -> told(line.taskId(), store.notes().line(daemonId, line, clock.instant()));
            case SpawnRefused refusal -> {
                LOG.log(
                        System.Logger.Level.INFO,
                        "daemon {0} refuses task {1}: {2}",
                        daemonId,
                        refusal.taskId(),
                        refusal.reason());
                dispatcher.refused(daemonId, refusal);
                yield told(refusal.taskId(), store.events().refused(daemonId, refusal, clock.instant()));
            }
            case AuthenticationRequired required -> {
                LOG.log(System.Logger.Level.WARNING, "daemon {0}: the agent has to log in again", daemonId);
                TaskId taskId = required.taskId();
                yield taskId == null
                        ? Future.succeededFuture()
                        : told(taskId, store.notes().loginNeeded(daemonId, taskId, required, clock.instant()));
            }
            case DaemonFrame other ->
                results.apply(daemonId, other).map(changed -> {
                    changed.ifPresent(this::changed);
                    return null;
                });
        };
    }

    private Future<Void> told(TaskId taskId, Future<Boolean> applied) {
        return applied.map(changed -> {
            if (changed) {
                changed(taskId);
            }
            return null;
        });
    }

    private static boolean isLimit(TaskComplete frame) {
        return WireCodes.CONCURRENCY_LIMIT.equals(frame.code())
                || WireCodes.CONTRACT_CONCURRENCY_LIMIT.equals(frame.code());
    }
}
