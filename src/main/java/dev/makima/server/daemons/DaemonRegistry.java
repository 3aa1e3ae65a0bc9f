package dev.makima.server.daemons;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The daemons whose sockets are on this node. To be used on one event loop. */
public final class DaemonRegistry {
    private final Map<UUID, DaemonSocket> sockets = new HashMap<>();
    private final Set<UUID> ready = new HashSet<>();

    /** Puts the socket in the place of the daemon's former one, which it gives back. */
    @Nullable
    DaemonSocket put(UUID daemonId, DaemonSocket socket) {
        ready.remove(daemonId);
        return sockets.put(daemonId, socket);
    }

    /** Says that the daemon can take tasks from now on. */
    void ready(UUID daemonId, DaemonSocket socket) {
        if (sockets.get(daemonId) == socket) {
            ready.add(daemonId);
        }
    }

    /** Says that the daemon can take no tasks for now. */
    void unready(UUID daemonId, DaemonSocket socket) {
        if (sockets.get(daemonId) == socket) {
            ready.remove(daemonId);
        }
    }

    /** Removes the socket, unless another is in its place; says whether it was there. */
    boolean remove(UUID daemonId, DaemonSocket socket) {
        if (!sockets.remove(daemonId, socket)) {
            return false;
        }
        ready.remove(daemonId);
        return true;
    }

    /** The daemons that can take tasks. */
    Set<UUID> ready() {
        return Set.copyOf(ready);
    }

    /** How many daemons are connected. */
    public int size() {
        return sockets.size();
    }

    /** Closes all sockets. */
    public void closeAll() {
        Set.copyOf(sockets.values()).forEach(DaemonSocket::close);
    }
}
