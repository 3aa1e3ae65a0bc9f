package dev.makima.server.daemons;

import dev.makima.base.TaskId;
import dev.makima.protocol.ApplyPatchToWorktree;
import dev.makima.protocol.BranchCreated;
import dev.makima.protocol.BranchList;
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
import dev.makima.protocol.EventFrame;
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
import dev.makima.protocol.MergeStatusResponse;
import dev.makima.protocol.MergeTaskToTarget;
import dev.makima.protocol.MergeToTargetResult;
import dev.makima.protocol.PrCreated;
import dev.makima.protocol.ReadRepoFile;
import dev.makima.protocol.RepoFileContent;
import dev.makima.protocol.RetryCompletionAction;
import dev.makima.protocol.ServerFrame;
import dev.makima.protocol.SpawnRefused;
import dev.makima.protocol.SpawnTask;
import dev.makima.protocol.TaskDiff;
import dev.makima.protocol.TaskFrame;
import dev.makima.protocol.WorktreeCommitResult;
import dev.makima.protocol.WorktreeDiffResult;
import dev.makima.protocol.WorktreeInfoResult;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Which frame answers which command. Pure. */
final class AnswerTypes {
    private AnswerTypes() {}

    /**
     * The type that answers the command when all is well. Commands with the same one are told apart, without request
     * ids, by their order alone; a list of branches and the state of a merge fail by a MergeResult, and so belong to the
     * merges.
     */
    static Class<? extends DaemonFrame> lane(ServerFrame command) {
        Class<? extends DaemonFrame> type = answer(command);
        return type == BranchList.class || type == MergeStatusResponse.class ? MergeResult.class : type;
    }

    /** Whether the frame can be the answer to the command: by its type and the task it is about. */
    static boolean fits(ServerFrame command, DaemonFrame answer) {
        if (!Objects.equals(task(command), task(answer))) {
            return false;
        }
        if (answer instanceof MergeResult result && !result.success()) {
            return lane(command) == MergeResult.class;
        }
        return answer(command).isInstance(answer) && sameWords(command, answer);
    }

    /**
     * Whether the daemon offers the answer again until it is acknowledged, so that it comes by its next connection where
     * this one is lost.
     */
    static boolean repeated(ServerFrame command) {
        return EventFrame.class.isAssignableFrom(answer(command));
    }

    /** A daemon makes checkpoints, and tells of them, by itself too. */
    private static boolean sameWords(ServerFrame command, DaemonFrame answer) {
        return !(command instanceof CreateCheckpoint asked && answer instanceof CheckpointCreated made)
                || made.requestId() != null
                || made.message().equals(asked.message());
    }

    /** The task that a frame is about; null for none. */
    static @Nullable TaskId task(Object frame) {
        return switch (frame) {
            case ApplyPatchToWorktree it -> it.targetTaskId();
            case BranchCreated it -> it.taskId();
            case TaskFrame about -> about.taskId();
            default -> null;
        };
    }

    private static Class<? extends DaemonFrame> answer(ServerFrame command) {
        return switch (command) {
            case CommandFrame asked -> answer(asked);
            case ReadRepoFile _ -> RepoFileContent.class;
            case ServerFrame _ ->
                throw new IllegalArgumentException(command.getClass().getSimpleName() + " has no answer");
        };
    }

    private static Class<? extends DaemonFrame> answer(CommandFrame command) {
        return switch (command) {
            case ApplyPatchToWorktree _ -> MergeResult.class;
            case CheckMergeComplete _ -> MergeCompleteCheck.class;
            case CheckTargetExists _ -> CheckTargetExistsResult.class;
            case CleanupWorktree _ -> CleanupWorktreeResult.class;
            case CloneWorktree _ -> CloneWorktreeResult.class;
            case CommitWorktree _ -> WorktreeCommitResult.class;
            case CreateBranch _ -> BranchCreated.class;
            case CreateCheckpoint _ -> CheckpointCreated.class;
            case CreateExportPatch _ -> ExportPatchCreated.class;
            case CreatePR _ -> PrCreated.class;
            case GetTaskDiff _ -> TaskDiff.class;
            case GetWorktreeDiff _ -> WorktreeDiffResult.class;
            case GetWorktreeInfo _ -> WorktreeInfoResult.class;
            case InheritGitConfig _ -> GitConfigInherited.class;
            case ListBranches _ -> BranchList.class;
            case MergeAbort _, MergeCommit _, MergeResolve _, MergeSkip _, MergeStart _ -> MergeResult.class;
            case MergeStatus _ -> MergeStatusResponse.class;
            case MergeTaskToTarget _ -> MergeToTargetResult.class;
            case RetryCompletionAction _ -> CompletionActionResult.class;
            case SpawnTask _ -> SpawnRefused.class;
        };
    }
}
