package dev.makima.protocol;

import dev.makima.base.TaskId;
import org.jspecify.annotations.Nullable;

/**
 * A frame that says by which hand-over of its task a daemon speaks: one of an older hand-over changes nothing. It is added
 * where a frame leaves the daemon, never where it is made.
 */
public sealed interface FencedFrame
        permits AuthenticationRequired,
                BranchCreated,
                BranchList,
                CheckTargetExistsResult,
                CheckpointCreated,
                CleanupWorktreeResult,
                CloneWorktreeResult,
                CompletionActionResult,
                ExportPatchCreated,
                MergeCompleteCheck,
                MergePatchToSupervisor,
                MergeResult,
                MergeStatusResponse,
                MergeToTargetResult,
                PrCreated,
                RegisterToolKey,
                RevokeToolKey,
                SupervisorHeartbeat,
                TaskComplete,
                TaskDiff,
                TaskOutput,
                TaskProgress,
                TaskRecoveryDetected,
                TaskStatusChange,
                WorktreeCommitResult,
                WorktreeDiffResult,
                WorktreeInfoResult {
    /** The task; null where it is about none. */
    @Nullable
    TaskId taskId();

    /** The number of the hand-over; null or 0 where there is no lease. */
    @Nullable
    Long fence();

    /** The same under a lease. */
    DaemonFrame withFence(long fence);
}
