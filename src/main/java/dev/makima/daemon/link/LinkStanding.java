package dev.makima.daemon.link;

import dev.makima.base.StreamName;
import dev.makima.daemon.bus.LinkStatus;
import dev.makima.daemon.bus.RunOutput;
import dev.makima.daemon.store.StoreClient;
import dev.makima.daemon.store.StoreRequest;
import dev.makima.process.RunSpool;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How the connection is, for people. Used on the link's context. */
final class LinkStanding {
    private final Vertx vertx;
    private final LinkSettings settings;
    private final StoreClient store;
    private boolean connected;
    private Instant since = Instant.now();
    private @Nullable String reason;
    private @Nullable Instant nextAttempt;

    LinkStanding(Vertx vertx, LinkSettings settings, StoreClient store) {
        this.vertx = vertx;
        this.settings = settings;
        this.store = store;
    }

    /** There is a connection. */
    void connected() {
        connected = true;
        since = Instant.now();
        reason = null;
        nextAttempt = null;
    }

    /** The connection is lost. */
    void lost(String why) {
        connected = false;
        since = Instant.now();
        reason = why;
    }

    /** An attempt failed. */
    void failed(String why) {
        reason = why;
        nextAttempt = null;
    }

    /** It is tried again after that. */
    void again(Duration after) {
        nextAttempt = Instant.now().plus(after);
    }

    /** All of it, and how much output is still to be sent. */
    Future<LinkStatus> told() {
        return store.ask(new StoreRequest.OpenRuns())
                .compose(runs -> vertx.executeBlocking(() -> unacknowledged(runs)))
                .map(Objects::requireNonNull)
                .map(bytes -> new LinkStatus(
                        settings.server().url().toString(), connected, since, reason, nextAttempt, bytes));
    }

    private long unacknowledged(List<RunOutput> runs) {
        long sum = 0;
        for (RunOutput run : runs) {
            Path spool = RunSpool.path(settings.spoolRoot(), run.taskId(), run.runId());
            for (StreamName stream : StreamName.values()) {
                long there = RunSpool.file(spool, stream).toFile().length();
                sum += Math.max(0, there - run.delivered().getOrDefault(stream, 0L));
            }
        }
        return sum;
    }
}
