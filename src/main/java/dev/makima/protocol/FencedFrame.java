package dev.makima.protocol;

import org.jspecify.annotations.Nullable;

/** A frame that says by which hand-over of its task a daemon speaks: one of an older hand-over changes nothing. */
public sealed interface FencedFrame
        permits AuthenticationRequired,
                CheckpointCreated,
                CompletionActionResult,
                MergePatchToSupervisor,
                RegisterToolKey,
                RevokeToolKey,
                TaskComplete,
                TaskProgress,
                TaskRecoveryDetected,
                TaskStatusChange {
    /** The number of the hand-over; null or 0 where there is no lease. */
    @Nullable
    Long fence();

    /** The same under a lease. */
    DaemonFrame withFence(long fence);
}
