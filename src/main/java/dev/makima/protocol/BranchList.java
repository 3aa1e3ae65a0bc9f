package dev.makima.protocol;

import dev.makima.base.TaskId;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Answer to {@link ListBranches}. */
public record BranchList(
        TaskId taskId,
        List<BranchInfo> branches,
        @Nullable UUID requestId,
        @Nullable Long fence) implements DaemonFrame, FencedFrame, TaskFrame, AnswerFrame {

    /** Copies the lists. */
    public BranchList {
        branches = List.copyOf(branches);
    }

    @Override
    public BranchList withRequestId(@Nullable UUID requestId) {
        return new BranchList(taskId, branches, requestId, fence);
    }

    @Override
    public BranchList withFence(long fence) {
        return new BranchList(taskId, branches, requestId, fence);
    }
}
