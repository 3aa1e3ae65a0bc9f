package dev.makima.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Loopback ports for those who have to know theirs before they listen, or will close it and listen there again. A port
 * that the system gives for 0 is one of those that it gives to every connection as its own: while nobody listens on it,
 * any connection of another test may get it, and one that is opened to it may even be connected to itself. Thread-safe.
 */
public final class FreePort {
    /** Below what Linux, and everybody else, gives to connections. */
    private static final int END = 32_000;

    private static final int BEGIN = 12_000;
    private static final AtomicInteger NEXT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(END - BEGIN));

    private FreePort() {}

    /** One that nobody listens on, and that is given to nobody else in this process. */
    public static int next() {
        for (int tried = BEGIN; tried < END; tried++) {
            int port = BEGIN + Math.floorMod(NEXT.getAndIncrement(), END - BEGIN);
            // Bound without listening: a child that is just being forked has this socket for a moment too, and one that
            // listens would be in the way of whoever is to have the port.
            try (SocketChannel probe = SocketChannel.open()) {
                probe.setOption(StandardSocketOptions.SO_REUSEADDR, true)
                        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return port;
            } catch (IOException taken) {
                // Somebody listens there: the next one is tried.
            }
        }
        throw new AssertionError("no port is free between " + BEGIN + " and " + END);
    }
}
