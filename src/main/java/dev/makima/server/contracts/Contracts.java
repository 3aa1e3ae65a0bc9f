package dev.makima.server.contracts;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.TaskId;
import dev.makima.protocol.BranchCreated;
import dev.makima.protocol.DaemonFrame;
import dev.makima.protocol.EventFrame;
import dev.makima.protocol.InterruptTask;
import dev.makima.protocol.MergePatchToSupervisor;
import dev.makima.protocol.MergeToTargetResult;
import dev.makima.protocol.PrCreated;
import dev.makima.protocol.SupervisorHeartbeat;
import dev.makima.protocol.SupervisorState;
import dev.makima.protocol.TaskState;
import dev.makima.protocol.TaskStatusChange;
import dev.makima.server.core.Bus;
import dev.makima.server.core.News;
import dev.makima.server.core.Timings;
import dev.makima.server.store.Contract;
import dev.makima.server.store.Store;
import dev.makima.server.store.SupervisorTable;
import dev.makima.server.store.Task;
import dev.makima.server.store.TaskCommandTable;
import dev.makima.server.store.TaskCommandTable.Saying;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What happens with contracts: what daemons say is turned into what supervisors are told, and what is over is cleaned up.
 * All of it can be done again: whatever was interrupted is found in the database at the next look. To be used on one event
 * loop.
 */
public final class Contracts {
    private static final System.Logger LOG = System.getLogger(Contracts.class.getName());
    /** A supervisor that completes its contract has so long to end its turn. */
    private static final Duration LAST_WORDS = Duration.ofMinutes(2);
    /** Who waits for an answer asks for it again within so many ticks. */
    private static final int FETCHED_WITHIN = 5;

    private final Store store;
    private final Bus bus;
    private final News news;
    private final Clock clock;
    private final Courier courier;
    private final AutomaticPullRequest pullRequests;
    private final Duration fetchedWithin;
    private boolean looking;
    private boolean again;
    private boolean closed;

    /**
     * Contracts in that store.
     *
     * @param timings how long a daemon has for its answer, and how often is looked
     */
    public Contracts(Store store, Bus bus, News news, Timings timings, Clock clock) {
        Duration within = timings.answer();
        this.fetchedWithin = timings.tick().multipliedBy(FETCHED_WITHIN);
        this.store = store;
        this.bus = bus;
        this.news = news;
        this.clock = clock;
        this.courier = new Courier(store, bus, within, clock);
        this.pullRequests = new AutomaticPullRequest(store, bus, within, clock);
    }

    /** Looks no more. */
    public void close() {
        closed = true;
    }

    /** Something may have changed: a task has ended, a daemon is there, a time is over. */
    public void look() {
        if (closed) {
            return;
        }
        if (looking) {
            again = true;
            return;
        }
        looking = true;
        again = false;
        ends().compose(_ -> answers())
                .compose(_ -> store.contracts().toStop(clock.instant()))
                .compose(ids -> each(ids, this::cleanUp))
                .onComplete(done -> {
                    looking = false;
                    if (closed) {
                        return;
                    }
                    if (done.failed()) {
                        // The tick comes back to it.
                        LOG.log(System.Logger.Level.WARNING, "contracts could not be looked at", done.cause());
                        return;
                    }
                    courier.run();
                    if (again) {
                        look();
                    }
                });
    }

    /**
     * What a daemon says, after it was applied.
     *
     * @return completes when what follows from it is kept
     */
    public Future<Void> heard(UUID daemonId, DaemonFrame frame) {
        return switch (frame) {
            case TaskStatusChange it when it.newStatus() == TaskState.RUNNING -> runs(it.taskId());
            case SupervisorHeartbeat it -> beat(daemonId, it);
            case PrCreated it -> pullRequest(daemonId, it);
            case BranchCreated it -> branch(it);
            case MergeToTargetResult it -> merged(daemonId, it);
            case MergePatchToSupervisor it -> patch(daemonId, it);
            case DaemonFrame _ -> Future.succeededFuture();
        };
    }

    private Future<Void> ends() {
        return store.taskCommands().untoldEnds().compose(ends -> each(ends, this::ended));
    }

    private Future<Void> ended(TaskCommandTable.End end) {
        return store.tasks().get(end.taskId()).compose(found -> {
            if (found.isEmpty()) {
                return Future.succeededFuture();
            }
            Task task = found.get();
            return store.contracts().get(end.contractId()).compose(contract -> {
                if (contract.isEmpty() || contract.get().completed()) {
                    return store.taskCommands()
                            .ended(end.taskId(), null, "", clock.instant())
                            .mapEmpty();
                }
                return pullRequests.claim(contract.get()).compose(asked -> {
                    String text = asked.isPresent() ? Notices.endedWithPullRequest(task) : Notices.ended(task);
                    TaskId supervisor = TaskId.of(contract.get().supervisorTaskId());
                    return store.taskCommands()
                            .ended(end.taskId(), supervisor, text, clock.instant())
                            .onSuccess(_ -> asked.ifPresent(pullRequests::ask))
                            .mapEmpty();
                });
            });
        });
    }

    private Future<Void> answers() {
        return store.questions()
                .untold(clock.instant().minus(fetchedWithin))
                .compose(untold -> each(
                        untold,
                        asked -> store.questions()
                                .fetched(asked.id())
                                .compose(first -> first
                                        ? store.taskCommands()
                                                .add(
                                                        asked.taskId(),
                                                        new Saying.Message(Notices.answered(asked)),
                                                        "answer:" + asked.id(),
                                                        clock.instant())
                                                .mapEmpty()
                                        : Future.succeededFuture())));
    }

    private Future<Void> runs(TaskId taskId) {
        return led(
                taskId,
                contract -> store.tasks()
                        .get(taskId)
                        .compose(task -> store.supervisors()
                                .runs(
                                        contract.id(),
                                        taskId,
                                        task.map(Task::fence).orElse(0L),
                                        clock.instant())
                                .compose(start -> start == SupervisorTable.Start.AGAIN
                                        ? store.questions()
                                                .open(contract.id(), clock.instant())
                                                .compose(open -> tell(taskId, Notices.startedAgain(open), null))
                                        : Future.succeededFuture())));
    }

    private Future<Void> beat(UUID daemonId, SupervisorHeartbeat beat) {
        Instant now = clock.instant();
        return store.supervisors()
                .says(daemonId, beat.taskId(), beat.state().wire(), beat.currentActivity(), now)
                .compose(_ -> beat.state() == SupervisorState.IDLE
                        // It has ended its turn, so it need not be waited for.
                        ? led(
                                beat.taskId(),
                                contract -> contract.completed()
                                        ? store.contracts()
                                                .stopBy(contract.id(), now)
                                                .onSuccess(_ -> look())
                                                .mapEmpty()
                                        : Future.succeededFuture())
                        : Future.succeededFuture());
    }

    private Future<Void> pullRequest(UUID daemonId, PrCreated made) {
        return led(made.taskId(), contract -> {
            String url = made.success() ? made.prUrl() : null;
            String text =
                    url == null ? Notices.pullRequestFailed(made.message()) : Notices.pullRequestMade(contract, url);
            return store.contracts()
                    .pullRequest(contract.id(), url, clock.instant())
                    .compose(_ -> url == null
                            ? Future.succeededFuture()
                            : store.deliverables().mark(contract.id(), Deliverable.PULL_REQUEST, true, clock.instant()))
                    .compose(_ -> tell(made.taskId(), text, cause(daemonId, made)));
        });
    }

    private Future<Void> branch(BranchCreated made) {
        TaskId taskId = made.taskId();
        return taskId == null || !made.success()
                ? Future.succeededFuture()
                : led(taskId, contract -> store.contracts().branch(contract.id(), made.branchName(), clock.instant()));
    }

    /** A person or the supervisor has merged a task's work into that branch. */
    public Future<Void> mergedTo(Task task, @Nullable String branch) {
        String contractId = task.spec().contractId();
        return contractId == null || branch == null
                ? Future.succeededFuture()
                : store.contracts().branch(UUID.fromString(contractId), branch, clock.instant());
    }

    private Future<Void> merged(UUID daemonId, MergeToTargetResult result) {
        if (!result.success()) {
            return Future.succeededFuture();
        }
        return member(
                result.taskId(),
                (task, contract) -> tell(
                        TaskId.of(contract.supervisorTaskId()),
                        Notices.merged(task, !contract.localOnly() && contract.pullRequestUrl() == null),
                        cause(daemonId, result)));
    }

    private Future<Void> patch(UUID daemonId, MergePatchToSupervisor patch) {
        return store.taskCommands().supervisorOf(patch.taskId()).compose(supervisor -> {
            if (supervisor.filter(patch.supervisorTaskId()::equals).isEmpty()) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "the change of task {0} is for task {1}, which does not lead it: it is dropped",
                        patch.taskId(),
                        patch.supervisorTaskId());
                return Future.succeededFuture();
            }
            return store.taskCommands()
                    .add(
                            supervisor.get(),
                            new Saying.Patch(patch.taskId(), patch.patchData(), patch.baseSha()),
                            cause(daemonId, patch),
                            clock.instant())
                    .onSuccess(_ -> look())
                    .mapEmpty();
        });
    }

    /** Tells the supervisor of a contract what one of its members reports. */
    public Future<Void> report(Contract contract, Task member, String message) {
        return store.notes()
                .report(member.id(), message, clock.instant())
                .compose(_ -> tell(TaskId.of(contract.supervisorTaskId()), Notices.report(member, message), null));
    }

    /** Goes to a phase, which has to be the next one. Fails with CONFLICT or VALIDATION. */
    public Future<Void> advance(
            Contract contract, String phase, List<String> open, boolean byPerson, @Nullable Long version) {
        ContractType type = ContractType.of(contract.type());
        type.phase(phase);
        Optional<String> next = type.next(contract.phase());
        if (contract.completed() || next.isEmpty() || !next.get().equals(phase)) {
            String where = contract.completed()
                    ? "the contract is completed"
                    : "the contract is in the phase " + contract.phase() + ", so " + phase + " is not the next one";
            String what = next.map(one -> "Go on to " + one).orElse("It is the last one: complete the contract")
                    + (open.isEmpty() ? "" : ". Open are: " + String.join(", ", open));
            return Future.failedFuture(new MakimaException(ErrorCode.CONFLICT, where, what));
        }
        return store.contracts()
                .advance(
                        contract.id(),
                        contract.phase(),
                        phase,
                        byPerson ? "user" : "supervisor",
                        version,
                        clock.instant())
                .compose(moved -> moved ? Future.succeededFuture() : changedMeanwhile(contract))
                .compose(_ -> byPerson
                        ? tell(TaskId.of(contract.supervisorTaskId()), Notices.phase(contract, phase), null)
                        : Future.succeededFuture());
    }

    /** Ends a contract: at once, or when the supervisor that does so has ended its turn. Fails with CONFLICT. */
    public Future<Void> complete(Contract contract, boolean byPerson, @Nullable Long version) {
        Contract.Counts counts = contract.counts();
        if (!byPerson && counts.running() > 0) {
            return Future.failedFuture(new MakimaException(
                    ErrorCode.CONFLICT,
                    counts.running() + " tasks of the contract still run",
                    "Wait for them (makima supervisor wait ID), then complete it"));
        }
        Instant now = clock.instant();
        return store.contracts()
                .complete(contract.id(), version, byPerson ? now : now.plus(LAST_WORDS), now)
                .compose(done -> done ? Future.succeededFuture() : changedMeanwhile(contract))
                .compose(_ -> store.supervisors().is(contract.id(), SupervisorState.COMPLETED.wire(), now))
                .onSuccess(_ -> look());
    }

    /** Deletes a contract and cleans up after it. */
    public Future<Void> delete(Contract contract) {
        return store.contracts()
                .delete(contract.id(), clock.instant())
                .compose(_ -> cleanUp(contract.id()))
                .onSuccess(_ -> courier.run());
    }

    private static Future<Void> changedMeanwhile(Contract contract) {
        return Future.failedFuture(new MakimaException(
                ErrorCode.CONFLICT,
                "contract " + contract.id() + " was changed or completed by somebody else",
                "Read it again and decide anew"));
    }

    /**
     * Stops what still runs, and lets every daemon that has a task of it remove what that leaves. The branches of one that was
     * completed go only where a pull request has taken the work elsewhere: they may be all that there is of it.
     */
    private Future<Void> cleanUp(UUID contractId) {
        return store.contracts()
                .over(contractId)
                .map(Optional::orElseThrow)
                .compose(contract -> store.tasks()
                        .ofContract(contract.ownerId(), contractId)
                        .compose(tasks -> {
                            boolean branches = contract.deleted()
                                    || tasks.stream()
                                            .anyMatch(task -> task.result().prUrl() != null);
                            return each(tasks, task -> cleanUp(contractId, task, new Saying.Cleanup(branches)));
                        })
                        .compose(_ -> store.contracts().stopped(contractId)));
    }

    private Future<Void> cleanUp(UUID contractId, Task task, Saying.Cleanup cleanup) {
        boolean over = task.ended() || (task.status() == TaskState.PENDING && !task.queued());
        Future<Void> stopped = over
                ? Future.succeededFuture()
                : store.tasks()
                        .stop(task.ownerId(), task.id(), clock.instant())
                        .compose(stop -> interrupt(stop.daemonId(), task.id()));
        return stopped.compose(_ -> store.taskCommands().drop(task.id()))
                .compose(_ -> task.daemonId() == null
                        ? Future.succeededFuture(false)
                        : store.taskCommands()
                                .add(
                                        task.id(),
                                        cleanup,
                                        "cleanup:" + contractId + ":" + task.id() + ":" + task.fence(),
                                        clock.instant()))
                .onSuccess(_ -> news.tell(task.id()))
                .mapEmpty();
    }

    /** A daemon that can't be told now is told when it comes back, since it is written down. */
    private Future<Void> interrupt(@Nullable UUID daemonId, TaskId id) {
        return daemonId == null
                ? Future.succeededFuture()
                : bus.send(daemonId, new InterruptTask(id, true)).otherwise(failure -> {
                    LOG.log(System.Logger.Level.INFO, "task {0} is stopped later: {1}", id, failure.getMessage());
                    return null;
                });
    }

    private Future<Void> tell(TaskId supervisor, String text, @Nullable String cause) {
        return store.taskCommands()
                .add(supervisor, new Saying.Message(text), cause, clock.instant())
                .onSuccess(_ -> courier.run())
                .mapEmpty();
    }

    private static @Nullable String cause(UUID daemonId, EventFrame frame) {
        return frame.eventId() == null ? null : "event:" + daemonId + ":" + frame.eventId();
    }

    private Future<Void> led(TaskId taskId, Function<Contract, Future<Void>> then) {
        return store.contracts()
                .ledBy(taskId)
                .compose(contract -> contract.map(then).orElse(Future.succeededFuture()));
    }

    private interface ForMember {
        Future<Void> of(Task task, Contract contract);
    }

    private Future<Void> member(TaskId taskId, ForMember then) {
        return store.tasks().get(taskId).compose(task -> {
            String contractId = task.map(found -> found.spec().contractId()).orElse(null);
            if (task.isEmpty() || contractId == null || task.get().spec().isSupervisor()) {
                return Future.succeededFuture();
            }
            return store.contracts()
                    .get(UUID.fromString(contractId))
                    .compose(contract -> contract.isEmpty() || contract.get().completed()
                            ? Future.succeededFuture()
                            : then.of(task.get(), contract.get()));
        });
    }

    private static <T> Future<Void> each(List<T> list, Function<T, Future<Void>> work) {
        Future<Void> all = Future.succeededFuture();
        for (T one : list) {
            all = all.compose(_ -> work.apply(one));
        }
        return all;
    }
}
