package dev.makima.server.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.TaskId;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DueStreamsTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final AtomicBoolean flooded = new AtomicBoolean();
    private final AtomicLong nanos = new AtomicLong();
    private final DueStreams due = new DueStreams(flooded::get, nanos::get);

    private DueStreams.Due next() throws InterruptedException {
        return due.next(_ -> true).orElseThrow();
    }

    private static DueStreams.Due stream(long id) {
        return new DueStreams.Due.Stream(id);
    }

    @Test
    void streamsAreLookedAtInTheOrderInWhichTheyGrewEachOnce() throws Exception {
        due.add(2);
        due.add(1);
        due.add(2);
        assertThat(next()).isEqualTo(stream(2));
        assertThat(next()).isEqualTo(stream(1));
        due.close();
        assertThat(due.next(_ -> true)).isEmpty();
    }

    @Test
    void aTaskThatMayBeOverGoesFirst() throws Exception {
        TaskId task = new TaskId(UUID.randomUUID());
        due.add(1);
        due.add(task);
        assertThat(next()).isEqualTo(new DueStreams.Due.Task(task));
    }

    @Test
    void whatFloodsWaitsAndNothingElseDoes() throws Exception {
        flooded.set(true);
        assertThat(due.givesWay(1)).isTrue();
        due.add(2);
        assertThat(next()).isEqualTo(stream(2));
        CompletableFuture<Optional<DueStreams.Due>> waiting = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                waiting.complete(due.next(_ -> true));
            } catch (InterruptedException e) {
                waiting.completeExceptionally(e);
            }
        });
        due.add(3);
        assertThat(waiting.get(30, TimeUnit.SECONDS)).contains(stream(3));
        flooded.set(false);
        assertThat(next()).isEqualTo(stream(1));
        assertThat(due.givesWay(1)).isFalse();
    }

    @Test
    void aFloodThatLastsBecomesEntriesInAPartOfTheTime() throws Exception {
        flooded.set(true);
        assertThat(due.givesWay(1)).isTrue();
        nanos.addAndGet(SECOND);
        assertThat(next()).isEqualTo(stream(1));
        assertThat(due.givesWay(1)).isFalse();
        due.tookTurn(10);
        nanos.addAndGet(39);
        assertThat(due.givesWay(1)).isTrue();
        nanos.addAndGet(1);
        assertThat(next()).isEqualTo(stream(1));
        assertThat(due.givesWay(1)).isFalse();
    }

    @Test
    void aStreamIsLookedAtWhileItIsWrittenOnlyWhereItIsKnownHowFarItWasRead() throws Exception {
        assertThat(due.begin(1)).isTrue();
        assertThat(due.isSettled(1)).isFalse();
        due.add(1);
        due.add(2);
        assertThat(due.next(_ -> false)).contains(stream(2));
        assertThat(next()).isEqualTo(stream(1));
        due.add(1);
        due.end(1, null);
        assertThat(due.isSettled(1)).isTrue();
        assertThat(due.next(_ -> false)).contains(stream(1));
    }

    @Test
    void noMoreThanTwoBatchesOfAStreamAreUnderWay() throws Exception {
        assertThat(due.begin(1)).isTrue();
        assertThat(due.begin(1)).isTrue();
        due.add(1);
        due.add(2);
        assertThat(next()).isEqualTo(stream(2));
        due.end(1, null);
        assertThat(next()).isEqualTo(stream(1));
    }

    @Test
    void aFailureIsToldOnceNothingOfItsStreamIsUnderWay() throws Exception {
        Exception refused = new Exception("refused");
        assertThat(due.begin(1)).isTrue();
        assertThat(due.begin(1)).isTrue();
        due.end(1, refused);
        due.add(1);
        due.add(2);
        assertThat(next()).isEqualTo(stream(2));
        due.end(1, null);
        assertThat(next()).isEqualTo(new DueStreams.Due.Failure(1, refused));
        assertThat(next()).isEqualTo(stream(1));
    }

    @Test
    void closingEndsAllWaiting() throws Exception {
        assertThat(due.begin(1)).isTrue();
        assertThat(due.begin(1)).isTrue();
        due.close();
        assertThat(due.begin(1)).isFalse();
        due.pause(Long.MAX_VALUE);
        assertThat(due.next(_ -> true)).isEmpty();
    }
}
