package dev.makima.protocol;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Answer to {@link InheritGitConfig}. */
public record GitConfigInherited(
        boolean success,
        @Nullable String userEmail,
        @Nullable String userName,
        @Nullable String error,
        @Nullable UUID requestId,
        @Nullable String eventId)
        implements DaemonFrame, EventFrame, AnswerFrame {
    /** Nothing was inherited. */
    public static GitConfigInherited failure(String error) {
        return new GitConfigInherited(false, null, null, error, null, null);
    }

    @Override
    public GitConfigInherited withEventId(String eventId) {
        return new GitConfigInherited(success, userEmail, userName, error, requestId, eventId);
    }

    @Override
    public GitConfigInherited withRequestId(@Nullable UUID requestId) {
        return new GitConfigInherited(success, userEmail, userName, error, requestId, eventId);
    }
}
