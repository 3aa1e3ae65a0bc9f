package dev.makima.server.daemons;

import dev.makima.base.PassingTrouble;
import java.time.Duration;

/**
 * Whether a connected daemon speaks. One of which no frame came for three heartbeats is treated as one that has disconnected,
 * though its socket lives: it gets no tasks, and those without leases that it has go elsewhere after the grace period. It is
 * back when it speaks again. To be used on the socket's event loop.
 */
final class Presence {
    private static final System.Logger LOG = System.getLogger(Presence.class.getName());
    private static final int MISSED = 3;

    private final DaemonConnection socket;
    private final DaemonParts parts;
    private long lastFrame = System.nanoTime();
    private boolean away;
    private boolean unnoted;

    Presence(DaemonConnection socket, DaemonParts parts) {
        this.socket = socket;
        this.parts = parts;
    }

    /** A frame has come, or nothing could come since nothing is read. */
    void heard() {
        lastFrame = System.nanoTime();
        if (away) {
            away = false;
            unnoted = true;
            LOG.log(System.Logger.Level.INFO, "daemon {0} speaks again", socket.daemonId());
            socket.present();
        }
        if (unnoted) {
            note();
        }
    }

    /** Noted with the next frame where it cannot be now: a daemon that is noted as away loses its tasks. */
    private void note() {
        unnoted = false;
        parts.store().daemons().spoke(socket.daemonId()).onFailure(e -> {
            unnoted = !away && socket.isOpen();
            LOG.log(
                    PassingTrouble.level(System.Logger.Level.WARNING, e),
                    "daemon " + socket.daemonId() + " cannot be noted as there; it is tried again",
                    e);
        });
    }

    /** Looks whether it has been silent for too long. */
    void look() {
        Duration limit = parts.timings().heartbeat().multipliedBy(MISSED);
        if (away || System.nanoTime() - lastFrame <= limit.toNanos()) {
            return;
        }
        away = true;
        unnoted = false;
        LOG.log(
                System.Logger.Level.WARNING,
                "daemon {0} is connected and has said nothing for {1} s: it counts as away",
                socket.daemonId(),
                limit.toSeconds());
        parts.registry().unready(socket.daemonId(), socket);
        socket.noteAway()
                .onFailure(e -> LOG.log(
                        PassingTrouble.level(System.Logger.Level.WARNING, e), "daemon " + socket.daemonId(), e));
    }

    /** Whether it counts as away. */
    boolean isAway() {
        return away;
    }
}
