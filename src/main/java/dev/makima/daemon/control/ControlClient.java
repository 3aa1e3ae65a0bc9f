package dev.makima.daemon.control;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks the daemon that runs on a state directory, by its control socket: one connection, one request. Blocks, for a
 * bounded time; for one thread. An interrupt of that thread ends a wait as a lost connection does.
 */
public final class ControlClient implements AutoCloseable {
    private static final int LONGEST_LINE = 16 * 1024 * 1024;

    private final Path socket;
    private final SocketChannel channel;
    private final Selector selector;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final ByteBuffer read = ByteBuffer.allocate(16 * 1024).flip();

    private ControlClient(Path socket, SocketChannel channel, Selector selector) {
        this.socket = socket;
        this.channel = channel;
        this.selector = selector;
    }

    /**
     * Connects to the daemon that runs on this state directory.
     *
     * @return nothing where none runs, or one that could not open its socket
     * @throws MakimaException IO where this user may not know, or may not ask
     */
    public static Optional<ControlClient> connect(Path stateDirectory) {
        return ControlDoor.find(stateDirectory).flatMap(ControlClient::open);
    }

    private static Optional<ControlClient> open(Path socket) {
        @Nullable SocketChannel channel = null;
        try {
            channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            // At once or never: the system queues whom the daemon has not accepted yet.
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.configureBlocking(false);
            Selector selector = Selector.open();
            channel.register(selector, SelectionKey.OP_READ);
            return Optional.of(new ControlClient(socket, channel, selector));
        } catch (IOException e) {
            closeQuietly(channel);
            if (String.valueOf(e.getMessage()).contains("Permission denied")) {
                throw new MakimaException(
                        ErrorCode.IO, "this user may not ask the daemon at " + socket, "Ask as the daemon's user", e);
            }
            // Nobody listens there, or there is nothing: what a killed daemon leaves.
            return Optional.empty();
        }
    }

    /**
     * Asks, and gives the one answer.
     *
     * @throws MakimaException TIMEOUT where none came in time, UNAVAILABLE where the daemon went away, COMMAND_FAILED where
     *     the answer is that it cannot be done
     */
    public JsonObject ask(JsonObject request, Duration within) {
        send(request);
        return next(within)
                .orElseThrow(() -> new MakimaException(
                        ErrorCode.UNAVAILABLE,
                        "the daemon at " + socket + " went away before it answered",
                        "Look into its log"));
    }

    /**
     * Asks, and hands on each line that comes, until the daemon closes.
     *
     * @param silence how long nothing may come
     * @throws MakimaException as {@link #ask}
     */
    public void follow(JsonObject request, Duration silence, Consumer<JsonObject> lines) {
        send(request);
        Optional<JsonObject> next = next(silence);
        while (next.isPresent()) {
            lines.accept(next.get());
            next = next(silence);
        }
    }

    /** A request is small, and fits into what the system takes at once. */
    private void send(JsonObject request) {
        ByteBuffer bytes = ByteBuffer.wrap((request.encode() + "\n").getBytes(StandardCharsets.UTF_8));
        try {
            while (bytes.hasRemaining()) {
                if (channel.write(bytes) == 0) {
                    throw new IOException("it does not read");
                }
            }
        } catch (IOException e) {
            throw lost(e);
        }
    }

    private Optional<JsonObject> next(Duration within) {
        long deadline = System.nanoTime() + within.toNanos();
        line.reset();
        try {
            while (true) {
                while (read.hasRemaining()) {
                    byte one = read.get();
                    if (one == '\n') {
                        return Optional.of(answer(line.toString(StandardCharsets.UTF_8)));
                    }
                    line.write(one);
                }
                if (line.size() > LONGEST_LINE) {
                    throw new IOException("a line of its answer is longer than " + LONGEST_LINE + " bytes");
                }
                if (!fill(deadline, within)) {
                    return Optional.empty();
                }
            }
        } catch (IOException e) {
            throw lost(e);
        } catch (ClosedSelectorException e) {
            throw lost(new IOException("it was left", e));
        }
    }

    /** Whether more came; not at the end. */
    private boolean fill(long deadline, Duration within) throws IOException {
        while (true) {
            read.clear();
            int count = channel.read(read);
            read.flip();
            if (count != 0) {
                return count > 0;
            }
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new MakimaException(
                        ErrorCode.TIMEOUT,
                        "the daemon at " + socket + " says nothing within " + within.toMillis() + " ms",
                        "Look into its log");
            }
            selector.select(left);
            selector.selectedKeys().clear();
            if (Thread.currentThread().isInterrupted()) {
                throw new IOException("interrupted");
            }
        }
    }

    private JsonObject answer(String text) {
        JsonObject answer;
        try {
            answer = new JsonObject(text);
        } catch (DecodeException e) {
            throw new MakimaException(
                    ErrorCode.INTERNAL, "the daemon at " + socket + " answers what is no JSON object", null, e);
        }
        @Nullable String error = answer.getString("error");
        if (error != null) {
            throw new MakimaException(ErrorCode.COMMAND_FAILED, "the daemon answers: " + error, "Look into its log");
        }
        return answer;
    }

    private MakimaException lost(IOException e) {
        return new MakimaException(
                ErrorCode.UNAVAILABLE, "the daemon at " + socket + " went away: " + e.getMessage(), null, e);
    }

    private static void closeQuietly(@Nullable AutoCloseable open) {
        try {
            if (open != null) {
                open.close();
            }
        } catch (Exception e) {
            // Nothing is lost with it.
        }
    }

    @Override
    public void close() {
        closeQuietly(selector);
        closeQuietly(channel);
    }
}
