package dev.makima.protocol;

import dev.makima.base.TaskId;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Answer to {@link CreateCheckpoint}, and sent for each checkpoint that the daemon makes by itself.
 *
 * @param branchName goes with every commit, {@code unknown} on a detached head
 * @param checkpointNumber null from a daemon: the server counts
 * @param patchData base64 of the gzipped patch
 * @param patchFilesCount none counts as 0
 */
public record CheckpointCreated(
        TaskId taskId,
        boolean success,
        @Nullable String commitSha,
        @Nullable String branchName,
        @Nullable Integer checkpointNumber,
        @Nullable List<CheckpointFile> filesChanged,
        @Nullable Integer linesAdded,
        @Nullable Integer linesRemoved,
        @Nullable String error,
        String message,
        @Nullable String patchData,
        @Nullable String patchBaseSha,
        @Nullable Integer patchFilesCount,
        @Nullable UUID requestId,
        @Nullable String eventId,
        @Nullable Long fence)
        implements DaemonFrame, FencedFrame, TaskFrame, EventFrame, AnswerFrame {

    /** Copies the lists. */
    public CheckpointCreated {
        filesChanged = filesChanged == null ? null : List.copyOf(filesChanged);
    }

    /**
     * No checkpoint was made.
     *
     * @param message what it was to be called
     */
    public static CheckpointCreated failure(TaskId taskId, String message, String error) {
        return new CheckpointCreated(
                taskId, false, null, null, null, null, null, null, error, message, null, null, null, null, null, null);
    }

    /** The same with other words. */
    public CheckpointCreated withWords(String message, @Nullable String error) {
        return saying(message, error, filesChanged, patchData, patchBaseSha, patchFilesCount);
    }

    /** The same with another list of files; null for none. */
    public CheckpointCreated withFiles(@Nullable List<CheckpointFile> filesChanged) {
        return saying(message, error, filesChanged, patchData, patchBaseSha, patchFilesCount);
    }

    /** The same with another patch; null for none. */
    public CheckpointCreated withPatch(
            @Nullable String patchData, @Nullable String patchBaseSha, @Nullable Integer patchFilesCount) {
        return saying(message, error, filesChanged, patchData, patchBaseSha, patchFilesCount);
    }

    @Override
    public CheckpointCreated withRequestId(@Nullable UUID requestId) {
        return marked(requestId, eventId, fence);
    }

    @Override
    public CheckpointCreated withEventId(String eventId) {
        return marked(requestId, eventId, fence);
    }

    @Override
    public CheckpointCreated withFence(long fence) {
        return marked(requestId, eventId, fence);
    }

    private CheckpointCreated saying(
            String message,
            @Nullable String error,
            @Nullable List<CheckpointFile> filesChanged,
            @Nullable String patchData,
            @Nullable String patchBaseSha,
            @Nullable Integer patchFilesCount) {
        return new CheckpointCreated(
                taskId,
                success,
                commitSha,
                branchName,
                checkpointNumber,
                filesChanged,
                linesAdded,
                linesRemoved,
                error,
                message,
                patchData,
                patchBaseSha,
                patchFilesCount,
                requestId,
                eventId,
                fence);
    }

    private CheckpointCreated marked(@Nullable UUID requestId, @Nullable String eventId, @Nullable Long fence) {
        return new CheckpointCreated(
                taskId,
                success,
                commitSha,
                branchName,
                checkpointNumber,
                filesChanged,
                linesAdded,
                linesRemoved,
                error,
                message,
                patchData,
                patchBaseSha,
                patchFilesCount,
                requestId,
                eventId,
                fence);
    }

    /** Without {@code patchData}, which must not be logged. */
    @Override
    public String toString() {
        return "CheckpointCreated[taskId=" + taskId + ", success=" + success + ", commitSha=" + commitSha
                + ", branchName=" + branchName + ", checkpointNumber=" + checkpointNumber + ", linesAdded=" + linesAdded
                + ", linesRemoved=" + linesRemoved + ", error=" + error + ", message=" + message + ", patchBaseSha="
                + patchBaseSha + ", patchFilesCount=" + patchFilesCount + ", requestId=" + requestId + ", fence="
                + fence + "]";
    }
}
