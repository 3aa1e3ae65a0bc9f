package dev.makima.server.daemons;

import dev.makima.protocol.Capability;
import dev.makima.protocol.ServerFrame;
import dev.makima.protocol.SpawnTask;
import java.util.Set;

/**
 * What both sides of a connection know beyond the base protocol. Immutable.
 *
 * @param capabilities names of {@link Capability}
 */
record Dialect(Set<String> capabilities) {
    Dialect {
        capabilities = Set.copyOf(capabilities);
    }

    /** Whether both sides know this extension. */
    boolean has(String capability) {
        return capabilities.contains(capability);
    }

    /** The frame without what the daemon does not know. */
    ServerFrame known(ServerFrame frame) {
        if (!(frame instanceof SpawnTask spawn)) {
            return frame;
        }
        SpawnTask known = spawn;
        if (!has(Capability.AGENTS)) {
            known = known.toBuilder()
                    .agent(null)
                    .model(null)
                    .env(null)
                    .timeoutSecs(null)
                    .maxCostUsd(null)
                    .phase(null)
                    .build();
        }
        if (!has(Capability.LEASE)) {
            known = known.toBuilder()
                    .fence(null)
                    .leaseSecs(null)
                    .patchFence(null)
                    .build();
        }
        return known;
    }
}
