package dev.makima.daemon.link;

import dev.makima.base.PassingTrouble;
import dev.makima.base.RunId;
import dev.makima.base.StreamName;
import dev.makima.daemon.store.StoreClient;
import dev.makima.daemon.store.StoreRequest;
import io.vertx.core.Future;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the server is known to have of each run's output, on its way into the store. Not at once: every write there is a
 * sync of the disk, and this is only a hint for the next connection. Used on the link's context.
 */
final class DeliveryNotes {
    private static final System.Logger LOG = System.getLogger(DeliveryNotes.class.getName());

    private final StoreClient store;
    private final Map<RunId, Map<StreamName, Long>> pending = new HashMap<>();

    DeliveryNotes(StoreClient store) {
        this.store = store;
    }

    /** More is known to have arrived. */
    void add(OutputLane.Progress progress) {
        pending.computeIfAbsent(progress.runId(), _ -> new EnumMap<>(StreamName.class))
                .putAll(progress.lengths());
    }

    /** Saves what was added since the last time; completes when that is done, or has failed. */
    Future<?> save() {
        List<Future<?>> saved = new ArrayList<>();
        pending.forEach((run, lengths) -> saved.add(store.ask(new StoreRequest.OutputDelivered(run, lengths))
                .onFailure(e ->
                        LOG.log(PassingTrouble.level(Level.WARNING, e), "what the server has cannot be noted", e))));
        pending.clear();
        return Future.join(saved).otherwiseEmpty();
    }
}
