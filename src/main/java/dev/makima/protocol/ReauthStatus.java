package dev.makima.protocol;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How a login asked for by {@link TriggerReauth} goes. */
public record ReauthStatus(
        UUID requestId,
        ReauthState status,
        @Nullable String loginUrl,
        @Nullable String error,
        boolean tokenSaved) implements DaemonFrame {
    /** The login failed. */
    public static ReauthStatus failure(UUID requestId, String error) {
        return new ReauthStatus(requestId, ReauthState.FAILED, null, error, false);
    }
}
