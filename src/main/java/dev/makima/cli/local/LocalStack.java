package dev.makima.cli.local;

import dev.makima.base.Secret;

/** A server, and maybe a daemon, that run inside this process. Any thread may call it, but no event loop. */
public interface LocalStack extends AutoCloseable {
    /** What is started. */
    enum Parts {
        /** Enough to read and write what the server keeps. */
        SERVER,
        /** Tasks are carried out too. */
        SERVER_AND_DAEMON
    }

    /** Starts one; blocks until it serves. */
    interface Starter {
        /** The started stack; nothing is left running where it throws. */
        LocalStack start(Parts parts);
    }

    /** The port it listens on, loopback. */
    int port();

    /** A key that reaches everything there. */
    Secret key();

    /** Stops the agents, the daemon, the server, in this order; blocks until they are gone, at most about 40 s. */
    @Override
    void close();
}
