package dev.makima.daemon.command;

import dev.makima.base.TaskId;
import dev.makima.protocol.AnswerFrame;
import dev.makima.protocol.ApplyPatchToWorktree;
import dev.makima.protocol.BranchCreated;
import dev.makima.protocol.CheckMergeComplete;
import dev.makima.protocol.CheckTargetExists;
import dev.makima.protocol.CheckpointCreated;
import dev.makima.protocol.CleanupWorktree;
import dev.makima.protocol.CleanupWorktreeResult;
import dev.makima.protocol.CloneWorktree;
import dev.makima.protocol.CloneWorktreeResult;
import dev.makima.protocol.CommandFrame;
import dev.makima.protocol.CommitWorktree;
import dev.makima.protocol.CompletionActionResult;
import dev.makima.protocol.CreateBranch;
import dev.makima.protocol.CreateCheckpoint;
import dev.makima.protocol.CreateExportPatch;
import dev.makima.protocol.CreatePR;
import dev.makima.protocol.DaemonFrame;
import dev.makima.protocol.ExportPatchCreated;
import dev.makima.protocol.GetTaskDiff;
import dev.makima.protocol.GetWorktreeDiff;
import dev.makima.protocol.GetWorktreeInfo;
import dev.makima.protocol.GitConfigInherited;
import dev.makima.protocol.InheritGitConfig;
import dev.makima.protocol.ListBranches;
import dev.makima.protocol.MergeAbort;
import dev.makima.protocol.MergeCommit;
import dev.makima.protocol.MergeCompleteCheck;
import dev.makima.protocol.MergeResolve;
import dev.makima.protocol.MergeResult;
import dev.makima.protocol.MergeSkip;
import dev.makima.protocol.MergeStart;
import dev.makima.protocol.MergeStatus;
import dev.makima.protocol.MergeTaskToTarget;
import dev.makima.protocol.MergeToTargetResult;
import dev.makima.protocol.PrCreated;
import dev.makima.protocol.ReadRepoFile;
import dev.makima.protocol.ReauthState;
import dev.makima.protocol.ReauthStatus;
import dev.makima.protocol.RepoFileContent;
import dev.makima.protocol.RetryCompletionAction;
import dev.makima.protocol.ServerFrame;
import dev.makima.protocol.SpawnTask;
import dev.makima.protocol.SubmitAuthCode;
import dev.makima.protocol.TaskDiff;
import dev.makima.protocol.TaskFrame;
import dev.makima.protocol.TaskOutput;
import dev.makima.protocol.TriggerReauth;
import dev.makima.protocol.WorktreeCommitResult;
import dev.makima.protocol.WorktreeDiffResult;
import dev.makima.protocol.WorktreeInfoResult;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What a command that failed is answered by: its own answer type with success=false and the reason, so that whoever asked
 * is not left waiting. Pure.
 */
final class FailureAnswers {
    private FailureAnswers() {}

    /**
     * The answer, with the command's request id; a line on the command's task where it has no answer type that could say
     * no; nothing to what wants no answer.
     *
     * @param why a sentence without a full stop
     */
    static Optional<DaemonFrame> answer(ServerFrame frame, String why) {
        return switch (frame) {
            case CommandFrame command ->
                refusal(command, why)
                        .<DaemonFrame>map(answer -> answer.withRequestId(command.requestId()))
                        .or(() -> task(command).map(task -> new TaskOutput(task, line(command, why), false)));
            case ReadRepoFile it -> Optional.of(new RepoFileContent(it.requestId(), it.filePath(), null, false, why));
            case TriggerReauth it -> Optional.of(noLogin(it.requestId(), why));
            case SubmitAuthCode it -> Optional.of(noLogin(it.requestId(), why));
            case ServerFrame _ -> Optional.empty();
        };
    }

    private static Optional<TaskId> task(CommandFrame command) {
        return switch (command) {
            case ApplyPatchToWorktree it -> Optional.of(it.targetTaskId());
            case TaskFrame about -> Optional.of(about.taskId());
            case CommandFrame _ -> Optional.empty();
        };
    }

    private static String line(CommandFrame command, String why) {
        return "The command " + command.getClass().getSimpleName() + " failed: " + why + ".";
    }

    private static ReauthStatus noLogin(UUID requestId, String why) {
        return new ReauthStatus(requestId, ReauthState.FAILED, null, why, false);
    }

    private static Optional<AnswerFrame> refusal(CommandFrame command, String why) {
        return Optional.ofNullable(
                switch (command) {
                    // A mergeResult with success=false is how a list of branches fails: branchList has no room for it.
                    case ListBranches it -> merge(it.taskId(), why);
                    case MergeStart it -> merge(it.taskId(), why);
                    case MergeStatus it -> merge(it.taskId(), why);
                    case MergeResolve it -> merge(it.taskId(), why);
                    case MergeCommit it -> merge(it.taskId(), why);
                    case MergeAbort it -> merge(it.taskId(), why);
                    case MergeSkip it -> merge(it.taskId(), why);
                    case CheckMergeComplete it -> new MergeCompleteCheck(it.taskId(), false, List.of(why), 0, 0, null);
                    case RetryCompletionAction it -> CompletionActionResult.failure(it.taskId(), why);
                    case CloneWorktree it ->
                        new CloneWorktreeResult(it.taskId(), false, why, it.targetDir(), null, null);
                    case CheckTargetExists it -> null;
                    case CreateBranch it ->
                        new BranchCreated(it.taskId(), it.branchName(), false, why, why, null, null);
                    case MergeTaskToTarget it ->
                        new MergeToTargetResult(it.taskId(), false, why, null, null, null, null);
                    case CreatePR it -> new PrCreated(it.taskId(), false, why, null, null, null, null);
                    case GetTaskDiff it -> new TaskDiff(it.taskId(), false, null, why, null);
                    case GetWorktreeDiff it -> new WorktreeDiffResult(it.taskId(), false, null, why, null);
                    case GetWorktreeInfo it ->
                        new WorktreeInfoResult(it.taskId(), false, null, false, 0, 0, 0, null, null, null, why, null);
                    case CommitWorktree it -> new WorktreeCommitResult(it.taskId(), false, null, why, null, null);
                    case CreateCheckpoint it -> checkpoint(it.taskId(), it.message(), why);
                    case CreateExportPatch it ->
                        new ExportPatchCreated(it.taskId(), false, null, null, null, null, null, why, null);
                    case CleanupWorktree it -> new CleanupWorktreeResult(it.taskId(), false, why, null, null);
                    case InheritGitConfig _ -> new GitConfigInherited(false, null, null, why, null, null);
                    case ApplyPatchToWorktree it -> it.requestId() == null ? null : merge(it.targetTaskId(), why);
                    case SpawnTask _ -> null;
                });
    }

    private static MergeResult merge(TaskId taskId, String why) {
        return new MergeResult(taskId, false, why, null, null, null, null);
    }

    private static CheckpointCreated checkpoint(TaskId taskId, String message, String why) {
        return new CheckpointCreated(
                taskId, false, null, null, null, null, null, null, why, message, null, null, null, null, null, null);
    }
}
