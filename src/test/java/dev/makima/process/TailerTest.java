package dev.makima.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.process.Tailer.Subscription;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TailerTest {
    @TempDir
    private Path directory;

    private final Tailer tailer = new Tailer();
    private Path file = Path.of("file");

    @BeforeEach
    void makeFile() throws IOException {
        file = Files.createFile(directory.resolve("file"));
    }

    @AfterEach
    void closeTailer() {
        tailer.close();
    }

    /** Keeps what it was given and checks that it came without a gap. */
    private static final class Collector implements Follower {
        final AtomicInteger demand = new AtomicInteger(Integer.MAX_VALUE);
        final AtomicReference<IOException> failure = new AtomicReference<>();
        final AtomicLong next = new AtomicLong();
        final AtomicInteger rested = new AtomicInteger();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Collector(long from) {
            next.set(from);
        }

        @Override
        public int demand() {
            return demand.get();
        }

        @Override
        public synchronized void accept(long offset, ByteBuffer piece) {
            assertThat(offset).isEqualTo(next.get());
            int count = piece.remaining();
            assertThat(count).isBetween(1, demand.get());
            bytes.write(piece.array(), piece.arrayOffset() + piece.position(), count);
            next.addAndGet(count);
            demand.addAndGet(-count);
        }

        @Override
        public void rests() {
            rested.incrementAndGet();
        }

        @Override
        public void failed(IOException reason) {
            failure.set(reason);
        }

        synchronized String text() {
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }

    @Test
    void whatIsThereAndWhatComesIsHandedOver() throws IOException {
        append("old");
        Collector collector = new Collector(1);
        Subscription subscription = tailer.follow(file, 1, collector);
        Agents.await("what was there", () -> collector.text().equals("ld"));
        append(" new");
        Agents.await("what came", () -> collector.text().equals("ld new"));
        Agents.await("its position", () -> subscription.position() == 7);
    }

    @Test
    void afterEachBurstTheFollowerIsToldOnceThatTheFileRests() throws IOException {
        Collector collector = new Collector(0);
        tailer.follow(file, 0, collector);
        append("a");
        Agents.await("the first rest", () -> collector.rested.get() == 1);
        append("b");
        Agents.await("the second rest", () -> collector.rested.get() == 2);
        assertThat(collector.text()).isEqualTo("ab");
    }

    @Test
    void noMoreThanIsAskedForAndMoreAfterWake() throws IOException {
        append("0123456789");
        Collector collector = new Collector(0);
        collector.demand.set(4);
        tailer.follow(file, 0, collector);
        Agents.await("four bytes", () -> collector.text().equals("0123"));
        append("abc");
        collector.demand.set(3);
        tailer.wake();
        Agents.await("three more", () -> collector.text().equals("0123456"));
        assertThat(collector.demand).hasValue(0);
        collector.demand.set(100);
        tailer.wake();
        Agents.await("the rest", () -> collector.text().equals("0123456789abc"));
    }

    @Test
    void seekGoesBackAndForward() throws IOException {
        append("0123456789");
        Collector collector = new Collector(0);
        collector.demand.set(6);
        Subscription subscription = tailer.follow(file, 0, collector);
        Agents.await("six bytes", () -> collector.text().equals("012345"));
        collector.next.set(2);
        subscription.seek(2);
        assertThat(subscription.position()).isEqualTo(2);
        collector.demand.set(3);
        subscription.nudge();
        Agents.await("again", () -> collector.text().equals("012345234"));
        collector.next.set(9);
        subscription.seek(9);
        collector.demand.set(3);
        tailer.wake();
        Agents.await("the last", () -> collector.text().equals("0123452349"));
    }

    @Test
    void seekInsideAcceptHolds() throws IOException {
        append("0123456789");
        AtomicReference<Subscription> own = new AtomicReference<>();
        List<Long> offsets = new ArrayList<>();
        CountDownLatch ready = new CountDownLatch(1);
        CountDownLatch thrice = new CountDownLatch(3);
        own.set(tailer.follow(file, 0, new Follower() {
            @Override
            public int demand() {
                return ready.getCount() == 0 && thrice.getCount() > 0 ? 100 : 0;
            }

            @Override
            public void accept(long offset, ByteBuffer bytes) {
                offsets.add(offset);
                thrice.countDown();
                own.get().seek(5);
            }
        }));
        ready.countDown();
        tailer.wake();
        assertDone(thrice);
        assertThat(offsets).containsExactly(0L, 5L, 5L);
    }

    @Test
    void afterCloseNothingIsHandedOver() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        append("x");
        Subscription subscription = tailer.follow(file, 0, new Follower() {
            @Override
            public int demand() {
                return 1;
            }

            @Override
            public void accept(long offset, ByteBuffer bytes) {
                calls.incrementAndGet();
                inside.countDown();
                assertDone(goOn);
            }
        });
        assertDone(inside);
        Thread closer = Thread.ofPlatform().start(subscription::close);
        Agents.await("the closer's wait", () -> closer.getState() == Thread.State.WAITING);
        goOn.countDown();
        closer.join();
        append("yyy");
        Collector after = new Collector(0);
        tailer.follow(file, 0, after);
        Agents.await("another follower", () -> after.text().equals("xyyy"));
        assertThat(calls).hasValue(1);
    }

    @Test
    void aMissingOrShrunkFileEndsItsFollowerOnly() throws IOException {
        append("0123");
        Collector missing = new Collector(0);
        Collector shrunk = new Collector(0);
        Collector beyond = new Collector(9);
        Collector good = new Collector(0);
        Path other = Files.writeString(directory.resolve("other"), "abc");
        tailer.follow(directory.resolve("none"), 0, missing);
        tailer.follow(other, 0, shrunk);
        tailer.follow(file, 9, beyond);
        tailer.follow(file, 0, good);
        Agents.await("the other's text", () -> shrunk.text().equals("abc"));
        Files.writeString(other, "a");
        Agents.await(
                "all failures",
                () -> missing.failure.get() != null && shrunk.failure.get() != null && beyond.failure.get() != null);
        append("4");
        Agents.await("the good one", () -> good.text().equals("01234"));
        assertThat(good.failure).hasNullValue();
    }

    @Test
    void aFollowersMistakeEndsThatFollowerOnly() throws IOException {
        append("x");
        AtomicInteger calls = new AtomicInteger();
        tailer.follow(file, 0, new Follower() {
            @Override
            public int demand() {
                return 1;
            }

            @Override
            public void accept(long offset, ByteBuffer bytes) {
                calls.incrementAndGet();
                throw new IllegalStateException("a mistake, made on purpose by a test");
            }
        });
        Collector good = new Collector(0);
        tailer.follow(file, 0, good);
        Agents.await("the good one", () -> good.text().equals("x"));
        append("y");
        Agents.await("the good one again", () -> good.text().equals("xy"));
        assertThat(calls).hasValue(1);
    }

    @Test
    void aFileWithMuchToSayDoesNotHoldOthersUp() throws IOException {
        Path big = directory.resolve("big");
        Files.write(big, new byte[8 * 1024 * 1024]);
        append("small");
        AtomicLong bytesBefore = new AtomicLong(-1);
        Collector small = new Collector(0);
        AtomicLong read = new AtomicLong();
        CountDownLatch both = new CountDownLatch(1);
        tailer.follow(big, 0, new Follower() {
            @Override
            public int demand() {
                return both.getCount() == 0 ? Integer.MAX_VALUE : 0;
            }

            @Override
            public void accept(long offset, ByteBuffer bytes) {
                read.addAndGet(bytes.remaining());
                if (bytesBefore.get() < 0 && !small.text().isEmpty()) {
                    bytesBefore.set(offset);
                }
            }
        });
        small.demand.set(0);
        tailer.follow(file, 0, small);
        small.demand.set(100);
        both.countDown();
        tailer.wake();
        Agents.await(
                "all of it", () -> read.get() == 8 * 1024 * 1024 && small.text().equals("small"));
        assertThat(bytesBefore.get()).isBetween(0L, 4L * 64 * 1024);
    }

    @Test
    void hundredsOfFilesAreFollowed() throws IOException {
        List<Collector> collectors = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            Path one = Files.writeString(directory.resolve("f" + i), "a" + i);
            Collector collector = new Collector(0);
            tailer.follow(one, 0, collector);
            collectors.add(collector);
        }
        for (int i = 0; i < 300; i++) {
            Files.writeString(directory.resolve("f" + i), "b", StandardOpenOption.APPEND);
        }
        for (int i = 0; i < 300; i++) {
            Collector collector = collectors.get(i);
            String expected = "a" + i + "b";
            Agents.await("file " + i, () -> collector.text().equals(expected));
        }
    }

    @Test
    void theEndOfALaunchIsTold() {
        try (Agents agents = new Agents(directory)) {
            Launch launch = agents.sh("read line; exit 12");
            AtomicReference<LaunchState> end = new AtomicReference<>();
            CountDownLatch told = new CountDownLatch(1);
            tailer.watch(launch, state -> {
                end.set(state);
                told.countDown();
            });
            launch.send("go");
            assertDone(told);
            assertThat(end).hasValue(new LaunchState.Exited(12));
        }
    }

    @Test
    void aClosedTailerTakesNobody() {
        tailer.close();
        tailer.close();
        assertThatThrownBy(() -> tailer.follow(file, 0, new Collector(0))).isInstanceOf(IllegalStateException.class);
    }

    private void append(String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.APPEND);
    }

    private static void assertDone(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
