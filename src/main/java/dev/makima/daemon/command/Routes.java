package dev.makima.daemon.command;

import dev.makima.base.TaskId;
import dev.makima.daemon.agent.AgentLogin;
import dev.makima.daemon.lease.Leases;
import dev.makima.daemon.store.StoreClient;
import dev.makima.protocol.ApplyPatchToWorktree;
import dev.makima.protocol.CheckMergeComplete;
import dev.makima.protocol.CheckTargetExists;
import dev.makima.protocol.CleanupWorktree;
import dev.makima.protocol.CloneWorktree;
import dev.makima.protocol.CommitWorktree;
import dev.makima.protocol.CreateBranch;
import dev.makima.protocol.CreateCheckpoint;
import dev.makima.protocol.CreateExportPatch;
import dev.makima.protocol.CreatePR;
import dev.makima.protocol.GetTaskDiff;
import dev.makima.protocol.GetWorktreeDiff;
import dev.makima.protocol.GetWorktreeInfo;
import dev.makima.protocol.InheritGitConfig;
import dev.makima.protocol.ListBranches;
import dev.makima.protocol.MergeAbort;
import dev.makima.protocol.MergeCommit;
import dev.makima.protocol.MergeResolve;
import dev.makima.protocol.MergeSkip;
import dev.makima.protocol.MergeStart;
import dev.makima.protocol.MergeStatus;
import dev.makima.protocol.MergeTaskToTarget;
import dev.makima.protocol.ReadRepoFile;
import dev.makima.protocol.RetryCompletionAction;
import dev.makima.protocol.ServerFrame;
import dev.makima.protocol.SubmitAuthCode;
import dev.makima.protocol.TriggerReauth;
import io.vertx.core.eventbus.EventBus;
import java.util.Optional;

/** Which class carries out which command, in which lane. */
final class Routes {
    private static final String IDENTITY_LANE = "identity";
    private static final String LOGIN_LANE = "login";

    private final ReadCommands reads;
    private final MergeCommands merges;
    private final ChangeCommands changes;
    private final TargetCommands targets;
    private final CheckpointTurn checkpointTurn;
    private final CleanupCommand cleanup;
    private final IdentityCommand identity;
    private final Leases leases;
    private final AgentLogin login;

    Routes(CommandParts parts, EventBus bus) {
        StoreClient store = new StoreClient(bus);
        TaskPlaces places = new TaskPlaces(store, parts.git().worktrees());
        this.leases = parts.leases();
        this.login = parts.login();
        this.reads = new ReadCommands(places, parts.git());
        this.merges = new MergeCommands(places, store, parts.git());
        this.changes = new ChangeCommands(places, parts.git());
        this.targets = new TargetCommands(places, parts);
        this.cleanup = new CleanupCommand(places, parts.git(), parts.temporary(), parts.steps(), bus);
        this.checkpointTurn = new CheckpointTurn(places, parts.checkpoints());
        this.identity = new IdentityCommand(parts.git(), store, parts.workingDirectory());
    }

    /** What is to be done before the first command. Blocking. */
    void prepare() throws InterruptedException {
        identity.takeUp();
    }

    /** Ends what would outlive the last command. */
    void close() {
        login.close();
    }

    /** How to carry the command out; empty for one that this daemon cannot do. */
    Optional<Order> order(ServerFrame command) {
        return switch (command) {
            case GetTaskDiff it -> Optional.of(Order.reading(it.taskId(), () -> reads.taskDiff(it)));
            case GetWorktreeDiff it -> Optional.of(Order.reading(it.taskId(), () -> reads.worktreeDiff(it)));
            case GetWorktreeInfo it -> Optional.of(Order.reading(it.taskId(), () -> reads.worktreeInfo(it)));
            case CreateExportPatch it -> Optional.of(Order.reading(it.taskId(), () -> reads.exportPatch(it)));
            case CheckTargetExists it -> Optional.of(Order.reading(it.taskId(), () -> reads.targetExists(it)));
            case ReadRepoFile it -> Optional.of(Order.readingAlone(it.requestId(), () -> reads.repositoryFile(it)));
            case CommitWorktree it -> Optional.of(Order.changing(it.taskId(), () -> changes.commit(it)));
            case CreateBranch it -> Optional.of(Order.changing(it.taskId(), () -> changes.createBranch(it)));
            case CloneWorktree it -> Optional.of(Order.changing(it.taskId(), () -> changes.cloneWorktree(it)));
            case ApplyPatchToWorktree it ->
                Optional.of(Order.changing(it.targetTaskId(), () -> changes.applyPatch(it)));
            case MergeTaskToTarget it -> irreversible(it.taskId(), () -> targets.mergeToTarget(it));
            case CreatePR it -> irreversible(it.taskId(), () -> targets.createPullRequest(it));
            case RetryCompletionAction it -> irreversible(it.taskId(), () -> targets.retryCompletion(it));
            case CreateCheckpoint it ->
                Optional.of(Order.changing(it.taskId(), () -> targets.checkpoint(it))
                        .within(whole -> checkpointTurn.take(it.taskId(), whole)));
            case CleanupWorktree it -> Optional.of(Order.changing(it.taskId(), () -> cleanup.cleanup(it)));
            case InheritGitConfig it -> Optional.of(Order.changing(IDENTITY_LANE, () -> identity.inherit(it)));
            case TriggerReauth it ->
                Optional.of(Order.readingAlone(LOGIN_LANE, () -> Reply.of(login.begin(it.requestId()))));
            case SubmitAuthCode it ->
                Optional.of(Order.readingAlone(LOGIN_LANE, () -> Reply.of(login.code(it.requestId(), it.code()))));
            case ServerFrame other -> mergeOrder(other);
        };
    }

    /** Checked after it as well: what came to an end too late is not told as done. */
    private Optional<Order> irreversible(TaskId taskId, Order.Step step) {
        return Optional.of(Order.changing(taskId, () -> {
            leases.require(taskId);
            Reply reply = step.run();
            leases.require(taskId);
            return reply;
        }));
    }

    private Optional<Order> mergeOrder(ServerFrame command) {
        return switch (command) {
            case ListBranches it -> Optional.of(Order.reading(it.taskId(), () -> merges.branches(it)));
            case MergeStatus it -> Optional.of(Order.reading(it.taskId(), () -> merges.status(it)));
            case CheckMergeComplete it -> Optional.of(Order.reading(it.taskId(), () -> merges.complete(it)));
            case MergeStart it -> Optional.of(Order.changing(it.taskId(), () -> merges.start(it)));
            case MergeResolve it -> Optional.of(Order.changing(it.taskId(), () -> merges.resolve(it)));
            case MergeCommit it -> Optional.of(Order.changing(it.taskId(), () -> merges.commit(it)));
            case MergeAbort it -> Optional.of(Order.changing(it.taskId(), () -> merges.abort(it)));
            case MergeSkip it -> Optional.of(Order.changing(it.taskId(), () -> merges.skip(it)));
            case ServerFrame _ -> Optional.empty();
        };
    }
}
