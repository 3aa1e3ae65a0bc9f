package dev.makima.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.RunId;
import dev.makima.base.TaskId;
import dev.makima.config.ServerConfig;
import dev.makima.protocol.Capability;
import dev.makima.protocol.RunLease;
import dev.makima.protocol.TaskComplete;
import dev.makima.testkit.Checkpoints;
import dev.makima.testkit.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Eight workers at once on one database, each doing what servers do at their own time: hand over, renew, take away,
 * complete. On PostgreSQL they belong to two servers.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class EightWorkersTest {
    private static final int WORKERS = 8;
    private static final int TASKS = 40;
    private static final int ROOM = 3;
    private static final Duration LEASE = Duration.ofSeconds(60);
    private static final Instant BEGIN = Instant.ofEpochSecond(1_800_000_000);

    private final TestDatabase kind;
    private final Vertx vertx = Vertx.vertx();
    private final List<Store> stores = new ArrayList<>();
    private final AtomicLong seconds = new AtomicLong();
    private final Set<UUID> daemons = new HashSet<>();

    @TempDir
    private Path directory;

    private KeyTable.Holder holder = new KeyTable.Holder("", "");

    EightWorkersTest(TestDatabase kind) {
        this.kind = kind;
    }

    @BeforeEach
    void open() {
        ServerConfig.Database configured = kind.withTables(directory);
        int servers = kind == TestDatabase.SQLITE ? 1 : 2;
        for (int i = 0; i < servers; i++) {
            stores.add(await(Store.open(vertx, Store.settings(configured), BEGIN)));
        }
        holder = await(stores.getFirst().keys().firstHolder(BEGIN));
        for (int i = 0; i < 4; i++) {
            daemons.add(await(StoreFixtures.daemon(
                    stores.getFirst(),
                    holder,
                    "m" + i,
                    ROOM,
                    List.of(Capability.LEASE, Capability.OUTPUT_STREAM),
                    BEGIN)));
        }
    }

    @AfterEach
    void close() {
        stores.forEach(store -> await(store.close()));
        await(vertx.close());
    }

    private record Held(DispatchTable.Claim claim, RunId runId) {}

    @Test
    void noTaskIsHandedOverTwiceOrCompletedTwice() throws Exception {
        Set<TaskId> tasks = ConcurrentHashMap.newKeySet();
        for (int i = 0; i < TASKS; i++) {
            tasks.add(task("task" + i));
        }
        Set<String> claims = ConcurrentHashMap.newKeySet();
        Map<TaskId, AtomicInteger> completions = new ConcurrentHashMap<>();
        ConcurrentLinkedQueue<Held> held = new ConcurrentLinkedQueue<>();
        AtomicInteger taken = new AtomicInteger();
        AtomicInteger expired = new AtomicInteger();
        inParallel(worker -> {
            Store store = stores.get(worker % stores.size());
            Random dice = new Random(worker);
            while (completions.size() < TASKS) {
                switch (dice.nextInt(5)) {
                    case 0, 1 -> {
                        for (DispatchTable.Claim claim :
                                await(store.dispatch().claim(daemons, daemons, LEASE, Duration.ZERO, now()))) {
                            taken.incrementAndGet();
                            claims.add(claim.taskId() + " " + claim.fence());
                            held.add(new Held(claim, new RunId(UUID.randomUUID())));
                        }
                    }
                    case 2 -> {
                        List<TaskId> lost =
                                await(store.handOvers().expire(Duration.ofHours(1), Duration.ZERO, 10_000, now()));
                        expired.addAndGet(lost.size());
                    }
                    case 3 -> {
                        Held one = held.poll();
                        if (one != null) {
                            RunLease lease = new RunLease(
                                    one.claim().taskId(),
                                    one.runId(),
                                    one.claim().fence());
                            await(store.handOvers().renew(one.claim().daemonId(), List.of(lease), LEASE, now()));
                            held.add(one);
                        }
                    }
                    case 4 -> {
                        Held one = held.poll();
                        // Some are never heard of again, and have to be taken away.
                        if (one != null && dice.nextInt(3) > 0 && complete(store, one)) {
                            completions
                                    .computeIfAbsent(one.claim().taskId(), ignored -> new AtomicInteger())
                                    .incrementAndGet();
                        }
                    }
                    default -> throw new AssertionError("no such side");
                }
                seconds.incrementAndGet();
            }
        });
        assertThat(claims).as("each hand-over has a fence of its own").hasSize(taken.get());
        assertThat(completions.values()).allMatch(count -> count.get() == 1);
        assertThat(completions.keySet()).isEqualTo(tasks);
        assertThat(expired.get()).as("the case is tried").isPositive();
        for (TaskId id : tasks) {
            Task task = await(stores.getLast().tasks().get(id)).orElseThrow();
            assertThat(task.status().wire()).isEqualTo("done");
        }
        assertThat(await(stores.getLast().daemons().list(holder.ownerId(), null, 1000)))
                .allMatch(daemon -> daemon.activeTasks() == 0);
    }

    @Test
    void noDaemonGetsMoreThanItHasRoomFor() throws Exception {
        for (int i = 0; i < TASKS; i++) {
            task("task" + i);
        }
        CyclicBarrier together = new CyclicBarrier(WORKERS);
        ConcurrentLinkedQueue<DispatchTable.Claim> claims = new ConcurrentLinkedQueue<>();
        AtomicInteger most = new AtomicInteger();
        inParallel(worker -> {
            Store store = stores.get(worker % stores.size());
            for (int round = 0; round < 10; round++) {
                together.await(30, TimeUnit.SECONDS);
                claims.addAll(await(store.dispatch().claim(daemons, daemons, LEASE, Duration.ZERO, now())));
                together.await(30, TimeUnit.SECONDS);
                if (worker == 0) {
                    await(store.daemons().list(holder.ownerId(), null, 1000))
                            .forEach(daemon -> most.accumulateAndGet(daemon.activeTasks(), Math::max));
                    for (DispatchTable.Claim claim = claims.poll(); claim != null; claim = claims.poll()) {
                        await(store.dispatch().putBack(claim.taskId(), claim.fence(), Duration.ZERO, now()));
                    }
                }
            }
        });
        assertThat(most.get()).isEqualTo(ROOM);
    }

    @Test
    void nothingThatIsCountedIsCountedTwiceOrNotAtAll() throws Exception {
        TaskId id = task("busy");
        UUID daemon = await(stores.getFirst().dispatch().claim(daemons, daemons, LEASE, Duration.ZERO, now()))
                .getFirst()
                .daemonId();
        int each = 20;
        AtomicInteger kept = new AtomicInteger();
        inParallel(worker -> {
            NoteTable notes = stores.get(worker % stores.size()).notes();
            for (int i = 0; i < each; i++) {
                // Two workers tell of the same events, one at each server.
                String event = worker < 2 ? "told-twice-" + i : "event-" + worker + "-" + i;
                if (await(notes.checkpoint(daemon, Checkpoints.made(id, "work").withEventId(event), now()))) {
                    kept.incrementAndGet();
                }
            }
        });
        int events = (WORKERS - 1) * each;
        assertThat(kept.get()).isEqualTo(events);
        assertThat(await(stores.getLast().checkpoints().list(id, null, 1000)).stream()
                        .mapToLong(checkpoint -> checkpoint.number() == null ? 0 : checkpoint.number())
                        .sorted())
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, events).boxed().toList());
        assertThat(await(stores.getLast().entries().after(id, 0, 1000)).stream().map(EntryTable.Stored::seq))
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, events).boxed().toList());
    }

    @Test
    void noChangeThatNamesAVersionIsLost() throws Exception {
        TaskId id = task("popular");
        int each = 10;
        inParallel(worker -> {
            Store store = stores.get(worker % stores.size());
            for (int done = 0; done < each; ) {
                Task seen = await(store.tasks().get(id)).orElseThrow();
                int next = seen.spec().priority() + 1;
                TaskEdits.Change change =
                        new TaskEdits.Change(seen.version(), null, Map.of(TaskEdits.Field.PRIORITY, next), false);
                if (await(store.edits().change(holder.ownerId(), id, change, now()))) {
                    done++;
                }
            }
        });
        Task task = await(stores.getLast().tasks().get(id)).orElseThrow();
        assertThat(task.spec().priority()).isEqualTo(WORKERS * each);
        assertThat(task.version()).isEqualTo(1 + WORKERS * each);
    }

    private boolean complete(Store store, Held held) {
        DispatchTable.Claim claim = held.claim();
        TaskComplete frame = new TaskComplete(
                claim.taskId(),
                true,
                null,
                null,
                held.runId(),
                null,
                claim.taskId() + "-" + claim.fence(),
                claim.fence());
        return await(store.events().completed(claim.daemonId(), frame, now()));
    }

    private TaskId task(String name) {
        Task.Spec spec = Task.Spec.in(null, null);
        return await(stores.getFirst()
                .tasks()
                .add(new TaskTable.NewTask(holder.ownerId(), holder.accountId(), name, "do it", spec, true), BEGIN));
    }

    private Instant now() {
        return BEGIN.plusSeconds(seconds.get());
    }

    private interface Worker {
        void run(int number) throws Exception;
    }

    private static void inParallel(Worker work) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(WORKERS)) {
            var all = IntStream.range(0, WORKERS)
                    .mapToObj(number -> threads.submit(() -> {
                        work.run(number);
                        return true;
                    }))
                    .toList();
            for (var one : all) {
                one.get(60, TimeUnit.SECONDS);
            }
        }
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
