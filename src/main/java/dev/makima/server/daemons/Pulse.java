package dev.makima.server.daemons;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;

/**
 * The signs of life of a daemon's connection: whatever comes in, and pings that ask for something to come. One on which
 * nothing comes for too long is lost. What comes may be no more than pongs: whether the daemon itself speaks, {@link Presence}
 * knows. To be used on the socket's event loop.
 */
final class Pulse {
    private static final System.Logger LOG = System.getLogger(Pulse.class.getName());

    private final ServerWebSocket socket;
    private final DaemonConnection daemon;
    private final DaemonParts parts;
    private final Presence presence;
    private long timer = -1;
    private long lastHeard = System.nanoTime();
    private boolean paused;

    Pulse(ServerWebSocket socket, DaemonConnection daemon, DaemonParts parts, Presence presence) {
        this.socket = socket;
        this.daemon = daemon;
        this.parts = parts;
        this.presence = presence;
    }

    /** Listens and pings from now on. */
    void begin() {
        socket.frameHandler(frame -> heard());
        socket.pongHandler(pong -> heard());
        timer = parts.vertx().setPeriodic(parts.timings().ping().toMillis(), tick -> beat());
    }

    /** The connection is over. */
    void end() {
        parts.vertx().cancelTimer(timer);
    }

    /** Reads nothing: nothing can be heard then, and that is no silence. */
    void pause() {
        paused = true;
        socket.pause();
    }

    /** Reads again. */
    void resume() {
        paused = false;
        heard();
        socket.resume();
    }

    private void heard() {
        lastHeard = System.nanoTime();
    }

    private void beat() {
        if (paused) {
            heard();
            presence.heard();
        }
        presence.look();
        long silence = (System.nanoTime() - lastHeard) / 1_000_000;
        if (silence > parts.timings().dead().toMillis()) {
            LOG.log(System.Logger.Level.WARNING, "daemon {0} is silent for {1} ms: lost", daemon.daemonId(), silence);
            daemon.lost();
            return;
        }
        socket.writePing(Buffer.buffer("makima"));
    }
}
