package dev.makima.server.api;

import dev.makima.base.TaskId;
import dev.makima.server.core.News;
import dev.makima.server.store.EntryTable;
import dev.makima.server.store.LiveTable;
import dev.makima.server.store.Store;
import dev.makima.server.store.Task;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** A task's events for a live stream: the task at every change, its entries, and its end. To be used on one event loop. */
final class TaskStream implements LiveStream.Source {
    private static final int PAGE = 200;

    private final Store store;
    private final News news;
    private final TaskId taskId;
    private long cursor;
    private long sentVersion = -1;

    /**
     * The events of that task.
     *
     * @param after entries after this number
     */
    TaskStream(Store store, News news, TaskId taskId, long after) {
        this.store = store;
        this.news = news;
        this.taskId = taskId;
        this.cursor = after;
    }

    private record Page(@Nullable Task changed, LiveTable.Page page) {}

    @Override
    public void listen(Runnable listener) {
        news.listen(taskId, listener);
    }

    @Override
    public void remove(Runnable listener) {
        news.remove(taskId, listener);
    }

    @Override
    public Future<LiveStream.Piece> next() {
        return page().compose(page -> {
            StringBuilder text = text(page);
            return page.page().last()
                    ? present().map(task -> {
                        LiveStream.event(text, "end", Json.task(task, false).encode());
                        return new LiveStream.Piece(text.toString(), false, true);
                    })
                    : Future.succeededFuture(new LiveStream.Piece(
                            text.toString(), page.page().entries().size() == PAGE, false));
        });
    }

    /** The task itself is only read where it has changed: with its plan it may be megabytes. */
    private Future<Page> page() {
        return store.live().after(taskId, cursor, PAGE).compose(found -> {
            if (found.isEmpty()) {
                return gone();
            }
            LiveTable.Page page = found.get();
            return page.version() == sentVersion
                    ? Future.succeededFuture(new Page(null, page))
                    : present().map(task -> new Page(task, page));
        });
    }

    private Future<Task> present() {
        return store.tasks()
                .get(taskId)
                .compose(found -> found.isEmpty() ? gone() : Future.succeededFuture(found.get()));
    }

    private <T> Future<T> gone() {
        return Future.failedFuture("task " + taskId + " was deleted");
    }

    private StringBuilder text(Page page) {
        StringBuilder text = new StringBuilder();
        Task changed = page.changed();
        if (changed != null && changed.version() != sentVersion) {
            // The plan may have megabytes and never changes: it comes once.
            boolean first = sentVersion < 0;
            sentVersion = changed.version();
            LiveStream.event(text, "task", Json.task(changed, first).encode());
        }
        for (EntryTable.Stored entry : page.page().entries()) {
            text.append("id: ").append(entry.seq()).append('\n');
            LiveStream.event(text, "entry", Json.entry(entry, entry.body()));
            cursor = entry.seq();
        }
        return text;
    }
}
