package dev.makima.server;

import dev.makima.base.PassingTrouble;
import dev.makima.config.ServerConfig;
import dev.makima.server.core.Timings;
import dev.makima.server.daemons.TaskEvents;
import dev.makima.server.output.EntryWriter;
import dev.makima.server.store.Store;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;

/**
 * What is looked at from time to time: tasks whose daemon stays away, streams that nobody ends, tasks that wait. Each is
 * one conditional statement, so that several servers may do it. To be used on one event loop.
 */
final class Upkeep {
    private static final System.Logger LOG = System.getLogger(Upkeep.class.getName());

    /** How late a look may be on a busy machine; leases are honoured for longer than this. */
    private static final Duration STANDSTILL = Duration.ofSeconds(15);

    private final Store store;
    private final ServerConfig.Tasks limits;
    private final Timings timings;
    private final TaskEvents events;
    private final EntryWriter entries;
    private final Clock clock;
    private final ClockWatch watch;
    private boolean running;
    private boolean closed;
    private boolean missed;

    Upkeep(
            Store store,
            ServerConfig.Tasks limits,
            Timings timings,
            TaskEvents events,
            EntryWriter entries,
            Clock clock) {
        this.store = store;
        this.limits = limits;
        this.timings = timings;
        this.events = events;
        this.entries = entries;
        this.clock = clock;
        this.watch = new ClockWatch(clock, System::nanoTime, timings.tick().plus(STANDSTILL));
    }

    /** No further rounds; what the one under way finds is left to the next start. */
    void close() {
        closed = true;
    }

    /** One round, unless the last one is still under way. */
    void run() {
        if (running || closed) {
            return;
        }
        running = true;
        leasesHold()
                .compose(_ -> store.nodes().live(clock.instant()))
                .compose(_ -> store.handOvers()
                        .expire(limits.grace(), timings.leaseMargin(), limits.maxRetries(), clock.instant()))
                .compose(lost -> {
                    lost.forEach(events::changed);
                    return store.output().closeOld(clock.instant().minus(timings.settle()));
                })
                .onComplete(done -> {
                    running = false;
                    if (closed) {
                        return;
                    }
                    if (done.failed()) {
                        missed = true;
                        LOG.log(
                                PassingTrouble.level(System.Logger.Level.WARNING, done.cause()),
                                "upkeep failed, it is tried again",
                                done.cause());
                        return;
                    }
                    done.result().forEach(stream -> {
                        entries.wake(stream.id());
                        events.changed(stream.taskId());
                    });
                    events.dispatch();
                });
    }

    /** Where time went on without us, or the database took nothing, no daemon could renew a lease: they count from now on. */
    private Future<?> leasesHold() {
        if (watch.jumped()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the clock was set, or this server stood still: all leases are renewed");
            missed = true;
        }
        return missed
                ? store.handOvers().renewAll(clock.instant()).onSuccess(_ -> missed = false)
                : Future.succeededFuture();
    }
}
