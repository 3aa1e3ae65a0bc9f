package dev.makima.server.api;

import dev.makima.base.TaskId;
import dev.makima.server.core.News;
import dev.makima.server.store.EntryTable;
import dev.makima.server.store.Store;
import dev.makima.server.store.Task;
import io.vertx.core.Future;
import java.util.List;

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

    private record Page(Task task, List<EntryTable.Stored> entries, boolean last) {}

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
            return page.last()
                    ? present().map(task -> {
                        LiveStream.event(text, "end", Json.task(task, false).encode());
                        return new LiveStream.Piece(text.toString(), false, true);
                    })
                    : Future.succeededFuture(
                            new LiveStream.Piece(text.toString(), page.entries().size() == PAGE, false));
        });
    }

    /** Read in this order: once everything is finished, the page after that holds all that will ever come. */
    private Future<Page> page() {
        return present().compose(task -> {
            Future<Boolean> finished = task.ended() ? store.output().finished(taskId) : Future.succeededFuture(false);
            return finished.compose(last -> store.entries()
                    .after(taskId, cursor, PAGE)
                    .map(entries -> new Page(task, entries, last && entries.size() < PAGE)));
        });
    }

    private Future<Task> present() {
        return store.tasks()
                .get(taskId)
                .compose(found -> found.isEmpty()
                        ? Future.failedFuture("task " + taskId + " was deleted")
                        : Future.succeededFuture(found.get()));
    }

    private StringBuilder text(Page page) {
        StringBuilder text = new StringBuilder();
        if (page.task().version() != sentVersion) {
            // The plan may have megabytes and never changes: it comes once.
            boolean first = sentVersion < 0;
            sentVersion = page.task().version();
            LiveStream.event(text, "task", Json.task(page.task(), first).encode());
        }
        for (EntryTable.Stored entry : page.entries()) {
            text.append("id: ").append(entry.seq()).append('\n');
            LiveStream.event(text, "entry", Json.entry(entry, entry.body()));
            cursor = entry.seq();
        }
        return text;
    }
}
