package dev.makima.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.base.TaskId;
import dev.makima.protocol.Capability;
import dev.makima.protocol.TaskState;
import dev.makima.protocol.TaskStatusChange;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whose lease is renewed where all are, as when the server's clock was set. */
class HandOverTableTest extends TableBench {
    private static final Duration LEASE = Duration.ofMinutes(1);

    private UUID first;
    private UUID second;
    private TaskId task;

    /** A task that a user has stopped and started again, while the daemon that has it is away. */
    @BeforeEach
    void startAgainWhileItsDaemonIsAway() {
        first = daemon("m1");
        second = daemon("m2");
        task = await(StoreFixtures.queuedTask(store, holder, NOW));
        assertThat(claim(first, NOW)).hasSize(1);
        await(store.daemons().disconnected(first, NOW.plusSeconds(1)));
        await(store.tasks().stop(holder.ownerId(), task, NOW.plusSeconds(2)));
        await(store.tasks().start(holder.ownerId(), task, NOW.plusSeconds(3)));
    }

    private UUID daemon(String name) {
        return await(
                StoreFixtures.daemon(store, holder, name, 1, List.of(Capability.LEASE, Capability.OUTPUT_STREAM), NOW));
    }

    private List<DispatchTable.Claim> claim(UUID daemon, Instant now) {
        return await(store.dispatch().claim(Set.of(daemon), Set.of(daemon), LEASE, Duration.ZERO, now));
    }

    @Test
    void aLeaseInForceCountsFromThen() {
        Instant set = NOW.plus(LEASE).minusSeconds(1);
        await(store.handOvers().renewAll(set));
        assertThat(claim(second, set.plus(LEASE).minusSeconds(1))).isEmpty();
        assertThat(claim(second, set.plus(LEASE)))
                .extracting(DispatchTable.Claim::fence)
                .containsExactly(2L);
    }

    @Test
    void aTaskIsNotHandedOverWhileItIsBeingDeletedAndIsWhereNothingCameOfThat() {
        Instant began = NOW.plusSeconds(4);
        await(store.tasks().stop(holder.ownerId(), task, began));
        await(store.events()
                .statusChanged(
                        first,
                        TaskStatusChange.of(task, TaskState.RUNNING, TaskState.INTERRUPTED)
                                .withFence(1),
                        began));
        await(store.tasks().beginDeletion(holder.ownerId(), task, began));
        Instant meanwhile = began.plus(Deletions.UNDER_WAY).minusSeconds(1);
        for (Future<Void> asked : List.of(
                store.tasks().start(holder.ownerId(), task, meanwhile),
                store.edits().retry(holder.ownerId(), task, meanwhile))) {
            assertThatThrownBy(() -> await(asked)).hasStackTraceContaining("is being deleted");
        }
        Instant later = began.plus(Deletions.UNDER_WAY);
        await(store.tasks().start(holder.ownerId(), task, later));
        assertThat(claim(second, meanwhile)).as("however it got into the queue").isEmpty();
        assertThat(claim(second, later)).hasSize(1);
    }

    @Test
    void aLeaseThatItsDaemonHasGivenBackHoldsNobodyUpAgain() {
        Instant told = NOW.plusSeconds(4);
        TaskStatusChange end = TaskStatusChange.of(task, TaskState.RUNNING, TaskState.INTERRUPTED);
        await(store.events().statusChanged(first, end.withFence(1), told));
        await(store.handOvers().renewAll(told));
        assertThat(claim(second, told)).extracting(DispatchTable.Claim::fence).containsExactly(2L);
    }
}
