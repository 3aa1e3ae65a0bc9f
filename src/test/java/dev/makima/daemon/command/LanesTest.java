package dev.makima.daemon.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.daemon.command.Lanes.Kind;
import dev.makima.daemon.command.Lanes.Offered;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LanesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Lanes lanes = new Lanes(new Lanes.Limits(1, 2, 3, 5, 100));
    private final List<String> done = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch gate = new CountDownLatch(1);

    @AfterEach
    void end() throws InterruptedException {
        gate.countDown();
        lanes.close();
        lanes.interrupt();
        assertThat(lanes.awaitIdle(PATIENCE)).isTrue();
    }

    private record Job(Kind kind, int characters, Runnable work) implements Lanes.Job {
        @Override
        public void run() {
            work.run();
        }
    }

    private Job says(String word) {
        return new Job(Kind.CHANGING, 1, () -> done.add(word));
    }

    private Job blocks(Kind kind, CountDownLatch begun) {
        return new Job(kind, 1, () -> {
            begun.countDown();
            try {
                gate.await();
            } catch (InterruptedException e) {
                done.add("interrupted");
            }
        });
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void jobsOfOneLaneComeInTheirOrderWhateverTheirKind() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch last = new CountDownLatch(1);
        lanes.offer("a", blocks(Kind.CHANGING, begun));
        await(begun);
        lanes.offer("a", new Job(Kind.READING, 1, () -> done.add("read")));
        lanes.offer("a", says("changed"));
        lanes.offer("a", new Job(Kind.READING, 1, () -> {
            done.add("read again");
            last.countDown();
        }));
        assertThat(done).isEmpty();
        gate.countDown();
        await(last);
        assertThat(done).containsExactly("read", "changed", "read again");
    }

    @Test
    void aReaderDoesNotWaitWhileAllThatChangeAreBusy() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(2);
        lanes.offer("a", blocks(Kind.CHANGING, begun));
        lanes.offer("b", blocks(Kind.CHANGING, begun));
        await(begun);
        CountDownLatch read = new CountDownLatch(1);
        lanes.offer("c", new Job(Kind.READING, 1, read::countDown));
        await(read);
    }

    @Test
    void oneLaneIsFullBeforeTheOthersAre() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        lanes.offer("a", blocks(Kind.CHANGING, begun));
        await(begun);
        for (int i = 0; i < 3; i++) {
            assertThat(lanes.offer("a", says("a"))).isEqualTo(Offered.TAKEN);
        }
        assertThat(lanes.offer("a", says("one too many"))).isEqualTo(Offered.TOO_MANY);
        CountDownLatch other = new CountDownLatch(1);
        assertThat(lanes.offer("b", blocks(Kind.CHANGING, other))).isEqualTo(Offered.TAKEN);
        await(other);
        assertThat(lanes.offer("b", says("b"))).isEqualTo(Offered.TAKEN);
        assertThat(lanes.offer("c", says("c"))).isEqualTo(Offered.TAKEN);
        assertThat(lanes.offer("d", says("over all"))).isEqualTo(Offered.TOO_MANY);
    }

    @Test
    void whatWaitsIsBoundedInSizeToo() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        lanes.offer("a", blocks(Kind.CHANGING, begun));
        await(begun);
        assertThat(lanes.offer("b", new Job(Kind.CHANGING, 100, () -> {}))).isEqualTo(Offered.TOO_MANY);
        assertThat(lanes.offer("b", new Job(Kind.CHANGING, 99, () -> {}))).isEqualTo(Offered.TAKEN);
    }

    @Test
    void oneJobAloneMayBeLargerThanAllTogether() throws InterruptedException {
        CountDownLatch ran = new CountDownLatch(1);
        assertThat(lanes.offer("a", new Job(Kind.CHANGING, 1000, ran::countDown)))
                .isEqualTo(Offered.TAKEN);
        await(ran);
    }

    @Test
    void closedLanesGiveBackWhatWasNotBegunAndInterruptTheRest() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        lanes.offer("a", blocks(Kind.CHANGING, begun));
        await(begun);
        Job waits = says("never");
        lanes.offer("a", waits);
        assertThat(lanes.close()).containsExactly(waits);
        assertThat(lanes.offer("b", says("never"))).isEqualTo(Offered.CLOSED);
        assertThat(lanes.awaitIdle(Duration.ofMillis(50))).isFalse();
        lanes.interrupt();
        assertThat(lanes.awaitIdle(PATIENCE)).isTrue();
        assertThat(done).containsExactly("interrupted");
    }

    @Test
    void aJobThatBreaksDoesNotStopItsLane() throws InterruptedException {
        lanes.offer("a", new Job(Kind.CHANGING, 1, () -> {
            throw new AssertionError("broken on purpose");
        }));
        CountDownLatch next = new CountDownLatch(1);
        lanes.offer("a", new Job(Kind.CHANGING, 1, next::countDown));
        await(next);
    }
}
