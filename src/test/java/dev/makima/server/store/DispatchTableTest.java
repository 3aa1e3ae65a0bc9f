package dev.makima.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.TaskId;
import dev.makima.protocol.Capability;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What of a long queue is handed over. */
class DispatchTableTest extends TableBench {
    /** More than one look at the queue takes in. */
    private static final int MANY = 700;

    private UUID daemon(String name, int room, String agent) {
        JsonArray agents = JsonArray.of(new JsonObject().put("kind", agent).put("version", "1"));
        return await(store.daemons()
                .connected(
                        new DaemonTable.Hello(
                                holder.ownerId(), name, "", name, room, List.of(Capability.OUTPUT_STREAM), agents),
                        NOW));
    }

    private Future<TaskId> task(@Nullable String agent, Instant at) {
        Task.Spec spec = new Task.Spec(
                null, null, null, null, null, null, null, null, List.of(), 0, 0, agent, null, null, null, false, false,
                false, false, null);
        return store.tasks()
                .add(new TaskTable.NewTask(holder.ownerId(), holder.accountId(), "a task", "do it", spec, true), at);
    }

    private List<DispatchTable.Claim> claim(UUID... ready) {
        return await(store.dispatch()
                .claim(Set.of(ready), Set.of(ready), Duration.ofMinutes(1), Duration.ZERO, NOW.plusSeconds(60)));
    }

    @Test
    void tasksThatNobodyCanHaveDoNotHoldUpThoseBehindThem() {
        UUID daemon = daemon("m1", 3, "claude");
        List<Future<TaskId>> stuck = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            stuck.add(task("codex", NOW));
        }
        stuck.forEach(DispatchTableTest::await);
        TaskId behind = await(task("claude", NOW.plusSeconds(1)));
        assertThat(claim(daemon)).extracting(DispatchTable.Claim::taskId).containsExactly(behind);
        UUID other = daemon("m2", 2, "codex");
        assertThat(claim(daemon, other))
                .hasSize(2)
                .allMatch(claim -> claim.daemonId().equals(other));
    }

    @Test
    void aLongQueueIsHandedOverAsFarAsThereIsRoomAndTheOldestGoFirst() {
        UUID one = daemon("m1", 300, "claude");
        UUID two = daemon("m2", 250, "claude");
        List<Future<TaskId>> asked = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            asked.add(task(null, NOW.plusMillis(i)));
        }
        List<TaskId> queue = asked.stream().map(DispatchTableTest::await).toList();
        List<TaskId> taken = new ArrayList<>();
        for (List<DispatchTable.Claim> claims = claim(one, two); !claims.isEmpty(); claims = claim(one, two)) {
            claims.forEach(claim -> taken.add(claim.taskId()));
        }
        assertThat(taken).containsExactlyElementsOf(queue.subList(0, 550));
        assertThat(claim(one)).isEmpty();
    }
}
