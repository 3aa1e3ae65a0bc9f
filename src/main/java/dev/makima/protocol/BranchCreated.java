package dev.makima.protocol;

import dev.makima.base.TaskId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Answer to {@link CreateBranch}. Both texts are sent; a reader takes the error, else the message. */
public record BranchCreated(
        @Nullable TaskId taskId,
        String branchName,
        boolean success,
        @Nullable String message,
        @Nullable String error,
        @Nullable UUID requestId,
        @Nullable String eventId,
        @Nullable Long fence)
        implements DaemonFrame, FencedFrame, EventFrame, AnswerFrame {
    /** There is no such branch: said in both texts, of which readers take one. */
    public static BranchCreated failure(TaskId taskId, String branchName, String error) {
        return new BranchCreated(taskId, branchName, false, error, error, null, null, null);
    }

    @Override
    public BranchCreated withEventId(String eventId) {
        return new BranchCreated(taskId, branchName, success, message, error, requestId, eventId, fence);
    }

    @Override
    public BranchCreated withRequestId(@Nullable UUID requestId) {
        return new BranchCreated(taskId, branchName, success, message, error, requestId, eventId, fence);
    }

    @Override
    public BranchCreated withFence(long fence) {
        return new BranchCreated(taskId, branchName, success, message, error, requestId, eventId, fence);
    }
}
