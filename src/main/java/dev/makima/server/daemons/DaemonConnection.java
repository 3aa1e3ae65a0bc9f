package dev.makima.server.daemons;

import dev.makima.protocol.ServerFrame;
import io.vertx.core.Future;
import java.util.UUID;

/**
 * The connection of a daemon, as its own parts and those who look after all connections use it. To be used on the socket's
 * event loop.
 */
interface DaemonConnection {
    /** Whose it is. */
    UUID daemonId();

    /** Whether both sides know this extension. */
    boolean has(String capability);

    /** Whether output comes as pieces of streams. */
    boolean streams();

    /** Whether this connection still is one. */
    boolean isOpen();

    /** Whether it has said what it has, and gets tasks. */
    boolean isReady();

    /** What it has is known: it may get tasks. */
    void becomeReady();

    /** It is there, and gets tasks from now on if it has said which it has. */
    void present();

    /** Writes down that it is away from now on. */
    Future<Void> noteAway();

    /** Sends a frame, without what this daemon does not know. Completes when it was handed to the network. */
    Future<Void> send(ServerFrame frame);

    /** For what nothing hangs on: the next heartbeat, connection or tick puts a failure right. */
    void watch(Future<?> future);

    /** Reads nothing from it for now. */
    void pause();

    /** Reads from it again. */
    void resume();

    /** Closes the connection since something of ours does not work: the daemon comes back and goes on. */
    void fail(String what, Throwable cause);

    /** Closes the connection, on which nothing comes any more: where the daemon lives it comes back. */
    void lost();

    /** Closes it, since another connection of this daemon has taken its place. */
    void replaced();

    /**
     * The server stops, and the daemon keeps its place: it counts as connected until the next server begins, which waits
     * for it. A copy of the database that is made between the two may be put in the place of a later one.
     */
    void close();
}
