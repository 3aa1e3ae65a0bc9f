package dev.makima.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.TaskId;
import dev.makima.protocol.Capability;
import dev.makima.sql.Database;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class BaggageTableTest extends TableBench {
    private TaskId queued() {
        return await(StoreFixtures.queuedTask(store, holder, NOW));
    }

    /** As a database may hold it that is older than the refusal of such tasks. */
    @Test
    void noTaskTakesAnotherOwnersWorkAlong() {
        UUID daemon = await(StoreFixtures.daemon(store, holder, "m1", 9, List.of(Capability.LEASE), NOW));
        TaskId former = queued();
        assertThat(await(store.dispatch()
                        .claim(Set.of(daemon), Set.of(daemon), Duration.ofMinutes(1), Duration.ZERO, NOW)))
                .hasSize(1);
        TaskId task = queued();
        try (Database database = bare()) {
            database.write(session -> {
                        session.update("update task set continue_from_task_id = ? where id = ?", former, task);
                        return session.update(
                                "insert into checkpoint (id, task_id, message, patch_data, patch_base_sha, created_at)"
                                        + " values ('c', ?, 'm', 'patch', 'base', 1)",
                                former);
                    })
                    .join();
            BaggageTable baggage = new BaggageTable(database);
            assertThat(await(baggage.of(task, 1, false)).patchData()).isEqualTo("patch");
            database.write(session -> {
                        session.update("insert into owner (id, name, created_at) values ('other', 'other', 1)");
                        return session.update("update task set owner_id = 'other' where id = ?", former);
                    })
                    .join();
            assertThat(await(baggage.of(task, 1, false)).patchData()).isNull();
        }
    }
}
