package dev.makima.server.contracts;

import dev.makima.base.TaskId;
import dev.makima.protocol.BranchCreated;
import dev.makima.protocol.DaemonFrame;
import dev.makima.protocol.MergePatchToSupervisor;
import dev.makima.protocol.MergeToTargetResult;
import dev.makima.protocol.PrCreated;
import dev.makima.protocol.RepoFileContent;
import dev.makima.protocol.SupervisorHeartbeat;
import dev.makima.protocol.SupervisorState;
import dev.makima.protocol.TaskState;
import dev.makima.protocol.TaskStatusChange;
import dev.makima.server.store.Contract;
import dev.makima.server.store.Store;
import dev.makima.server.store.SupervisorTable;
import dev.makima.server.store.Task;
import dev.makima.server.store.TaskCommandTable.Saying;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;

/** What daemons say, as far as contracts are concerned: kept, and told to supervisors. To be used on one event loop. */
final class Hearing {
    private static final System.Logger LOG = System.getLogger(Hearing.class.getName());

    private final Store store;
    private final Telling telling;
    private final Documents documents;
    private final PullRequestOutcome pullRequests;
    private final Runnable look;
    private final Clock clock;

    /**
     * Hears what daemons say.
     *
     * @param look what to do where something follows that is found in the database
     */
    Hearing(
            Store store,
            Telling telling,
            Documents documents,
            PullRequestOutcome pullRequests,
            Runnable look,
            Clock clock) {
        this.store = store;
        this.telling = telling;
        this.documents = documents;
        this.pullRequests = pullRequests;
        this.look = look;
        this.clock = clock;
    }

    /** Completes when what follows from it is kept. */
    Future<Void> heard(UUID daemonId, DaemonFrame frame) {
        return switch (frame) {
            case TaskStatusChange it
            when it.newStatus() == TaskState.RUNNING -> telling.led(daemonId, it.taskId(), this::runs);
            case SupervisorHeartbeat it -> beat(daemonId, it);
            case PrCreated it ->
                telling.led(
                        daemonId,
                        it.taskId(),
                        (_, contract) -> pullRequests.heard(contract, it, Telling.cause(daemonId, it)));
            case BranchCreated it -> branch(daemonId, it);
            case MergeToTargetResult it
            when it.success() ->
                telling.member(daemonId, it.taskId(), (task, contract) -> merged(daemonId, it, task, contract));
            case MergePatchToSupervisor it -> patch(daemonId, it);
            case RepoFileContent it -> documents.heard(daemonId, it);
            case DaemonFrame _ -> Future.succeededFuture();
        };
    }

    /** At the first time its state is made, at a later one it is found again: the open questions are told once more. */
    private Future<Void> runs(Task task, Contract contract) {
        return store.supervisors()
                .runs(contract.id(), task.id(), task.fence(), clock.instant())
                .compose(start -> start == SupervisorTable.Start.AGAIN
                        ? store.questions()
                                .open(contract.id(), clock.instant())
                                .compose(open -> telling.tell(contract, Notices.startedAgain(open), null))
                        : Future.succeededFuture());
    }

    private Future<Void> beat(UUID daemonId, SupervisorHeartbeat beat) {
        Instant now = clock.instant();
        return store.supervisors()
                .says(daemonId, beat.taskId(), beat.state().wire(), beat.currentActivity(), now)
                .compose(_ -> beat.state() == SupervisorState.IDLE
                        // It has ended its turn, so it need not be waited for.
                        ? telling.led(
                                daemonId,
                                beat.taskId(),
                                (_, contract) -> contract.completed()
                                        ? store.contractEnds()
                                                .stopBy(contract.id(), now)
                                                .onSuccess(_ -> look.run())
                                                .mapEmpty()
                                        : Future.succeededFuture())
                        : Future.succeededFuture());
    }

    private Future<Void> branch(UUID daemonId, BranchCreated made) {
        TaskId taskId = made.taskId();
        return taskId == null || !made.success()
                ? Future.succeededFuture()
                : telling.led(
                        daemonId,
                        taskId,
                        (_, contract) ->
                                store.contractWork().branch(contract.id(), made.branchName(), clock.instant()));
    }

    private Future<Void> merged(UUID daemonId, MergeToTargetResult result, Task task, Contract contract) {
        boolean needsPullRequest = !contract.localOnly() && contract.pullRequestUrl() == null;
        return store.contractWork()
                .merged(task.id(), clock.instant())
                .compose(_ -> telling.tell(
                        contract, Notices.merged(task, needsPullRequest), Telling.cause(daemonId, result)));
    }

    private Future<Void> patch(UUID daemonId, MergePatchToSupervisor patch) {
        return telling.member(daemonId, patch.taskId(), (task, contract) -> {
            if (!contract.supervisorTaskId().equals(patch.supervisorTaskId().toString())) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "the change of task {0} is for task {1}, which does not lead it: it is dropped",
                        patch.taskId(),
                        patch.supervisorTaskId());
                return Future.succeededFuture();
            }
            return store.taskCommands()
                    .add(
                            patch.supervisorTaskId(),
                            new Saying.Patch(task.id(), patch.patchData(), patch.baseSha()),
                            Telling.cause(daemonId, patch),
                            clock.instant())
                    .onSuccess(_ -> look.run())
                    .mapEmpty();
        });
    }
}
