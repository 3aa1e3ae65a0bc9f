package dev.makima.server.api;

import dev.makima.base.MakimaException;
import dev.makima.base.Text;
import dev.makima.base.Uuids;
import dev.makima.server.store.HistoryTable;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What has happened to tasks and contracts: in pages, and live. To be used on one event loop. */
final class HistoryApi {
    private static final int LIMIT_DEFAULT = 50;
    private static final int LIMIT_MAX = 200;

    private final ApiParts parts;

    HistoryApi(ApiParts parts) {
        this.parts = parts;
    }

    /** All of the owner's, or of one contract or task of it; of what is not there any more too. */
    void list(RoutingContext context) {
        page(context, id(context, "contract"), id(context, "task"));
    }

    /** Those of the contract of the path. */
    void listOfContract(RoutingContext context, ContractStanding standing) {
        standing.contract(context)
                .onSuccess(contract -> {
                    try {
                        page(context, contract.id().toString(), null);
                    } catch (MakimaException e) {
                        context.fail(e);
                    }
                })
                .onFailure(context::fail);
    }

    private void page(RoutingContext context, @Nullable String contract, @Nullable String task) {
        int limit = (int) Query.number(context, "limit", LIMIT_DEFAULT, 1, LIMIT_MAX);
        long before = Query.number(context, "cursor", 0, 1, Long.MAX_VALUE);
        HistoryTable.Filter filter = new HistoryTable.Filter(
                contract, task, kind(Query.text(context, "kind")), before == 0 ? null : before, limit + 1);
        HistoryTable history = parts.store().history();
        Future<HistoryTable.Kept> kept = history.kept(Query.owner(context));
        Future<Boolean> whole =
                contract == null ? Future.succeededFuture(false) : history.isWhole(UUID.fromString(contract));
        Future<List<HistoryTable.Event>> found = history.list(Query.owner(context), filter);
        Future.all(kept, whole, found)
                .onSuccess(_ -> {
                    boolean trimmed = kept.result().trimmedTo() > 0 && !whole.result();
                    Query.json(context, 200, page(found.result(), limit, trimmed));
                })
                .onFailure(context::fail);
    }

    private static JsonObject page(List<HistoryTable.Event> found, int limit, boolean trimmed) {
        JsonArray list = new JsonArray();
        found.stream().limit(limit).forEach(event -> list.add(ContractJson.event(event)));
        JsonObject page = new JsonObject().put("history", list);
        if (found.size() > limit) {
            page.put("nextCursor", Long.toString(found.get(limit - 1).id()));
        } else if (trimmed) {
            // The list ends here, and what it tells of did not begin here.
            page.put("trimmed", true);
        }
        return page;
    }

    /** One that there is not is a slip, and would look like one that has not happened. */
    private static @Nullable String kind(@Nullable String asked) {
        if (asked != null && !HistoryTable.KINDS.contains(asked)) {
            throw Errors.validation(
                    "nothing in a history is of the kind " + Text.abbreviate(asked, 60),
                    "There are: " + String.join(", ", HistoryTable.KINDS));
        }
        return asked;
    }

    private static @Nullable String id(RoutingContext context, String name) {
        String text = Query.text(context, name);
        return text == null ? null : Uuids.parse(name, text).toString();
    }

    /** All of the owner's, from now on or from where the client was. */
    void events(RoutingContext context) {
        String owner = Query.owner(context);
        parts.store()
                .history()
                .kept(owner)
                .onSuccess(kept -> {
                    try {
                        stream(context, null, kept, EventsApi.after(context, kept.last()), false);
                    } catch (MakimaException e) {
                        context.fail(e);
                    }
                })
                .onFailure(context::fail);
    }

    /** Those of the contract of the path, from its beginning or from where the client was. */
    void eventsOfContract(RoutingContext context, ContractStanding standing) {
        long after = EventsApi.after(context, 0);
        standing.contract(context)
                .compose(contract -> parts.store()
                        .history()
                        .kept(Query.owner(context))
                        .compose(kept -> parts.store()
                                .history()
                                .isWhole(contract.id())
                                .onSuccess(whole -> stream(context, contract.id(), kept, after, whole))))
                .onFailure(context::fail);
    }

    /**
     * Begins a live stream.
     *
     * @param whole whether nothing of what it is about was trimmed, whatever was of others
     */
    private void stream(
            RoutingContext context, @Nullable UUID contractId, HistoryTable.Kept kept, long asked, boolean whole) {
        // After a step back to an older copy of the database, ids are given once more.
        long after = Math.min(kept.last(), asked);
        boolean trimmed = !whole && after < kept.trimmedTo();
        HistoryStream source =
                new HistoryStream(parts.store(), parts.histories(), Query.owner(context), contractId, after, trimmed);
        new LiveStream(parts.vertx(), parts.bus(), parts.timings().streamPing(), context, source).start();
    }
}
