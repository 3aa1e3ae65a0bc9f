package dev.makima.protocol;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Answer to {@link ReadRepoFile}. */
public record RepoFileContent(
        UUID requestId,
        String filePath,
        @Nullable String content,
        boolean success,
        @Nullable String error) implements DaemonFrame {
    /** The file cannot be read. */
    public static RepoFileContent failure(UUID requestId, String filePath, String error) {
        return new RepoFileContent(requestId, filePath, null, false, error);
    }

    /** Without {@code content}, which must not be logged. */
    @Override
    public String toString() {
        return "RepoFileContent[requestId=" + requestId + ", filePath=" + filePath + ", success=" + success + ", error="
                + error + "]";
    }
}
