package dev.makima.daemon.link;

import dev.makima.daemon.bus.Addresses;
import dev.makima.daemon.bus.TellActive;
import dev.makima.process.Tailer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The daemon's one connection to its server. A shell around {@link Link}. */
public final class LinkVerticle extends VerticleBase {
    private final LinkSettings settings;
    private final Tailer tailer;
    private final RandomGenerator random;
    private final Promise<Void> ended = Promise.promise();
    private final Future<?> quiet;
    private final Promise<Void> gone;
    private @Nullable Link link;

    /**
     * A link that has not been opened.
     *
     * @param tailer the one reader of all spools
     * @param random spreads the reconnects of many daemons
     * @param quiet completes when nobody has anything to send any more: the link does not close before
     * @param gone completed when the link is closed
     */
    public LinkVerticle(
            LinkSettings settings, Tailer tailer, RandomGenerator random, Future<?> quiet, Promise<Void> gone) {
        this.quiet = quiet;
        this.gone = gone;
        this.settings = settings;
        this.tailer = tailer;
        this.random = random;
    }

    /**
     * Fails with the reason when the link gives up for good: the key was refused before it ever worked, or the
     * configured number of attempts is used up. It never succeeds.
     */
    public Future<Void> ended() {
        return ended.future();
    }

    @Override
    public Future<?> start() {
        Link opened = new Link(vertx, settings, tailer, random, ended);
        link = opened;
        Addresses.OUTBOX_GREW.consume(vertx.eventBus(), _ -> opened.outboxGrew());
        Addresses.PASSING_FRAME.consume(vertx.eventBus(), passing -> opened.pass(passing.frame()));
        Addresses.ANSWER.answer(vertx.eventBus(), passing -> opened.answer(passing.frame()));
        Addresses.ACTIVE_TASKS.consume(vertx.eventBus(), opened::activeTasks);
        Addresses.RUN_OPENED.consume(vertx.eventBus(), opened::runOpened);
        Addresses.LINK_STATUS.answer(vertx.eventBus(), _ -> opened.status());
        // The first heartbeat is to name the tasks that were taken over before this link was there to hear of them.
        return Addresses.TELL_ACTIVE.request(vertx.eventBus(), new TellActive()).onSuccess(_ -> opened.connect());
    }

    @Override
    public Future<?> stop() {
        @Nullable Link opened = link;
        if (opened == null) {
            return Future.succeededFuture();
        }
        Promise<Void> closed = Promise.promise();
        // Whoever completes it does so on a thread of his own, and the link belongs to this one.
        quiet.onComplete(_ -> context.runOnContext(_ -> opened.close().onComplete(_ -> closed.complete())));
        return closed.future().onComplete(_ -> gone.tryComplete());
    }
}
