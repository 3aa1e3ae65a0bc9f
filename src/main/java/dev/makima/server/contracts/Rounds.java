package dev.makima.server.contracts;

import dev.makima.base.TaskId;
import dev.makima.server.store.Contract;
import dev.makima.server.store.QuestionTable;
import dev.makima.server.store.Store;
import dev.makima.server.store.Task;
import dev.makima.server.store.TaskCommandTable;
import dev.makima.server.store.TaskCommandTable.Saying;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;

/**
 * What follows from how the database is by now: members that have ended, answers that nobody fetches, contracts that are
 * over. Whatever was interrupted is found by the next round. To be used on one event loop.
 */
final class Rounds {
    private final Store store;
    private final AutomaticPullRequest automatic;
    private final PullRequestOutcome pullRequests;
    private final Documents documents;
    private final CleanUp cleanUp;
    private final Duration fetchedWithin;
    private final Clock clock;

    /**
     * Rounds on that store.
     *
     * @param fetchedWithin after which time an answer that was not fetched is told
     */
    Rounds(
            Store store,
            AutomaticPullRequest automatic,
            PullRequestOutcome pullRequests,
            Documents documents,
            CleanUp cleanUp,
            Duration fetchedWithin,
            Clock clock) {
        this.store = store;
        this.automatic = automatic;
        this.pullRequests = pullRequests;
        this.documents = documents;
        this.cleanUp = cleanUp;
        this.fetchedWithin = fetchedWithin;
        this.clock = clock;
    }

    /** One round. */
    Future<Void> once() {
        return store.taskCommands()
                .untoldEnds()
                .compose(ends -> Telling.each(ends, this::ended))
                .compose(_ -> answers())
                .compose(_ -> pullRequests.giveUpUnheard())
                .compose(_ -> documents.giveUpUnheard())
                .compose(_ -> store.contractEnds().toStop(clock.instant()))
                .compose(ids -> Telling.each(ids, cleanUp::of));
    }

    private Future<Void> ended(TaskCommandTable.End end) {
        return store.tasks()
                .get(end.taskId())
                .compose(found -> found.isEmpty()
                        ? Future.succeededFuture()
                        : store.contracts()
                                .get(end.contractId())
                                .compose(contract -> contract.filter(one -> !one.completed())
                                        .map(one -> ended(found.get(), one))
                                        // There is nobody to be told any more.
                                        .orElseGet(() -> store.taskCommands()
                                                .ended(end.taskId(), null, "", clock.instant())
                                                .mapEmpty())));
    }

    private Future<Void> ended(Task task, Contract contract) {
        return automatic.claim(contract).compose(asked -> {
            String text = asked.isPresent() ? Notices.endedWithPullRequest(task) : Notices.ended(task);
            TaskId supervisor = TaskId.of(contract.supervisorTaskId());
            return store.taskCommands()
                    .ended(task.id(), supervisor, text, clock.instant())
                    .onSuccess(_ -> asked.ifPresent(automatic::ask))
                    .mapEmpty();
        });
    }

    private Future<Void> answers() {
        return store.questions()
                .untold(clock.instant().minus(fetchedWithin))
                .compose(untold -> Telling.each(untold, this::answered));
    }

    private Future<Void> answered(QuestionTable.Asked asked) {
        return store.questions()
                .fetched(asked.id())
                .compose(first -> first
                        ? store.taskCommands()
                                .add(
                                        asked.taskId(),
                                        new Saying.Message(Notices.answered(asked)),
                                        "answer:" + asked.id(),
                                        clock.instant())
                                .mapEmpty()
                        : Future.succeededFuture());
    }
}
