package dev.makima.cli.api;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads server-sent events. An event that the connection cut in the middle is not handed out: it comes again, whole,
 * after the next connect.
 *
 * <p>Not thread-safe: one reader.
 */
final class ServerSentEvents {
    /** No event may be longer; the server shortens entries long before. */
    static final int MAX_EVENT_BYTES = 32 * 1024 * 1024;

    /** One event; a missing id or name is empty. */
    record Event(String name, String id, String data) {}

    private final InputStream in;
    private final Runnable onBytes;
    private final Consumer<String> onId;

    /**
     * A reader.
     *
     * @param onBytes called whenever a line came, comments too: the other side lives
     */
    ServerSentEvents(InputStream in, Runnable onBytes) {
        this(in, onBytes, id -> {});
    }

    /**
     * The same.
     *
     * @param onId told the id of every whole block, also of one without an event, which only says how far the stream is
     */
    ServerSentEvents(InputStream in, Runnable onBytes, Consumer<String> onId) {
        this.in = new BufferedInputStream(in, 16_384);
        this.onBytes = onBytes;
        this.onId = onId;
    }

    /** The next whole event, or null at the end of the stream. Blocks. */
    @Nullable
    Event next() throws IOException {
        String name = "";
        String id = "";
        @Nullable StringBuilder data = null;
        while (true) {
            @Nullable String line = line();
            if (line == null) {
                return null;
            }
            onBytes.run();
            if (line.isEmpty()) {
                if (!id.isEmpty()) {
                    onId.accept(id);
                }
                if (data != null) {
                    return new Event(name, id, data.toString());
                }
                name = "";
                continue;
            }
            int colon = line.indexOf(':');
            String field = colon < 0 ? line : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(colon + 1);
            value = value.startsWith(" ") ? value.substring(1) : value;
            switch (field) {
                case "event" -> name = value;
                case "id" -> id = value;
                case "data" -> data = append(data, value);
                default -> {
                    // Comments (an empty field name) and fields of a newer server: the standard says to ignore them.
                }
            }
        }
    }

    private static StringBuilder append(@Nullable StringBuilder data, String value) throws IOException {
        if (data == null) {
            return new StringBuilder(value);
        }
        if (data.length() + value.length() > MAX_EVENT_BYTES) {
            throw new IOException("an event is longer than " + MAX_EVENT_BYTES + " bytes");
        }
        return data.append('\n').append(value);
    }

    /** The next line without its end, or null at the end of the stream: a line without an end is none. */
    private @Nullable String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        while (true) {
            int b = in.read();
            switch (b) {
                case -1 -> {
                    return null;
                }
                case '\n' -> {
                    String text = line.toString(StandardCharsets.UTF_8);
                    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
                }
                default -> line.write(b);
            }
            if (line.size() > MAX_EVENT_BYTES) {
                throw new IOException("an event is longer than " + MAX_EVENT_BYTES + " bytes");
            }
        }
    }
}
