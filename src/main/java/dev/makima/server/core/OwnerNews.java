package dev.makima.server.core;

import io.vertx.core.Future;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * "The history of owner O has grown": no more is said, the listeners read the store from where they are. To be used on the
 * context it was made on; who tells does so by the bus.
 */
public final class OwnerNews {
    private final Map<String, Set<Runnable>> listeners = new HashMap<>();
    private final MessageConsumer<String> consumer;

    /** News on the present context. */
    public OwnerNews(Bus bus) {
        this.consumer = bus.histories(this::heard);
    }

    /** Calls the listener whenever the owner's history has grown, until it is removed. */
    public void listen(String ownerId, Runnable listener) {
        listeners.computeIfAbsent(ownerId, _ -> new LinkedHashSet<>()).add(listener);
    }

    /** Ends the calls. */
    public void remove(String ownerId, Runnable listener) {
        Set<Runnable> set = listeners.get(ownerId);
        if (set != null && set.remove(listener) && set.isEmpty()) {
            listeners.remove(ownerId);
        }
    }

    /** Hears no more. */
    public Future<Void> close() {
        return consumer.unregister();
    }

    private void heard(String ownerId) {
        Set.copyOf(listeners.getOrDefault(ownerId, Set.of())).forEach(Runnable::run);
    }
}
