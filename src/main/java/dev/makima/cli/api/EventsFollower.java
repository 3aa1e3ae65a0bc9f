package dev.makima.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.base.Backoff;
import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Follows a stream of events that has no end of its own, over lost connections. To be used on one thread. */
public final class EventsFollower {
    /** Without a byte for so long (the server pings every 15 s) the connection counts as dead. */
    private static final Duration SILENCE = Duration.ofSeconds(45);

    /** How long in all it tries to come back before it gives up. */
    private static final Duration GIVE_UP = Duration.ofMinutes(2);

    private final ApiClient api;
    private final Backoff backoff;
    private final Duration giveUp;
    private String lastId = "";

    /** A follower that begins with what happens from now on. */
    public EventsFollower(ApiClient api) {
        this(api, new Backoff(Duration.ofMillis(250), Duration.ofSeconds(5), RandomGenerator.getDefault()), GIVE_UP);
    }

    EventsFollower(ApiClient api, Backoff backoff, Duration giveUp) {
        this.api = api;
        this.backoff = backoff;
        this.giveUp = giveUp;
    }

    /** Who is told, on the thread that follows. */
    public interface Listener {
        /** Something has happened; whether more is wanted. */
        boolean event(String name, JsonNode data);

        /** The connection is lost and is being made again: said once, however many tries it takes. */
        void reconnecting(String why);
    }

    /**
     * Hands out events until the listener has enough of them. Blocks.
     *
     * @param path of the stream, relative to the API's prefix
     * @throws MakimaException NOT_FOUND, UNAUTHORIZED; UNAVAILABLE where the server stays away for two minutes
     */
    public void follow(String path, Listener listener) {
        long lostAt = 0;
        while (true) {
            String why;
            try {
                if (connection(path, listener)) {
                    return;
                }
                why = "the server closed the stream";
            } catch (IOException e) {
                why = e.getMessage() == null ? e.toString() : e.getMessage();
            } catch (MakimaException e) {
                // The first connection tells at once what is wrong; later ones are tried again, for a while.
                boolean first = lastId.isEmpty() && backoff.failures() == 0 && lostAt == 0;
                if (first || !TaskFollower.passing(e.code())) {
                    throw e;
                }
                why = e.what();
            }
            long now = System.nanoTime();
            boolean newly = backoff.failures() == 0;
            lostAt = newly ? now : lostAt;
            if (now - lostAt > giveUp.toNanos()) {
                throw new MakimaException(
                        ErrorCode.UNAVAILABLE,
                        "lost the connection to " + api.url() + ": " + why,
                        "See whether the server runs, and follow again");
            }
            if (newly) {
                listener.reconnecting(why);
            }
            LockSupport.parkNanos(backoff.next().toNanos());
        }
    }

    /** The server is there, also where nothing happens: it says at once where the stream stands. */
    private void reached(String id) {
        lastId = id;
        backoff.reset();
    }

    /** One connection's life; whether the listener has enough. */
    private boolean connection(String path, Listener listener) throws IOException {
        try (InputStream body = api.open(path, lastId).body();
                SilenceWatch watch = new SilenceWatch(body, SILENCE)) {
            ServerSentEvents reader = new ServerSentEvents(body, watch::heard, this::reached);
            while (true) {
                ServerSentEvents.@Nullable Event event = reader.next();
                if (event == null) {
                    return false;
                }
                if (!listener.event(event.name(), Json.read("an event", event.data()))) {
                    return true;
                }
            }
        }
    }
}
