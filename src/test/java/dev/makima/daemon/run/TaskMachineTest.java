package dev.makima.daemon.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.base.RunId;
import dev.makima.base.TaskId;
import dev.makima.daemon.bus.Addresses;
import dev.makima.daemon.store.Event;
import dev.makima.daemon.store.OutboxRow;
import dev.makima.daemon.store.StoreBench;
import dev.makima.daemon.store.StoreRequest;
import dev.makima.daemon.store.TaskRecord;
import dev.makima.protocol.SpawnTask;
import dev.makima.protocol.StreamLengths;
import dev.makima.protocol.TaskComplete;
import dev.makima.protocol.TaskState;
import dev.makima.protocol.TaskStatusChange;
import dev.makima.testkit.Await;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TaskMachineTest extends StoreBench {
    private final AtomicInteger changes = new AtomicInteger();

    private TaskMachine in(TaskState state) {
        TaskId taskId = TaskId.of(UUID.randomUUID().toString());
        TaskRecord record = TaskRecord.admitted(
                        SpawnTask.builder(taskId, "n", "p").build(), new RunId(UUID.randomUUID()))
                .withState(state, null);
        return new TaskMachine(record, store, changes::incrementAndGet);
    }

    private List<Event> events(TaskMachine machine) {
        return Await.value(store.ask(new StoreRequest.ReadOutbox(0, 10_000)), PATIENCE).stream()
                .map(OutboxRow::event)
                .filter(event -> machine.record().taskId().equals(event.taskId()))
                .toList();
    }

    private TaskRecord saved(TaskMachine machine) {
        return Await.value(store.ask(new StoreRequest.FindTask(machine.record().taskId())), PATIENCE)
                .orElseThrow();
    }

    private static void go(TaskMachine machine, TaskState next) throws InterruptedException {
        if (next.isTerminal()) {
            machine.end(next, next == TaskState.FAILED ? "why" : null, List.of(), () -> new StreamLengths(3, 2, 1));
        } else {
            machine.become(next);
        }
    }

    /** Whether the database may not grow, so that SQLite answers as on a full disk. */
    private void full(boolean now) {
        String limit = now ? "1" : "4294967294";
        database.write(session -> session.one("pragma max_page_count = " + limit, row -> 1))
                .join();
    }

    /** One whose first save needs new pages. */
    private TaskMachine large(TaskState state) {
        TaskId taskId = TaskId.of(UUID.randomUUID().toString());
        TaskRecord record = TaskRecord.admitted(
                        SpawnTask.builder(taskId, "n", "p".repeat(200_000)).build(), new RunId(UUID.randomUUID()))
                .withState(state, null);
        return new TaskMachine(record, store, changes::incrementAndGet);
    }

    /** It may answer before the thread goes on that saved the change. */
    @Test
    void theServerIsToldOfNoStateThatItKnowsToBeOver() throws InterruptedException {
        TaskMachine machine = in(TaskState.PAUSED);
        List<TaskState> told = new CopyOnWriteArrayList<>();
        vertx.eventBus().addOutboundInterceptor(context -> {
            if (context.body() instanceof StoreRequest.Save) {
                assertThat(machine.state()).isEqualTo(TaskState.PAUSED);
                told.add(machine.told());
            }
            context.next();
        });
        machine.become(TaskState.RUNNING);
        assertThat(told).containsExactly(TaskState.RUNNING);
        assertThat(machine.told()).isEqualTo(TaskState.RUNNING);
    }

    @Test
    void onAFullDiskChangesHoldAndAreSavedWithTheirEventsOnceThereIsRoom() throws InterruptedException {
        TaskMachine machine = large(TaskState.STARTING);
        full(true);
        machine.become(TaskState.RUNNING);
        machine.become(TaskState.PAUSED);
        machine.become(TaskState.RUNNING);
        assertThat(machine.record().state()).isEqualTo(TaskState.RUNNING);
        assertThat(events(machine)).isEmpty();

        full(false);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (events(machine).isEmpty() && System.nanoTime() - deadline < 0) {
            machine.catchUp();
        }
        assertThat(events(machine))
                .extracting(event -> ((TaskStatusChange) event.frame()).newStatus())
                .containsExactly(TaskState.RUNNING, TaskState.PAUSED, TaskState.RUNNING);
        assertThat(saved(machine).state()).isEqualTo(TaskState.RUNNING);
        machine.catchUp();
        assertThat(events(machine)).hasSize(3);
    }

    @Test
    void onAFullDiskAnEndWaitsAndTellsTheLengthsThatHoldThen() throws Exception {
        TaskMachine machine = large(TaskState.RUNNING);
        full(true);
        AtomicInteger asked = new AtomicInteger();
        CompletableFuture<Boolean> ended = CompletableFuture.supplyAsync(() -> {
            try {
                machine.end(TaskState.FAILED, "why", List.of(), () -> new StreamLengths(0, 0, asked.incrementAndGet()));
                return true;
            } catch (InterruptedException e) {
                return false;
            }
        });
        Await.until(PATIENCE, "a second try", () -> asked.get() >= 2);
        assertThat(ended).isNotDone();
        full(false);
        assertThat(ended.get(10, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
        assertThat(events(machine))
                .singleElement()
                .satisfies(event -> assertThat(((TaskComplete) event.frame()).finalLengths())
                        .isEqualTo(new StreamLengths(0, 0, asked.get())));
        assertThat(saved(machine).state()).isEqualTo(TaskState.FAILED);
    }

    @Test
    void whoWaitsForRoomIsNotHeldAtTheDaemonsEnd() throws Exception {
        TaskMachine machine = large(TaskState.RUNNING);
        full(true);
        AtomicInteger asked = new AtomicInteger();
        CompletableFuture<String> outcome = new CompletableFuture<>();
        Thread run = Thread.ofPlatform().start(() -> {
            try {
                machine.end(TaskState.DONE, null, List.of(), () -> new StreamLengths(0, 0, asked.incrementAndGet()));
                outcome.complete("ended");
            } catch (InterruptedException e) {
                outcome.complete("left");
            }
        });
        Await.until(PATIENCE, "a try", () -> asked.get() >= 1);
        run.interrupt();
        assertThat(outcome.get(10, java.util.concurrent.TimeUnit.SECONDS)).isEqualTo("left");
        // The next daemon finds it running.
        assertThat(machine.record().state()).isEqualTo(TaskState.RUNNING);
    }

    @Test
    void everyTransitionOfTheTableIsSavedWithItsEventAndEveryOtherIsRefused() throws InterruptedException {
        for (TaskState from : TaskState.values()) {
            for (TaskState to : TaskState.values()) {
                TaskMachine machine = in(from);
                if (from.mayBecome(to)) {
                    go(machine, to);
                    assertThat(machine.state()).isEqualTo(to);
                    assertThat(saved(machine)).isEqualTo(machine.record());
                    assertThat(events(machine)).as(from + " to " + to).containsExactly(expected(machine, from, to));
                } else {
                    assertThatThrownBy(() -> go(machine, to))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining(from + " to " + to);
                    assertThat(machine.state()).isEqualTo(from);
                    assertThat(events(machine)).isEmpty();
                }
            }
        }
    }

    private static Event expected(TaskMachine machine, TaskState from, TaskState to) {
        TaskId task = machine.record().taskId();
        RunId run = machine.record().runId();
        StreamLengths lengths = new StreamLengths(3, 2, 1);
        return switch (to) {
            case DONE -> Event.endOf(task, run, TaskComplete.success(task).withRun(run, lengths));
            case FAILED ->
                Event.endOf(task, run, TaskComplete.failure(task, "why").withRun(run, lengths));
            case INTERRUPTED -> Event.endOf(task, run, TaskStatusChange.of(task, from, to));
            case PENDING, INITIALIZING, STARTING, RUNNING, PAUSED, BLOCKED ->
                Event.of(task, TaskStatusChange.of(task, from, to));
        };
    }

    @Test
    void aTaskIsOverBeforeTheServerCanHearOfItsEnd() throws InterruptedException {
        TaskMachine machine = in(TaskState.RUNNING);
        CompletableFuture<Boolean> over = new CompletableFuture<>();
        Addresses.OUTBOX_GREW.consume(vertx.eventBus(), _ -> over.complete(machine.isOver()));
        assertThat(machine.isOver()).isFalse();
        go(machine, TaskState.DONE);
        assertThat(over).succeedsWithin(PATIENCE).isEqualTo(true);
    }

    /** A crash in its set-up would else be told as if the work were gone. */
    @Test
    void aRunBeginsWithThePlaceAndTheConversationOfTheLast() throws InterruptedException {
        TaskMachine last = in(TaskState.RUNNING);
        UUID conversation = UUID.randomUUID();
        last.update(task -> task.withSession(conversation).withDirectory(temp, null));
        last.end(TaskState.FAILED, "why", List.of(), () -> StreamLengths.NONE);
        TaskRecord again = TaskRecord.admitted(last.record().spawn(), new RunId(UUID.randomUUID()));
        TaskMachine next = new TaskMachine(again, store, changes::incrementAndGet);
        next.admit();
        assertThat(saved(next).directory()).isEqualTo(temp);
        assertThat(saved(next).sessionId()).isEqualTo(conversation);
        assertThat(saved(next).error()).isNull();
        assertThat(saved(next).launches()).isZero();
    }

    @Test
    void anInterruptBeforeAChangeLeavesEverythingAsItWas() throws InterruptedException {
        TaskMachine machine = in(TaskState.INITIALIZING);
        machine.admit();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> machine.become(TaskState.STARTING)).isInstanceOf(InterruptedException.class);
        assertThat(machine.state()).isEqualTo(TaskState.INITIALIZING);
        assertThat(saved(machine).state()).isEqualTo(TaskState.INITIALIZING);
        assertThat(changes).hasValue(1);
    }

    @Test
    void anInterruptDuringAChangeDoesNotPartWhatIsKnownFromWhatIsSaved() throws InterruptedException {
        for (int round = 0; round < 50; round++) {
            TaskMachine machine = in(TaskState.INITIALIZING);
            Thread here = Thread.currentThread();
            Thread other = Thread.ofPlatform().start(here::interrupt);
            try {
                machine.admit();
                machine.become(TaskState.STARTING);
                machine.become(TaskState.RUNNING);
            } catch (InterruptedException e) {
                // Where it struck is left to chance.
            }
            while (other.isAlive()) {
                Thread.onSpinWait();
            }
            Thread.interrupted();
            var found = Await.value(
                    store.ask(new StoreRequest.FindTask(machine.record().taskId())), PATIENCE);
            found.ifPresent(saved -> assertThat(saved).isEqualTo(machine.record()));
        }
    }

    @Test
    void aPlaceThatIsOlderThanTheWorkHandedOverDoesNotPassForNewerAfterACrash() throws InterruptedException {
        TaskId taskId = TaskId.of(UUID.randomUUID().toString());
        SpawnTask first = SpawnTask.builder(taskId, "n", "p").fence(1L).build();
        TaskMachine before = admitted(first);
        before.update(task -> task.withDirectory(Path.of("/old"), null).withSession(UUID.randomUUID()));
        SpawnTask again = first.toBuilder().resumeSession(true).fence(3L).build();

        SpawnTask newer = again.toBuilder().patchFence(2L).build();
        assertThat(before.record().isOlderThan(again)).isFalse();
        assertThat(before.record().isOlderThan(again.toBuilder().patchFence(1L).build()))
                .isFalse();
        assertThat(before.record().isOlderThan(newer)).isTrue();

        TaskMachine crashed = admitted(newer);
        assertThat(saved(crashed).fence()).isEqualTo(3);
        assertThat(saved(crashed).directory()).isNull();
        assertThat(saved(crashed).sessionId()).isNull();
        assertThat(crashed.earlier()).map(TaskRecord::directory).contains(Path.of("/old"));
        assertThat(saved(crashed).isOlderThan(newer.toBuilder().fence(4L).build()))
                .isTrue();

        crashed.update(task -> task.withDirectory(Path.of("/new"), null));
        assertThat(saved(crashed).isOlderThan(newer.toBuilder().fence(4L).build()))
                .isFalse();
        assertThat(saved(admitted(newer.toBuilder().fence(4L).build())).directory())
                .isEqualTo(Path.of("/new"));
    }

    private TaskMachine admitted(SpawnTask spawn) throws InterruptedException {
        TaskMachine machine = new TaskMachine(
                TaskRecord.admitted(spawn, new RunId(UUID.randomUUID())), store, changes::incrementAndGet);
        machine.admit();
        return machine;
    }
}
