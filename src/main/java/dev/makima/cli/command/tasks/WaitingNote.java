package dev.makima.cli.command.tasks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.base.MakimaException;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.TaskView;
import dev.makima.cli.view.Standstill;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Says once, a moment after a task was created, that no daemon is there to take it. A daemon that refuses it says so
 * itself, by the task; without any that is asked there would be nothing but silence.
 */
final class WaitingNote implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    private final CountDownLatch over = new CountDownLatch(1);

    /** Begins to wait, on a thread of its own; the note comes from that one. */
    WaitingNote(ApiClient api, TaskView task, Consumer<String> note) {
        this(api, task, note, PATIENCE);
    }

    WaitingNote(ApiClient api, TaskView task, Consumer<String> note, Duration patience) {
        Thread.ofVirtual().name("makima-waiting-note").start(() -> {
            try {
                if (!over.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                    look(api, task.id(), note);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (MakimaException e) {
                // The follower meets the same, and says it.
            }
        });
    }

    private static void look(ApiClient api, String id, Consumer<String> note) {
        TaskView now = TaskView.of(api.get("/mesh/tasks/" + id));
        if (now.waiting() && now.progressSummary() == null) {
            JsonNode daemons = api.get("/mesh/daemons").path("daemons");
            Standstill.of(now, daemons, Instant.now())
                    .ifPresent(why -> note.accept(why + ". The task waits for one; Ctrl-C ends the waiting"));
        }
    }

    @Override
    public void close() {
        over.countDown();
    }
}
