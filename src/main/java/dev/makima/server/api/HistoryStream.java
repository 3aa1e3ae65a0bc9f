package dev.makima.server.api;

import dev.makima.server.core.OwnerNews;
import dev.makima.server.store.HistoryTable;
import dev.makima.server.store.Store;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What happens to an owner's tasks and contracts, for a live stream. To be used on one event loop. */
final class HistoryStream implements LiveStream.Source {
    private static final int PAGE = 200;

    private static final String TRIMMED = new JsonObject()
            .put("kind", "trimmed")
            .put(
                    "body",
                    new JsonObject()
                            .put("message", "what happened before this is not kept any more (history.retentionDays)"))
            .encode();

    private final Store store;
    private final OwnerNews news;
    private final String ownerId;
    private final @Nullable UUID contractId;
    private final boolean trimmed;
    private long cursor;
    private boolean begun;

    /**
     * The owner's events.
     *
     * @param contractId only those of that contract; null for all
     * @param after those after this id
     * @param trimmed whether some of those are not kept any more, which the client is told
     */
    HistoryStream(Store store, OwnerNews news, String ownerId, @Nullable UUID contractId, long after, boolean trimmed) {
        this.store = store;
        this.news = news;
        this.ownerId = ownerId;
        this.contractId = contractId;
        this.cursor = after;
        this.trimmed = trimmed;
    }

    @Override
    public void listen(Runnable listener) {
        news.listen(ownerId, listener);
    }

    @Override
    public void remove(Runnable listener) {
        news.remove(ownerId, listener);
    }

    @Override
    public Future<LiveStream.Piece> next() {
        return store.history()
                .after(ownerId, contractId, cursor, PAGE)
                .map(events -> new LiveStream.Piece(text(events), events.size() == PAGE, isOver(events)));
    }

    private String text(List<HistoryTable.Event> events) {
        StringBuilder text = new StringBuilder();
        if (!begun) {
            begun = true;
            // A client keeps an id that comes alone, so that it loses nothing where it is cut off before the first
            // event.
            text.append("id: ").append(cursor).append("\n\n");
            if (trimmed) {
                LiveStream.event(text, "trimmed", TRIMMED);
            }
        }
        for (HistoryTable.Event event : events) {
            text.append("id: ").append(event.id()).append('\n');
            LiveStream.event(text, event.kind(), ContractJson.event(event).encode());
            cursor = event.id();
        }
        return text.toString();
    }

    private boolean isOver(List<HistoryTable.Event> events) {
        return contractId != null
                && events.stream().anyMatch(event -> event.kind().equals("contract_deleted"));
    }
}
