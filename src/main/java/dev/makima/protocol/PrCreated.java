package dev.makima.protocol;

import dev.makima.base.TaskId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Answer to {@link CreatePR}. A reader also takes the type {@code pRCreated}. */
public record PrCreated(
        TaskId taskId,
        boolean success,
        String message,
        @Nullable String prUrl,
        @Nullable Integer prNumber,
        @Nullable UUID requestId,
        @Nullable String eventId,
        @Nullable Long fence)
        implements DaemonFrame, FencedFrame, TaskFrame, EventFrame, AnswerFrame {
    /** There is no pull request. */
    public static PrCreated failure(TaskId taskId, String message) {
        return new PrCreated(taskId, false, message, null, null, null, null, null);
    }

    @Override
    public PrCreated withEventId(String eventId) {
        return new PrCreated(taskId, success, message, prUrl, prNumber, requestId, eventId, fence);
    }

    @Override
    public PrCreated withRequestId(@Nullable UUID requestId) {
        return new PrCreated(taskId, success, message, prUrl, prNumber, requestId, eventId, fence);
    }

    @Override
    public PrCreated withFence(long fence) {
        return new PrCreated(taskId, success, message, prUrl, prNumber, requestId, eventId, fence);
    }
}
