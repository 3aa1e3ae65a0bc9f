package dev.makima.server.api;

import dev.makima.base.TaskId;
import dev.makima.server.core.News;
import dev.makima.server.store.EntryTable;
import dev.makima.server.store.LiveTable;
import dev.makima.server.store.Store;
import dev.makima.server.store.Task;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One live stream of a task's events. It reads the store from its own cursor whenever there is news, a page at a time
 * and only as fast as its client reads: so there is no gap between replay and live, and nothing is queued for it.
 *
 * <p>To be used on its connection's event loop.
 */
final class EventStream {
    private static final System.Logger LOG = System.getLogger(EventStream.class.getName());
    private static final int PAGE = 200;

    private final Vertx vertx;
    private final Store store;
    private final News news;
    private final Duration ping;
    private final HttpServerResponse response;
    private final TaskId taskId;
    private final Runnable listener = this::wake;
    private long cursor;
    private long sentVersion = -1;
    private long timer;
    private boolean busy;
    private boolean again;
    private boolean closed;

    EventStream(
            Vertx vertx,
            Store store,
            News news,
            Duration ping,
            HttpServerResponse response,
            TaskId taskId,
            long cursor) {
        this.vertx = vertx;
        this.store = store;
        this.news = news;
        this.ping = ping;
        this.response = response;
        this.taskId = taskId;
        this.cursor = cursor;
    }

    private record Page(@Nullable Task changed, LiveTable.Page page) {}

    void start() {
        response.closeHandler(gone -> close());
        response.exceptionHandler(failure -> close());
        // Listening begins before the first look, so that nothing can happen in between.
        news.listen(taskId, listener);
        timer = vertx.setPeriodic(ping.toMillis(), now -> {
            if (!response.writeQueueFull()) {
                response.write(": ping\n\n");
            }
            // Also what was told and did not get here is seen then.
            wake();
        });
        wake();
    }

    private void wake() {
        if (busy) {
            again = true;
            return;
        }
        busy = true;
        again = false;
        step();
    }

    private void step() {
        if (closed) {
            return;
        }
        if (response.writeQueueFull()) {
            response.drainHandler(drained -> step());
            return;
        }
        page().onSuccess(this::send).onFailure(failure -> {
            LOG.log(System.Logger.Level.WARNING, "a live stream of task " + taskId + " is cut", failure);
            end();
        });
    }

    /** The task itself is only read where it has changed: with its plan it may be megabytes. */
    private Future<Page> page() {
        return store.live().after(taskId, cursor, PAGE).compose(found -> {
            if (found.isEmpty()) {
                return gone();
            }
            LiveTable.Page page = found.get();
            if (page.version() == sentVersion) {
                return Future.succeededFuture(new Page(null, page));
            }
            return store.tasks()
                    .get(taskId)
                    .compose(task -> task.isEmpty() ? gone() : Future.succeededFuture(new Page(task.get(), page)));
        });
    }

    private static <T> Future<T> gone() {
        return Future.failedFuture("the task was deleted");
    }

    private void send(Page page) {
        if (closed) {
            return;
        }
        StringBuilder text = new StringBuilder();
        Task changed = page.changed();
        if (changed != null && changed.version() != sentVersion) {
            // The plan may have megabytes and never changes: it comes once.
            boolean first = sentVersion < 0;
            sentVersion = changed.version();
            event(text, "task", Json.task(changed, first).encode());
        }
        for (EntryTable.Stored entry : page.page().entries()) {
            text.append("id: ").append(entry.seq()).append('\n');
            event(text, "entry", Json.entry(entry, entry.body()));
            cursor = entry.seq();
        }
        if (!text.isEmpty()) {
            response.write(text.toString());
        }
        if (page.page().last()) {
            finish();
        } else if (page.page().entries().size() == PAGE || again) {
            again = false;
            step();
        } else {
            busy = false;
        }
    }

    private void finish() {
        store.tasks().get(taskId).onComplete(read -> {
            if (!closed && read.succeeded() && read.result().isPresent()) {
                StringBuilder text = new StringBuilder();
                event(text, "end", Json.task(read.result().get(), false).encode());
                response.write(text.toString());
            }
            end();
        });
    }

    /** JSON has no line feeds outside of texts, and none inside either: one data line is enough. */
    private static void event(StringBuilder text, String name, String data) {
        text.append("event: ").append(name).append("\ndata: ").append(data).append("\n\n");
    }

    private void end() {
        if (!closed) {
            close();
            response.end();
        }
    }

    private void close() {
        if (!closed) {
            closed = true;
            vertx.cancelTimer(timer);
            news.remove(taskId, listener);
        }
    }
}
