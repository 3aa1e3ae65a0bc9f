package dev.makima.server.contracts;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.TaskId;
import dev.makima.base.Text;
import dev.makima.protocol.CreatePR;
import dev.makima.server.core.Bus;
import dev.makima.server.store.Contract;
import dev.makima.server.store.DeliverableTable;
import dev.makima.server.store.RepositoryTable;
import dev.makima.server.store.Store;
import dev.makima.server.store.Task;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * The pull request that is made by itself when all tasks of a contract are done: once, whoever sees it first. To be used on
 * one event loop.
 */
final class AutomaticPullRequest {
    private static final System.Logger LOG = System.getLogger(AutomaticPullRequest.class.getName());

    private final Store store;
    private final Bus bus;
    private final PullRequestOutcome outcome;
    private final Duration within;
    private final Clock clock;

    AutomaticPullRequest(Store store, Bus bus, PullRequestOutcome outcome, Duration within, Clock clock) {
        this.store = store;
        this.bus = bus;
        this.outcome = outcome;
        this.within = within;
        this.clock = clock;
    }

    /** Who is to be asked for what. */
    record Order(Contract contract, UUID daemonId, CreatePR command) {}

    /** Takes the one chance, where it is time for it; what comes back has to be asked. */
    Future<Optional<Order>> claim(Contract contract) {
        if (contract.localOnly()
                || contract.completed()
                || contract.pullRequestState() != null
                || !contract.phase().equals("execute")
                || !contract.counts().allDone()) {
            return Future.succeededFuture(Optional.empty());
        }
        Future<Boolean> marked = store.deliverables()
                .marks(contract.id())
                .map(marks -> marks.getOrDefault(
                                Deliverable.PULL_REQUEST, DeliverableTable.Mark.none(Deliverable.PULL_REQUEST))
                        .done());
        Future<List<RepositoryTable.Repository>> repositories =
                store.repositories().list(contract.id());
        Future<Optional<Task>> supervisor = store.tasks().get(TaskId.of(contract.supervisorTaskId()));
        return Future.all(marked, repositories, supervisor).compose(_ -> {
            String daemonId = supervisor.result().map(Task::daemonId).orElse(null);
            boolean remote = repositories.result().stream().anyMatch(one -> one.url() != null);
            if (marked.result() || !remote || daemonId == null) {
                return Future.succeededFuture(Optional.empty());
            }
            CreatePR command = command(contract, supervisor.result().orElseThrow());
            Order order = new Order(contract, UUID.fromString(daemonId), command);
            return store.contractWork()
                    .claimPullRequest(contract.id(), String.valueOf(command.branch()), clock.instant())
                    .map(claimed -> claimed ? Optional.of(order) : Optional.empty());
        });
    }

    private static CreatePR command(Contract contract, Task supervisor) {
        String own = "makima/" + Text.sanitise(supervisor.name()) + "-"
                + supervisor.id().toString().substring(0, 8);
        return new CreatePR(
                supervisor.id(),
                contract.name(),
                contract.description(),
                Objects.requireNonNullElse(supervisor.spec().baseBranch(), "main"),
                Objects.requireNonNullElse(contract.branch(), own),
                null);
    }

    /** Asks; what comes of it is heard as an event of the daemon. Where it can't be asked the supervisor is told. */
    void ask(Order order) {
        bus.ask(order.daemonId(), order.command(), within).onFailure(failure -> {
            LOG.log(
                    System.Logger.Level.INFO,
                    "contract {0}: the pull request: {1}",
                    order.contract().id(),
                    failure.getMessage());
            if (failure instanceof MakimaException e && e.code() == ErrorCode.UNAVAILABLE) {
                outcome.failed(
                                order.contract(),
                                e.what() + ".",
                                "pull-request:" + order.contract().id())
                        .onFailure(lost -> LOG.log(System.Logger.Level.WARNING, "the supervisor is not told", lost));
            }
        });
    }
}
