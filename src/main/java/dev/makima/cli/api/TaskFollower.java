package dev.makima.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.base.Backoff;
import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Follows a task's live events to its end, over lost connections: it goes on after the last entry it handed out, so
 * none is missing and none comes twice.
 */
public final class TaskFollower {
    /** Without a byte for so long (the server pings every 15 s) the connection counts as dead. */
    private static final Duration SILENCE = Duration.ofSeconds(45);

    /** How long in all it tries to come back before it gives up. */
    private static final Duration GIVE_UP = Duration.ofMinutes(2);

    private final ApiClient api;
    private final Backoff backoff;
    private final Duration giveUp;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private long last;

    /** A follower that starts after that entry; 0 = from the beginning. */
    public TaskFollower(ApiClient api, long after) {
        this(
                api,
                after,
                new Backoff(Duration.ofMillis(250), Duration.ofSeconds(5), RandomGenerator.getDefault()),
                GIVE_UP);
    }

    TaskFollower(ApiClient api, long after, Backoff backoff, Duration giveUp) {
        this.api = api;
        this.last = after;
        this.backoff = backoff;
        this.giveUp = giveUp;
    }

    /**
     * Hands out everything until the task has ended, on the calling thread.
     *
     * @return the task as it ended
     * @throws MakimaException NOT_FOUND, UNAUTHORIZED; UNAVAILABLE where the server stays away for two minutes
     */
    public JsonNode follow(String taskId, TaskEvents events) {
        String path = "/mesh/tasks/" + ApiClient.encode(taskId) + "/events";
        long lostAt = 0;
        while (true) {
            String why;
            try {
                @Nullable JsonNode end = connection(path, events);
                if (end != null) {
                    return end;
                }
                why = "the server closed the stream";
            } catch (IOException e) {
                why = e.getMessage() == null ? e.toString() : e.getMessage();
            } catch (MakimaException e) {
                if (!passing(e.code())) {
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
                        "The task goes on there. Follow it again with: makima tasks output -f " + taskId);
            }
            if (newly) {
                events.reconnecting(why);
            }
            pause(backoff.next());
        }
    }

    /** Whether a failure may be over by the next try. */
    static boolean passing(ErrorCode code) {
        return switch (code) {
            case UNAVAILABLE, TIMEOUT, RATE_LIMITED, INTERNAL, DB_ERROR -> true;
            case VALIDATION, NOT_FOUND, CONFLICT, UNAUTHORIZED, IO, COMMAND_FAILED -> false;
        };
    }

    /** One connection's life; the ended task, or null where the stream ended before it. */
    private @Nullable JsonNode connection(String path, TaskEvents events) throws IOException {
        try (InputStream body =
                        api.open(path, last == 0 ? "" : Long.toString(last)).body();
                SilenceWatch watch = new SilenceWatch(body, SILENCE)) {
            ServerSentEvents reader = new ServerSentEvents(body, watch::heard);
            while (true) {
                ServerSentEvents.@Nullable Event event = reader.next();
                if (event == null) {
                    return null;
                }
                backoff.reset();
                JsonNode data = Json.read("an event", event.data());
                switch (event.name()) {
                    case "entry" -> entry(data, events);
                    case "task" -> events.task(data);
                    case "end" -> {
                        return data;
                    }
                    default -> {
                        // An event kind of a newer server: nothing that we promise depends on it.
                    }
                }
            }
        }
    }

    private void entry(JsonNode data, TaskEvents events) {
        long seq = data.path("seq").asLong();
        if (seq > last) {
            last = seq;
            events.entry(data);
        }
    }

    private void pause(Duration wait) {
        try {
            if (stopped.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new MakimaException(ErrorCode.UNAVAILABLE, "stopped following the task");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MakimaException(ErrorCode.UNAVAILABLE, "interrupted while following the task", null, e);
        }
    }
}
