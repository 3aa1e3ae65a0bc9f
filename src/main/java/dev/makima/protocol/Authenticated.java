package dev.makima.protocol;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The handshake is done. The last two are extensions.
 *
 * @param daemonId may change at every connect
 * @param capabilities what the server can do beyond the base, see {@link Capability}
 * @param heartbeatIntervalSecs seconds
 */
public record Authenticated(
        UUID daemonId,
        @Nullable List<String> capabilities,
        @Nullable Integer heartbeatIntervalSecs) implements ServerFrame {

    /** Copies the lists. */
    public Authenticated {
        capabilities = capabilities == null ? null : List.copyOf(capabilities);
    }

    /** The answer of a base server: without any extension. */
    public static Authenticated base(UUID daemonId) {
        return new Authenticated(daemonId, null, null);
    }
}
