package dev.makima.daemon.command;

import dev.makima.base.TaskId;
import dev.makima.protocol.AnswerFrame;
import dev.makima.protocol.ApplyPatchToWorktree;
import dev.makima.protocol.BranchCreated;
import dev.makima.protocol.CheckMergeComplete;
import dev.makima.protocol.CheckTargetExists;
import dev.makima.protocol.CheckTargetExistsResult;
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
import java.util.Optional;

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
            case ReadRepoFile it -> Optional.of(RepoFileContent.failure(it.requestId(), it.filePath(), why));
            case TriggerReauth it -> Optional.of(ReauthStatus.failure(it.requestId(), why));
            case SubmitAuthCode it -> Optional.of(ReauthStatus.failure(it.requestId(), why));
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

    private static Optional<AnswerFrame> refusal(CommandFrame command, String why) {
        return Optional.ofNullable(
                switch (command) {
                    // A mergeResult with success=false is how a list of branches fails: branchList has no room for it.
                    case ListBranches it -> MergeResult.failure(it.taskId(), why);
                    case MergeStart it -> MergeResult.failure(it.taskId(), why);
                    case MergeStatus it -> MergeResult.failure(it.taskId(), why);
                    case MergeResolve it -> MergeResult.failure(it.taskId(), why);
                    case MergeCommit it -> MergeResult.failure(it.taskId(), why);
                    case MergeAbort it -> MergeResult.failure(it.taskId(), why);
                    case MergeSkip it -> MergeResult.failure(it.taskId(), why);
                    case CheckMergeComplete it -> MergeCompleteCheck.failure(it.taskId(), why);
                    case RetryCompletionAction it -> CompletionActionResult.failure(it.taskId(), why);
                    case CloneWorktree it -> CloneWorktreeResult.failure(it.taskId(), why, it.targetDir());
                    case CheckTargetExists it ->
                        it.requestId() == null
                                ? null
                                : CheckTargetExistsResult.failure(it.taskId(), it.targetDir(), why);
                    case CreateBranch it -> BranchCreated.failure(it.taskId(), it.branchName(), why);
                    case MergeTaskToTarget it -> MergeToTargetResult.failure(it.taskId(), why);
                    case CreatePR it -> PrCreated.failure(it.taskId(), why);
                    case GetTaskDiff it -> TaskDiff.failure(it.taskId(), why);
                    case GetWorktreeDiff it -> WorktreeDiffResult.failure(it.taskId(), why);
                    case GetWorktreeInfo it -> WorktreeInfoResult.failure(it.taskId(), why);
                    case CommitWorktree it -> WorktreeCommitResult.failure(it.taskId(), why);
                    case CreateCheckpoint it -> CheckpointCreated.failure(it.taskId(), it.message(), why);
                    case CreateExportPatch it -> ExportPatchCreated.failure(it.taskId(), why);
                    case CleanupWorktree it -> CleanupWorktreeResult.failure(it.taskId(), why);
                    case InheritGitConfig _ -> GitConfigInherited.failure(why);
                    case ApplyPatchToWorktree it ->
                        it.requestId() == null ? null : MergeResult.failure(it.targetTaskId(), why);
                    case SpawnTask _ -> null;
                });
    }
}
