package dev.makima.server.daemons;

import dev.makima.protocol.SpawnRefused;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The daemons whose sockets are on this node. To be used on one event loop. */
public final class DaemonRegistry {
    private final Map<UUID, DaemonConnection> sockets = new HashMap<>();
    private final Set<UUID> ready = new HashSet<>();
    private final Map<UUID, Refused> refusals = new HashMap<>();

    /**
     * A task that a daemon did not take, and why; until it takes one, or connects again.
     *
     * @param reason one of the constants of {@link SpawnRefused}
     * @param message its own, for people
     */
    public record Refused(String reason, String message, Instant at) {}

    /** Puts the socket in the place of the daemon's former one, which it gives back. */
    @Nullable
    DaemonConnection put(UUID daemonId, DaemonConnection socket) {
        ready.remove(daemonId);
        refusals.remove(daemonId);
        return sockets.put(daemonId, socket);
    }

    /** Says that the daemon can take tasks from now on. */
    void ready(UUID daemonId, DaemonConnection socket) {
        if (socket.equals(sockets.get(daemonId))) {
            ready.add(daemonId);
        }
    }

    /** Says that the daemon can take no tasks for now. */
    void unready(UUID daemonId, DaemonConnection socket) {
        if (socket.equals(sockets.get(daemonId))) {
            ready.remove(daemonId);
        }
    }

    /** Removes the socket, unless another is in its place; says whether it was there. */
    boolean remove(UUID daemonId, DaemonConnection socket) {
        if (!sockets.remove(daemonId, socket)) {
            return false;
        }
        ready.remove(daemonId);
        refusals.remove(daemonId);
        return true;
    }

    /** The daemon has refused a task. */
    void refused(UUID daemonId, String reason, String message, Instant now) {
        if (sockets.containsKey(daemonId)) {
            refusals.put(daemonId, new Refused(reason, message, now));
        }
    }

    /** The daemon has taken a task. */
    void accepted(UUID daemonId) {
        @Nullable Refused refused = refusals.get(daemonId);
        if (refused != null && !refused.reason().equals(SpawnRefused.DRAINING)) {
            refusals.remove(daemonId);
        }
    }

    /** Why the daemon has not taken the last task that was offered to it; nothing where it did, or is on another node. */
    public Optional<Refused> refused(UUID daemonId) {
        return Optional.ofNullable(refusals.get(daemonId));
    }

    /** The daemons that can take tasks. One that drains takes none until it is another: then it connects anew. */
    Set<UUID> ready() {
        Set<UUID> taking = new HashSet<>(ready);
        taking.removeIf(daemonId -> refused(daemonId)
                .filter(refused -> refused.reason().equals(SpawnRefused.DRAINING))
                .isPresent());
        return Set.copyOf(taking);
    }

    /** The daemons that have said what they have, whether they can take more or not. */
    Set<UUID> heard() {
        Set<UUID> heard = new HashSet<>();
        sockets.forEach((daemonId, socket) -> {
            if (socket.isReady()) {
                heard.add(daemonId);
            }
        });
        return heard;
    }

    /** How many daemons are connected. */
    public int size() {
        return sockets.size();
    }

    /** Closes all sockets. */
    public void closeAll() {
        Set.copyOf(sockets.values()).forEach(DaemonConnection::close);
    }
}
