package dev.makima.server.contracts;

import dev.makima.protocol.PrCreated;
import dev.makima.server.store.Contract;
import dev.makima.server.store.Store;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What becomes of a contract's pull request: kept, and told to its supervisor with what to do next. To be used on one event loop. */
final class PullRequestOutcome {
    /** Pushing a large branch takes its time; after so long the supervisor had better look itself. */
    private static final Duration UNHEARD_AFTER = Duration.ofMinutes(10);

    private final Store store;
    private final Telling telling;
    private final Clock clock;

    PullRequestOutcome(Store store, Telling telling, Clock clock) {
        this.store = store;
        this.telling = telling;
        this.clock = clock;
    }

    /** The supervisor's daemon says what came of it. */
    Future<Void> heard(Contract contract, PrCreated made, @Nullable String cause) {
        String url = made.success() ? made.prUrl() : null;
        if (url == null) {
            return failed(contract, made.message(), cause);
        }
        Instant now = clock.instant();
        return store.contractWork()
                .pullRequest(contract.id(), url, made.message(), now)
                .compose(_ -> store.deliverables().mark(contract.id(), Deliverable.PULL_REQUEST, true, null, now))
                .compose(_ -> telling.tell(contract, Notices.pullRequestMade(contract, url), cause));
    }

    /** There is none. What members have done and nobody has merged is named, since a branch without it is empty. */
    Future<Void> failed(Contract contract, String message, @Nullable String cause) {
        return store.contractWork()
                .pullRequest(contract.id(), null, message, clock.instant())
                .compose(_ -> Members.unmerged(store, contract))
                .compose(unmerged ->
                        telling.tell(contract, Notices.pullRequestFailed(contract, message, unmerged), cause));
    }

    /** Those of which nothing was heard since they were asked for: their daemon, or this server, has ended in between. */
    Future<Void> giveUpUnheard() {
        return store.contractWork()
                .unheardPullRequests(clock.instant().minus(UNHEARD_AFTER))
                .compose(ids -> Telling.each(
                        ids,
                        id -> store.contracts()
                                .get(id)
                                .compose(found -> found.isEmpty() || found.get().completed()
                                        ? Future.succeededFuture()
                                        : failed(
                                                found.get(),
                                                "nothing was heard of it.",
                                                "pull-request-unheard:" + id))));
    }
}
