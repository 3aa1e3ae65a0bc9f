package dev.makima.server.api;

import dev.makima.base.StreamName;
import dev.makima.base.TaskId;
import dev.makima.base.Text;
import dev.makima.server.output.WholeEntries;
import dev.makima.server.store.EntryTable;
import dev.makima.server.store.Store;
import dev.makima.server.store.Task;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** What a task has said: as entries, one entry whole, or byte for byte. To be used on one event loop. */
final class OutputApi {
    private static final int LIMIT_DEFAULT = 500;
    private static final int LIMIT_MAX = 5000;
    private static final int RAW_DEFAULT = 1 << 20;
    private static final int RAW_MAX = 8 << 20;

    private final Store store;
    private final WholeEntries whole;
    private final SearchApi search;

    OutputApi(Store store, WholeEntries whole, SearchApi search) {
        this.search = search;
        this.store = store;
        this.whole = whole;
    }

    void list(RoutingContext context) {
        if ("raw".equals(Query.text(context, "format"))) {
            raw(context);
            return;
        }
        TaskId id = Query.taskId(context);
        long after = Query.number(context, "after", 0, 0, Long.MAX_VALUE);
        int limit = (int) Query.number(context, "limit", LIMIT_DEFAULT, 1, LIMIT_MAX);
        String words = SearchApi.words(context);
        if (words != null) {
            owned(context, id)
                    .compose(task -> search.in(id, task.lastSeq(), words, after, limit))
                    .onSuccess(found -> Query.json(context, 200, found))
                    .onFailure(context::fail);
            return;
        }
        owned(context, id)
                .compose(done -> store.entries().after(id, after, limit + 1))
                .onSuccess(entries -> Query.json(context, 200, page(entries, after, limit)))
                .onFailure(context::fail);
    }

    void one(RoutingContext context) {
        TaskId id = Query.taskId(context);
        long seq = number(Objects.requireNonNullElse(context.pathParam("seq"), ""));
        owned(context, id)
                .compose(done -> store.entries().get(id, seq))
                .map(found -> found.orElseThrow(() -> Errors.notFound("task " + id + " has no entry " + seq)))
                .compose(entry -> whole.body(entry).map(body -> Json.entry(entry, body)))
                .onSuccess(entry -> Query.json(context, 200, entry))
                .onFailure(context::fail);
    }

    private void raw(RoutingContext context) {
        TaskId id = Query.taskId(context);
        StreamName stream = StreamName.of(Objects.requireNonNullElse(Query.text(context, "stream"), "stdout"));
        long offset = Query.number(context, "offset", 0, 0, Long.MAX_VALUE / 2);
        int length = (int) Query.number(context, "length", RAW_DEFAULT, 0, RAW_MAX);
        owned(context, id)
                .compose(done -> store.output().latest(id, stream))
                .compose(found -> {
                    context.response().putHeader("Content-Type", "application/octet-stream");
                    if (found.isEmpty()) {
                        context.response().putHeader("X-Makima-Length", "0");
                        return Future.succeededFuture(new byte[0]);
                    }
                    long total = found.get().length();
                    context.response().putHeader("X-Makima-Length", Long.toString(total));
                    int wanted = (int) Math.max(0, Math.min(length, total - offset));
                    return whole.raw(found.get().id(), offset, wanted);
                })
                .onSuccess(bytes -> Etag.end(context, Buffer.buffer(bytes)))
                .onFailure(context::fail);
    }

    private Future<Task> owned(RoutingContext context, TaskId id) {
        return store.tasks()
                .get(Query.owner(context), id)
                .map(found -> found.orElseThrow(() -> Errors.notFound("no task " + id)));
    }

    private static String page(List<EntryTable.Stored> entries, long after, int limit) {
        boolean more = entries.size() > limit;
        List<EntryTable.Stored> shown = more ? entries.subList(0, limit) : entries;
        long next = shown.isEmpty() ? after : shown.getLast().seq();
        return shown.stream()
                .map(entry -> Json.entry(entry, entry.body()))
                .collect(Collectors.joining(",", "{\"entries\":[", "],\"next\":" + next + ",\"more\":" + more + "}"));
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw Errors.notFound("no entry " + Text.abbreviate(text, 40));
        }
    }
}
