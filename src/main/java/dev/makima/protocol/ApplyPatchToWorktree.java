package dev.makima.protocol;

import dev.makima.base.TaskId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Apply the work of another daemon's task here. With a request id it is answered by {@link MergeResult}.
 *
 * @param patchData base64 of the gzipped patch
 */
public record ApplyPatchToWorktree(
        TaskId targetTaskId,
        TaskId sourceTaskId,
        String patchData,
        String baseSha,
        @Nullable UUID requestId) implements ServerFrame, CommandFrame {

    @Override
    public ApplyPatchToWorktree withRequestId(UUID requestId) {
        return new ApplyPatchToWorktree(targetTaskId, sourceTaskId, patchData, baseSha, requestId);
    }

    /** Without {@code patchData}, which must not be logged. */
    @Override
    public String toString() {
        return "ApplyPatchToWorktree[targetTaskId=" + targetTaskId + ", sourceTaskId=" + sourceTaskId + ", baseSha="
                + baseSha + ", requestId=" + requestId + "]";
    }
}
