package dev.makima.protocol;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A frame that can be the answer to a command, whose request id it echoes then.
 */
public sealed interface AnswerFrame
        permits BranchCreated,
                BranchList,
                CheckTargetExistsResult,
                CheckpointCreated,
                CleanupWorktreeResult,
                CloneWorktreeResult,
                CompletionActionResult,
                ExportPatchCreated,
                GitConfigInherited,
                MergeCompleteCheck,
                MergeResult,
                MergeStatusResponse,
                MergeToTargetResult,
                PrCreated,
                SpawnRefused,
                TaskDiff,
                WorktreeCommitResult,
                WorktreeDiffResult,
                WorktreeInfoResult {
    /** The id of the command it answers; null without {@code requestId}, and where nobody asked. */
    @Nullable
    UUID requestId();

    /** The same answer to that command. */
    DaemonFrame withRequestId(@Nullable UUID requestId);
}
