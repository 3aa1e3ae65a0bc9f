package dev.makima.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A bad network: relays connections to a loopback port and spoils each in a way that a seed decides. Not {@link TcpRelay},
 * which does what a test tells it to: here a fault hits at a byte, not at a moment, and may hit one direction alone.
 * Thread-safe; every connection has threads of its own.
 */
public final class FaultProxy implements AutoCloseable {
    private static final int CONNECT_MILLIS = 2000;
    private static final int TRICKLED = 600;

    /** What may be wrong with a connection. */
    public enum Kind {
        /** Nothing. */
        NONE,
        /** Reset as soon as it is there. */
        REFUSE,
        /** Reset in both directions. */
        RESET,
        /** Ended in order, in both directions. */
        END,
        /** One direction ends, the other goes on. */
        HALF_CLOSE,
        /** One direction vanishes without a sign; the other goes on. */
        SWALLOW,
        /** One direction stands still for a while, then goes on. */
        STALL,
        /** What comes in one direction comes late. */
        DELAY,
        /** Some hundred bytes come by ones and twos. */
        TRICKLE,
        /** All that the near side sends goes to a second connection too, whose answers nobody reads. */
        DUPLICATE
    }

    /**
     * What a connection does.
     *
     * @param after how many bytes of that direction come through before
     * @param up whether it is the direction from near to far
     * @param millis how long, where the fault takes a time
     */
    private record Plan(Kind kind, int after, boolean up, int millis) {
        static Plan drawn(Dice dice, int faults) {
            Kind[] kinds = Kind.values();
            // All numbers are drawn in any case, so that each connection of a seed is the same whatever came before.
            Kind kind = kinds[dice.between(1, kinds.length - 1)];
            boolean faulty = dice.chance(faults);
            return new Plan(
                    faulty ? kind : Kind.NONE,
                    dice.sized(100, 2_000_000),
                    dice.chance(50),
                    kind == Kind.DELAY ? dice.sized(1, 40) : dice.sized(50, 1500));
        }
    }

    private final ServerSocket listener;
    private final long seed;
    private final int faults;
    private final Set<Wire> wires = ConcurrentHashMap.newKeySet();
    private final Recording<String> history = new Recording<>("connections");
    private volatile int target;
    private volatile boolean calm;
    private volatile boolean held;
    private volatile boolean closed;

    private FaultProxy(ServerSocket listener, long seed, int faults) {
        this.listener = listener;
        this.seed = seed;
        this.faults = faults;
    }

    /**
     * Listens on a free loopback port. Without a target every connection is reset.
     *
     * @param faults how many of a hundred connections are spoiled
     */
    public static FaultProxy start(long seed, int faults) {
        try {
            FaultProxy proxy = new FaultProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), seed, faults);
            Thread.ofVirtual().start(proxy::accept);
            return proxy;
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    /** The port to connect to instead of the target's. */
    public int port() {
        return listener.getLocalPort();
    }

    /** Relays new connections to this loopback port; 0 = resets them. */
    public void target(int port) {
        target = port;
    }

    /** Whether new connections are reset, whatever the target; those that there are go on. */
    public void hold(boolean now) {
        held = now;
    }

    /** Resets every connection. */
    public void cut() {
        wires.forEach(Wire::reset);
    }

    /** From now on nothing goes wrong; connections that may still be spoiled are reset. */
    public void calm() {
        calm = true;
        wires.stream().filter(wire -> wire.plan.kind() != Kind.NONE).forEach(Wire::reset);
    }

    /** What became of the connections, one text each, in order. */
    public List<String> history() {
        return history.entries();
    }

    /** Stops listening and resets every connection. */
    @Override
    public void close() {
        closed = true;
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut();
    }

    private void accept() {
        int number = 0;
        while (!closed) {
            try {
                Socket near = listener.accept();
                Plan plan =
                        calm ? new Plan(Kind.NONE, 0, true, 0) : Plan.drawn(Dice.of(seed, "wire " + number), faults);
                history.add(number + " " + plan);
                number++;
                Thread.ofVirtual().start(() -> connect(near, plan));
            } catch (IOException end) {
                // Closed, or a client that went before it was taken: the next one comes.
            }
        }
    }

    private void connect(Socket near, Plan plan) {
        Wire wire = new Wire(near, plan);
        if (held || target == 0 || plan.kind() == Kind.REFUSE) {
            wire.reset();
            return;
        }
        wires.add(wire);
        try {
            wire.begin();
        } catch (IOException refused) {
            wire.reset();
        }
        if (closed) {
            wire.reset();
        }
    }

    /** One connection and its fault. */
    private final class Wire {
        private final Socket near;
        private final Socket far = new Socket();
        private final Socket second = new Socket();
        private final Plan plan;
        private volatile boolean secondLives;

        private Wire(Socket near, Plan plan) {
            this.near = near;
            this.plan = plan;
        }

        private void begin() throws IOException {
            near.setTcpNoDelay(true);
            connect(far);
            if (plan.kind() == Kind.DUPLICATE) {
                connect(second);
                secondLives = true;
                Thread.ofVirtual().start(() -> drain(second));
            }
            Thread.ofVirtual().start(() -> pass(near, far, true));
            Thread.ofVirtual().start(() -> pass(far, near, false));
        }

        private void connect(Socket socket) throws IOException {
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), CONNECT_MILLIS);
        }

        private void pass(Socket from, Socket to, boolean up) {
            byte[] buffer = new byte[16 * 1024];
            long passed = 0;
            boolean due = plan.up() == up;
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                    if (plan.kind() == Kind.DELAY && due) {
                        park(plan.millis());
                    }
                    int start = 0;
                    if (due && passed + count >= plan.after() && plan.kind() != Kind.NONE) {
                        start = (int) Math.max(0, plan.after() - passed);
                        write(out, buffer, 0, start, up);
                        due = false;
                        if (strike(from, to)) {
                            return;
                        }
                        int trickled = plan.kind() == Kind.TRICKLE ? Math.min(count, start + TRICKLED) : start;
                        for (; start < trickled; start++) {
                            write(out, buffer, start, 1, up);
                        }
                    }
                    write(out, buffer, start, count - start, up);
                    passed += count;
                }
                to.shutdownOutput();
                if (plan.kind() != Kind.HALF_CLOSE || !up) {
                    // A peer that has ended reads no more in this protocol: the other direction gets a moment for its
                    // end.
                    park(200);
                    reset();
                }
            } catch (IOException cut) {
                reset();
            }
        }

        private void write(OutputStream out, byte[] buffer, int start, int count, boolean up) throws IOException {
            if (count <= 0) {
                return;
            }
            out.write(buffer, start, count);
            if (up && secondLives) {
                try {
                    second.getOutputStream().write(buffer, start, count);
                } catch (IOException gone) {
                    // The server has thrown it out, as it may.
                    secondLives = false;
                }
            }
        }

        /** Gives whether the direction is over. */
        private boolean strike(Socket from, Socket to) throws IOException {
            switch (plan.kind()) {
                case NONE, REFUSE, DELAY, TRICKLE, DUPLICATE -> {
                    return false;
                }
                case STALL -> {
                    park(plan.millis());
                    return false;
                }
                case RESET -> reset();
                case END -> {
                    from.shutdownOutput();
                    to.shutdownOutput();
                    park(50);
                    end();
                }
                case HALF_CLOSE -> {
                    to.shutdownOutput();
                    drain(from);
                    reset();
                }
                case SWALLOW -> {
                    drain(from);
                    reset();
                }
            }
            return true;
        }

        private void drain(Socket from) {
            try {
                from.getInputStream().transferTo(OutputStream.nullOutputStream());
            } catch (IOException cut) {
                // Over, one way or the other.
            }
        }

        private void reset() {
            for (Socket socket : List.of(near, far, second)) {
                try {
                    socket.setSoLinger(true, 0);
                } catch (IOException gone) {
                    // Closed already.
                }
            }
            end();
        }

        private void end() {
            wires.remove(this);
            for (Socket socket : List.of(near, far, second)) {
                try {
                    socket.close();
                } catch (IOException gone) {
                    // Closed already.
                }
            }
        }
    }

    private static void park(int millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
