package dev.makima.server.contracts;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.protocol.DaemonFrame;
import dev.makima.protocol.SupervisorState;
import dev.makima.server.core.Bus;
import dev.makima.server.core.News;
import dev.makima.server.core.Timings;
import dev.makima.server.store.Contract;
import dev.makima.server.store.Store;
import dev.makima.server.store.Task;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is done with contracts, by people, supervisors and events alike. All of it can be done again: whatever was
 * interrupted is found in the database at the next look. To be used on one event loop.
 */
public final class Contracts {
    /** A supervisor that completes its contract has so long to end its turn. */
    private static final Duration LAST_WORDS = Duration.ofMinutes(2);
    /** Who deletes a contract waits no longer for its daemons to be told. */
    private static final long TOLD_SECONDS = 5;
    /** Who waits for an answer asks for it again within so many ticks. */
    private static final int FETCHED_WITHIN = 5;

    private final Store store;
    private final Clock clock;
    private final Courier courier;
    private final Telling telling;
    private final Hearing hearing;
    private final Documents documents;
    private final OneAtATime rounds;
    private final OneAtATime history;

    /**
     * Contracts in that store.
     *
     * @param timings how long a daemon has for its answer, and how often is looked
     */
    public Contracts(Store store, Bus bus, News news, Timings timings, Clock clock) {
        this.store = store;
        this.clock = clock;
        this.courier = new Courier(store, bus, timings.answer(), clock);
        this.telling = new Telling(store, courier, clock);
        this.documents = new Documents(store, bus, timings.answer(), clock);
        PullRequestOutcome pullRequests = new PullRequestOutcome(store, telling, clock);
        Rounds found = new Rounds(
                store,
                new AutomaticPullRequest(store, bus, pullRequests, timings.answer(), clock),
                pullRequests,
                documents,
                new CleanUp(store, bus, news, clock),
                timings.tick().multipliedBy(FETCHED_WITHIN),
                clock);
        this.rounds = new OneAtATime("a look at the contracts", found::once);
        this.history = new OneAtATime("the history of tasks", this::noteTasks);
        this.hearing = new Hearing(store, telling, documents, pullRequests, this::look, clock);
    }

    private Future<Void> noteTasks() {
        return store.history()
                .noteTasks(clock.instant())
                .compose(more -> more ? noteTasks() : Future.succeededFuture());
    }

    /** Looks no more. */
    public void close() {
        rounds.close();
        history.close();
    }

    /** Something may have changed: a task has ended, a daemon is there, a time is over. */
    public void look() {
        history.run();
        rounds.run().onSuccess(_ -> courier.run());
    }

    /**
     * What a daemon says, after it was applied.
     *
     * @return completes when what follows from it is kept
     */
    public Future<Void> heard(UUID daemonId, DaemonFrame frame) {
        return hearing.heard(daemonId, frame);
    }

    /** The documents that get their text from repositories. */
    public Documents documents() {
        return documents;
    }

    /** A person or the supervisor has merged a task's work into that branch. */
    public Future<Void> mergedTo(Task task, @Nullable String branch) {
        String contractId = task.spec().contractId();
        return contractId == null || branch == null
                ? Future.succeededFuture()
                : store.contractWork().branch(UUID.fromString(contractId), branch, clock.instant());
    }

    /** Tells the supervisor of a contract what one of its members reports. */
    public Future<Void> report(Contract contract, Task member, String message) {
        return store.notes()
                .report(member.id(), message, clock.instant())
                .compose(_ -> telling.tell(contract, Notices.report(member, message), null));
    }

    /**
     * Goes to a phase, which has to be the next one, and says whether the contract was of that version. Fails with CONFLICT or
     * VALIDATION.
     */
    public Future<Boolean> advance(
            Contract contract, String phase, List<String> open, boolean byPerson, @Nullable Long version) {
        ContractType type = ContractType.of(contract.type());
        type.phase(phase);
        if (contract.completed()) {
            return Future.failedFuture(completed(contract));
        }
        Optional<String> next = type.next(contract.phase());
        if (next.isEmpty() || !next.get().equals(phase)) {
            String where =
                    "the contract is in the phase " + contract.phase() + ", so " + phase + " is not the next one";
            String what = next.map(one -> "Go on to " + one).orElse("It is the last one: complete the contract")
                    + (open.isEmpty() ? "" : ". Open are: " + String.join(", ", open));
            return Future.failedFuture(new MakimaException(ErrorCode.CONFLICT, where, what));
        }
        return store.contracts()
                .advance(contract.id(), contract.phase(), phase, by(byPerson), version, clock.instant())
                .compose(moved -> moved && byPerson
                        ? telling.tell(contract, Notices.phase(contract, phase), null)
                                .map(true)
                        : Future.succeededFuture(moved));
    }

    private static MakimaException completed(Contract contract) {
        return new MakimaException(
                ErrorCode.CONFLICT,
                "contract " + contract.id() + " is completed already",
                "Make another one for what is still to be done");
    }

    private static String by(boolean person) {
        return person ? "user" : "supervisor";
    }

    /**
     * Ends a contract: at once, or when the supervisor that does so has ended its turn. Says whether it was active and of that
     * version. Fails with CONFLICT.
     */
    public Future<Boolean> complete(Contract contract, boolean byPerson, @Nullable Long version) {
        if (contract.completed()) {
            return Future.failedFuture(completed(contract));
        }
        Contract.Counts counts = contract.counts();
        if (!byPerson && counts.running() > 0) {
            return Future.failedFuture(new MakimaException(
                    ErrorCode.CONFLICT,
                    counts.running() + " tasks of the contract still run",
                    "Wait for them (makima supervisor wait ID), then complete it"));
        }
        Instant now = clock.instant();
        return store.contractEnds()
                .complete(contract.id(), version, by(byPerson), byPerson ? now : now.plus(LAST_WORDS), now)
                .compose(done -> done
                        ? store.supervisors()
                                .is(contract.id(), SupervisorState.COMPLETED.wire(), now)
                                .map(true)
                                .onSuccess(_ -> look())
                        : Future.succeededFuture(false));
    }

    /**
     * Deletes a contract and cleans up after it: completes when the daemons that are connected were told, or after 5 s.
     *
     * @param discardUnmerged whether all branches go that its completion has left
     */
    public Future<Void> delete(Contract contract, boolean discardUnmerged) {
        return store.contractEnds()
                .delete(contract.id(), discardUnmerged, clock.instant())
                // By the rounds, which would else do it a second time. What could not be said by then is as soon as it
                // can be.
                .compose(_ -> rounds.run()
                        .compose(_ -> courier.run())
                        .timeout(TOLD_SECONDS, TimeUnit.SECONDS)
                        .otherwiseEmpty());
    }
}
