package dev.makima.protocol;

import dev.makima.base.TaskId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Answer to {@link CreateExportPatch}.
 *
 * @param patchContent plain text
 */
public record ExportPatchCreated(
        TaskId taskId,
        boolean success,
        @Nullable String patchContent,
        @Nullable Integer filesCount,
        @Nullable Integer linesAdded,
        @Nullable Integer linesRemoved,
        @Nullable String baseCommitSha,
        @Nullable String error,
        @Nullable UUID requestId,
        @Nullable Long fence)
        implements DaemonFrame, FencedFrame, TaskFrame, AnswerFrame {
    /** There is no patch. */
    public static ExportPatchCreated failure(TaskId taskId, String error) {
        return new ExportPatchCreated(taskId, false, null, null, null, null, null, error, null, null);
    }

    @Override
    public ExportPatchCreated withRequestId(@Nullable UUID requestId) {
        return marked(requestId, fence);
    }

    @Override
    public ExportPatchCreated withFence(long fence) {
        return marked(requestId, fence);
    }

    /** Without {@code patchContent}, which must not be logged. */
    @Override
    public String toString() {
        return "ExportPatchCreated[taskId=" + taskId + ", success=" + success + ", filesCount=" + filesCount
                + ", linesAdded=" + linesAdded + ", linesRemoved=" + linesRemoved + ", baseCommitSha=" + baseCommitSha
                + ", error=" + error + ", requestId=" + requestId + "]";
    }

    private ExportPatchCreated marked(@Nullable UUID requestId, @Nullable Long fence) {
        return new ExportPatchCreated(
                taskId,
                success,
                patchContent,
                filesCount,
                linesAdded,
                linesRemoved,
                baseCommitSha,
                error,
                requestId,
                fence);
    }
}
