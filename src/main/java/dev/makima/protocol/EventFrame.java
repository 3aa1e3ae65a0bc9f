package dev.makima.protocol;

import org.jspecify.annotations.Nullable;

/**
 * A frame that changes state on the server. Where {@code eventAck} holds it carries an event id, and is offered again,
 * in order, until it is acknowledged.
 */
public sealed interface EventFrame
        permits AuthenticationRequired,
                BranchCreated,
                CheckpointCreated,
                CleanupWorktreeResult,
                CloneWorktreeResult,
                CompletionActionResult,
                GitConfigInherited,
                MergePatchToSupervisor,
                MergeResult,
                MergeToTargetResult,
                PrCreated,
                RegisterToolKey,
                RevokeToolKey,
                TaskComplete,
                TaskRecoveryDetected,
                TaskStatusChange,
                WorktreeCommitResult {
    /** {@code <epoch>-<n>}, unique per instance of a daemon; null without {@code eventAck}. */
    @Nullable
    String eventId();

    /** The same event with its id. */
    DaemonFrame withEventId(String eventId);
}
