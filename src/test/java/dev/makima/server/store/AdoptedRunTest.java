package dev.makima.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.RunId;
import dev.makima.base.StreamName;
import dev.makima.base.TaskId;
import dev.makima.protocol.Capability;
import dev.makima.protocol.StreamLengths;
import dev.makima.protocol.TaskComplete;
import dev.makima.protocol.TaskState;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A task whose lease was over is handed to the daemon that has it at work, whose run goes on by the later hand-over. What
 * it says first by that one is output or its end, before the next heartbeat.
 */
class AdoptedRunTest extends TableBench {
    private static final Duration LEASE = Duration.ofMinutes(1);
    private static final Instant OVER = NOW.plus(LEASE);

    private final RunId run = new RunId(UUID.randomUUID());
    private UUID daemon;
    private TaskId task;

    @BeforeEach
    void handItOverAgain() {
        daemon = await(
                StoreFixtures.daemon(store, holder, "m1", 1, List.of(Capability.LEASE, Capability.OUTPUT_STREAM), NOW));
        task = await(StoreFixtures.queuedTask(store, holder, NOW));
        assertThat(claim(NOW)).extracting(DispatchTable.Claim::fence).containsExactly(1L);
        output(1, 0, "one\n");
        assertThat(await(store.handOvers().expire(LEASE, Duration.ZERO, 3, OVER)))
                .containsExactly(task);
        assertThat(claim(OVER)).extracting(DispatchTable.Claim::fence).containsExactly(2L);
    }

    private List<DispatchTable.Claim> claim(Instant now) {
        return await(store.dispatch().claim(Set.of(daemon), Set.of(daemon), LEASE, Duration.ZERO, now));
    }

    private void output(long fence, long offset, String text) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        await(store.output()
                .append(
                        daemon,
                        List.of(new OutputTable.Piece(task, run, fence, StreamName.STDOUT, offset, bytes)),
                        OVER));
    }

    private void complete(long length) {
        TaskComplete end = TaskComplete.success(task)
                .withRun(run, new StreamLengths(length, 0, 0))
                .withFence(2);
        await(store.events().completed(daemon, end, OVER));
    }

    private TaskState state() {
        return await(store.tasks().get(task)).orElseThrow().status();
    }

    @Test
    void itsNextOutputOpensItsStreamAgainSoThatHalfALineIsNotTakenForAWholeOne() {
        OutputTable.Stream stream = store.output().streams(task).getFirst();
        assertThat(stream.complete()).as("until it is heard of").isTrue();
        output(2, 4, "tw");
        assertThat(store.output().stream(stream.id()).orElseThrow().complete()).isFalse();
    }

    @Test
    void itsEndIsTheTasksEndOnceAllOfItsOutputIsHere() {
        complete(8);
        assertThat(state()).isEqualTo(TaskState.STARTING);
        output(2, 4, "two\n");
        assertThat(state()).isEqualTo(TaskState.DONE);
    }

    @Test
    void itsEndRightBehindItsOutputIsTheTasksEnd() {
        output(2, 4, "two\n");
        complete(8);
        assertThat(state()).isEqualTo(TaskState.DONE);
    }
}
