package dev.makima.protocol;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A command that is answered. Where {@code requestId} holds it carries one, which the answer echoes.
 */
public sealed interface CommandFrame
        permits ApplyPatchToWorktree,
                CheckMergeComplete,
                CheckTargetExists,
                CleanupWorktree,
                CloneWorktree,
                CommitWorktree,
                CreateBranch,
                CreateCheckpoint,
                CreateExportPatch,
                CreatePR,
                GetTaskDiff,
                GetWorktreeDiff,
                GetWorktreeInfo,
                InheritGitConfig,
                ListBranches,
                MergeAbort,
                MergeCommit,
                MergeResolve,
                MergeSkip,
                MergeStart,
                MergeStatus,
                MergeTaskToTarget,
                RetryCompletionAction,
                SpawnTask {
    /** The command's id; null without {@code requestId}. */
    @Nullable
    UUID requestId();

    /** The same command with its id. */
    ServerFrame withRequestId(UUID requestId);
}
