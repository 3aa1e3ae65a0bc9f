package dev.makima.server.store;

import dev.makima.base.TaskId;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** What tests of the store begin with. */
public final class StoreFixtures {
    private StoreFixtures() {}

    /** A daemon that has connected, its host named as its machine. */
    public static Future<UUID> daemon(
            Store store, KeyTable.Holder holder, String machine, int places, List<String> capabilities, Instant now) {
        return store.daemons()
                .connected(
                        new DaemonTable.Hello(
                                holder.ownerId(), machine, "", machine, places, capabilities, new JsonArray()),
                        now);
    }

    /** A task that waits for a daemon. */
    public static Future<TaskId> queuedTask(Store store, KeyTable.Holder holder, Instant now) {
        return store.tasks()
                .add(
                        new TaskTable.NewTask(
                                holder.ownerId(),
                                holder.accountId(),
                                "a task",
                                "do it",
                                Task.Spec.in(null, null),
                                true),
                        now);
    }
}
