package dev.makima.server.daemons;

import dev.makima.base.PassingTrouble;
import dev.makima.base.TaskId;
import dev.makima.protocol.InterruptTask;
import dev.makima.protocol.SpawnRefused;
import dev.makima.protocol.SpawnTask;
import dev.makima.protocol.SpawnTaskBuilder;
import dev.makima.server.core.Bus;
import dev.makima.server.core.News;
import dev.makima.server.core.Timings;
import dev.makima.server.store.Baggage;
import dev.makima.server.store.DispatchTable;
import dev.makima.server.store.Store;
import dev.makima.server.store.Task;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Hands waiting tasks to the daemons of this node that have room. It runs whenever something may have changed (a task
 * was started or has ended, a daemon is ready), once more where that happened while it ran, and at every tick.
 *
 * <p>To be used on one event loop.
 */
public final class Dispatcher {
    private static final System.Logger LOG = System.getLogger(Dispatcher.class.getName());
    /** A daemon that refuses a task is not asked again for so long, unless others are worse. */
    private static final Duration REST = Duration.ofSeconds(3);

    private final Vertx vertx;
    private final Store store;
    private final Bus bus;
    private final News news;
    private final DaemonRegistry registry;
    private final Duration lease;
    private final Timings timings;
    private final Clock clock;
    private final Map<UUID, Instant> resting = new HashMap<>();
    private boolean running;
    private boolean again;

    /**
     * A dispatcher for the daemons in the registry.
     *
     * @param lease how long a task is a daemon's without news
     */
    public Dispatcher(
            Vertx vertx,
            Store store,
            Bus bus,
            News news,
            DaemonRegistry registry,
            Duration lease,
            Timings timings,
            Clock clock) {
        this.vertx = vertx;
        this.store = store;
        this.bus = bus;
        this.news = news;
        this.registry = registry;
        this.lease = lease;
        this.timings = timings;
        this.clock = clock;
    }

    /** Says why tasks wait although there is room, where some do from the start on. */
    public void begin() {
        store.dispatch()
                .awaited()
                .onSuccess(names -> {
                    if (!names.isEmpty()) {
                        Duration patience = DispatchTable.patience(lease, timings.leaseMargin());
                        LOG.log(
                                System.Logger.Level.INFO,
                                "tasks from before this start wait until the daemons are back that were connected then,"
                                        + " {0} s at most: {1}",
                                Long.toString(patience.toSeconds()),
                                String.join(", ", names));
                    }
                })
                .onFailure(
                        failure -> LOG.log(System.Logger.Level.DEBUG, "nothing is known of earlier daemons", failure));
    }

    /** Looks for tasks to hand over, soon. */
    public void kick() {
        if (running) {
            again = true;
            return;
        }
        running = true;
        again = false;
        round().onComplete(done -> {
            running = false;
            if (done.failed()) {
                // The tick comes back to it.
                LOG.log(
                        PassingTrouble.level(System.Logger.Level.WARNING, done.cause()),
                        "tasks could not be handed over",
                        done.cause());
            } else if (again) {
                kick();
            }
        });
    }

    /** The daemon has refused a task: it is left alone for a while. */
    void rest(UUID daemonId) {
        rest(daemonId, REST);
    }

    private void rest(UUID daemonId, Duration time) {
        resting.put(daemonId, clock.instant().plus(time));
        vertx.setTimer(time.toMillis() + 50, timer -> kick());
    }

    /** The daemon has connected anew: what it was short of before may be there now. */
    void connected(UUID daemonId) {
        resting.remove(daemonId);
    }

    /** The daemon says why it has refused a task: it is left alone for as long as that may take. */
    void refused(UUID daemonId, SpawnRefused refusal) {
        switch (refusal.reason()) {
            // What a disk or a memory is short of does not come back in a moment.
            case SpawnRefused.DISK, SpawnRefused.MEMORY -> rest(daemonId, timings.shortage());
            default -> rest(daemonId); // a String from outside
        }
        if (!refusal.reason().equals(SpawnRefused.ACTIVE)) {
            registry.refused(daemonId, refusal.reason(), refusal.message(), clock.instant());
        }
    }

    /** The daemon has a task in hand. */
    void accepted(UUID daemonId) {
        registry.accepted(daemonId);
    }

    private Future<Void> round() {
        Instant now = clock.instant();
        resting.values().removeIf(until -> !until.isAfter(now));
        var ready = new HashSet<>(registry.ready());
        ready.removeAll(resting.keySet());
        if (ready.isEmpty()) {
            return Future.succeededFuture();
        }
        return store.dispatch()
                .claim(ready, registry.heard(), lease, timings.leaseMargin(), now)
                .compose(claims -> {
                    List<Future<?>> sent = new ArrayList<>();
                    claims.forEach(claim -> sent.add(hand(claim)));
                    return Future.join(sent).mapEmpty();
                });
    }

    private Future<Void> hand(DispatchTable.Claim claim) {
        news.tell(claim.taskId());
        return store.tasks()
                .get(claim.taskId())
                .compose(task -> spawn(task.orElseThrow(), claim))
                .compose(spawn -> bus.send(claim.daemonId(), spawn))
                .map(true)
                .recover(failure -> {
                    LOG.log(
                            System.Logger.Level.INFO,
                            "task {0} goes back to the queue: {1}",
                            claim.taskId(),
                            failure.getMessage());
                    return store.dispatch()
                            .putBack(claim.taskId(), claim.fence(), Duration.ofSeconds(1), clock.instant())
                            .onComplete(done -> news.tell(claim.taskId()))
                            .map(false);
                })
                .compose(sent -> sent ? stopIfWanted(claim) : Future.succeededFuture());
    }

    /**
     * A stop that came while the task was on its way may have been told before the daemon knew the task. The daemon has it
     * from here on: where this fails it is not put back, or two would have it.
     */
    private Future<Void> stopIfWanted(DispatchTable.Claim claim) {
        return store.tasks()
                .get(claim.taskId())
                .compose(task -> {
                    boolean wanted = task.isPresent() && task.get().stopRequested();
                    return wanted
                            ? bus.send(claim.daemonId(), new InterruptTask(claim.taskId(), true))
                            : Future.<Void>succeededFuture();
                })
                .recover(failure -> {
                    LOG.log(
                            System.Logger.Level.WARNING,
                            "task {0} was handed over; whether it is to be stopped was not told: {1}",
                            claim.taskId(),
                            failure.getMessage());
                    return Future.succeededFuture();
                });
    }

    private Future<SpawnTask> spawn(Task task, DispatchTable.Claim claim) {
        Future<Baggage> baggage = task.resumeSession() || task.spec().continueFromTaskId() != null
                ? store.baggage().of(claim.taskId(), claim.fence(), task.resumeSession())
                : Future.succeededFuture(Baggage.NONE);
        boolean top = task.spec().depth() == 0 && !task.spec().isSupervisor();
        Future<Boolean> orchestrates = top ? store.tasks().hasSubtasks(task.id()) : Future.succeededFuture(false);
        Future<Membership> membership = Membership.of(store, task, claim.daemonId());
        return Future.all(baggage, orchestrates, membership).map(_ -> {
            Baggage taken = baggage.result();
            SpawnTaskBuilder spawn = spawn(task, orchestrates.result())
                    .fence(claim.fence())
                    .leaseSecs(lease.toSeconds())
                    .patchData(taken.patchData())
                    .patchBaseSha(taken.patchBaseSha())
                    .patchFence(taken.patchFence())
                    .conversationHistory(taken.conversation().isEmpty() ? null : taken.conversation());
            return membership.result().addTo(spawn, task).build();
        });
    }

    private static SpawnTaskBuilder spawn(Task task, boolean isOrchestrator) {
        Task.Spec spec = task.spec();
        return SpawnTask.builder(task.id(), task.name(), Objects.requireNonNull(task.plan()))
                .repoUrl(spec.repositoryUrl())
                .baseBranch(spec.baseBranch())
                .targetBranch(spec.targetBranch())
                .targetRepoPath(spec.targetRepoPath())
                .completionAction(spec.completionAction())
                .parentTaskId(id(spec.parentTaskId()))
                .continueFromTaskId(id(spec.continueFromTaskId()))
                .contractId(spec.contractId() == null ? null : UUID.fromString(spec.contractId()))
                .copyFiles(spec.copyFiles().isEmpty() ? null : spec.copyFiles())
                .depth(spec.depth())
                .isOrchestrator(isOrchestrator)
                .resumeSession(task.resumeSession())
                .agent(spec.agent())
                .model(spec.model())
                .timeoutSecs(spec.timeoutSecs())
                .maxCostUsd(
                        spec.maxCostMicros() == null
                                ? null
                                : BigDecimal.valueOf(spec.maxCostMicros(), 6).stripTrailingZeros())
                .autonomousLoop(spec.autonomousLoop())
                .localOnly(spec.localOnly())
                .autoMergeLocal(spec.autoMergeLocal());
    }

    private static @Nullable TaskId id(@Nullable String text) {
        return text == null ? null : TaskId.of(text);
    }
}
