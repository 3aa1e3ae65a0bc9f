package dev.makima.daemon.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.RunId;
import dev.makima.base.StreamName;
import dev.makima.base.TaskId;
import dev.makima.daemon.bus.RunOutput;
import dev.makima.daemon.bus.StoreStatus;
import dev.makima.daemon.lease.SavedLease;
import dev.makima.git.Worktree;
import dev.makima.protocol.SpawnTask;
import dev.makima.protocol.TaskComplete;
import dev.makima.protocol.TaskState;
import dev.makima.protocol.TaskStatusChange;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is saved is there after the database was closed and opened again. */
class StoreVerticleTest extends StoreBench {
    private final TaskId taskId = task();
    private final RunId runId = new RunId(UUID.randomUUID());

    private void reopen() {
        close();
        open();
    }

    private static TaskId task() {
        return TaskId.of(UUID.randomUUID().toString());
    }

    private TaskRecord admitted() {
        return TaskRecord.admitted(
                SpawnTask.builder(taskId, "näme", "line one\nline \"two\" ☃")
                        .repoUrl("/some/where")
                        .env(Map.of("A", "b"))
                        .fence(7L)
                        .build(),
                runId);
    }

    private static Event change(TaskId about) {
        return Event.of(about, TaskStatusChange.of(about, TaskState.PENDING, TaskState.INITIALIZING));
    }

    @Test
    void aTaskIsReadAsItWasSaved() {
        Worktree tree = new Worktree(
                taskId, Path.of("/trees/x y"), Path.of("/repos/r"), "makima/task-x", "main", "0123abc", List.of());
        TaskRecord full = admitted()
                .withDirectory(tree.path(), tree)
                .withState(TaskState.STARTING, null)
                .withLaunch(
                        UUID.randomUUID(),
                        RunProgress.after(new BigDecimal("0.125"))
                                .launched(Instant.ofEpochMilli(1234), 99, true)
                                .spent(new BigDecimal("0.50"))
                                .concluded(2)
                                .withLoop(new LoopProgress("hash", 1, "no \"key\"", 4)));
        TaskRecord bare =
                TaskRecord.admitted(SpawnTask.builder(task(), "bare", "").build(), new RunId(UUID.randomUUID()));
        ask(new StoreRequest.Save(full, List.of()));
        ask(new StoreRequest.Save(bare, List.of()));
        reopen();
        assertThat(ask(new StoreRequest.FindTask(taskId))).contains(full);
        assertThat(ask(new StoreRequest.FindTask(bare.taskId()))).contains(bare);
        assertThat(ask(new StoreRequest.FindTask(task()))).isEmpty();
        assertThat(full.launches()).isEqualTo(3);
        assertThat(full.progress().ownCost()).isEqualByComparingTo("0.375");
    }

    @Test
    void aPatchToBeginWithIsNotKept() {
        SpawnTask spawn = SpawnTask.builder(taskId, "a", "go")
                .patchData("x".repeat(1_000_000))
                .patchBaseSha("0123abc")
                .build();
        ask(new StoreRequest.Save(TaskRecord.admitted(spawn, runId), List.of()));
        TaskRecord read = ask(new StoreRequest.FindTask(taskId)).orElseThrow();
        assertThat(read.spawn().patchData()).isNull();
        assertThat(read.spawn().patchBaseSha()).isEqualTo("0123abc");
    }

    @Test
    void aWorktreeOfAnotherTaskStaysThatOnes() {
        Worktree theirs = new Worktree(
                task(), Path.of("/trees/x"), Path.of("/repos/r"), "makima/x", "main", "0123abc", List.of());
        ask(new StoreRequest.Save(admitted().withDirectory(theirs.path(), theirs), List.of()));
        reopen();
        TaskRecord read = ask(new StoreRequest.FindTask(taskId)).orElseThrow();
        assertThat(read.worktree()).isEqualTo(theirs);
        assertThat(read.sharesWorktree()).isTrue();
        Worktree own = new Worktree(
                taskId, Path.of("/trees/y"), Path.of("/repos/r"), "makima/y", "main", "0123abc", List.of());
        ask(new StoreRequest.Save(read.withDirectory(own.path(), own), List.of()));
        reopen();
        assertThat(ask(new StoreRequest.FindTask(taskId)).orElseThrow().sharesWorktree())
                .isFalse();
    }

    @Test
    void onlyTasksThatAreNotOverAreUnfinished() {
        for (TaskState state : TaskState.values()) {
            TaskRecord record = TaskRecord.admitted(
                    SpawnTask.builder(task(), state.wire(), "").build(), new RunId(UUID.randomUUID()));
            ask(new StoreRequest.Save(record.withState(state, null), List.of()));
        }
        reopen();
        assertThat(ask(new StoreRequest.UnfinishedTasks()).stream().map(TaskRecord::state))
                .containsExactlyInAnyOrder(
                        TaskState.PENDING,
                        TaskState.INITIALIZING,
                        TaskState.STARTING,
                        TaskState.RUNNING,
                        TaskState.PAUSED,
                        TaskState.BLOCKED);
    }

    @Test
    void eventsComeInOrderUntilTheyAreDeliveredOrSetAside() {
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            events.add(change(task()));
        }
        // What is told of a task says by which hand-over, where nobody said so.
        Event end = Event.endOf(taskId, runId, TaskComplete.failure(taskId, "why"));
        ask(new StoreRequest.Save(
                admitted(), Stream.concat(events.stream(), Stream.of(end)).toList()));
        events.add(
                Event.endOf(taskId, runId, TaskComplete.failure(taskId, "why").withFence(7)));
        reopen();
        List<OutboxRow> rows = ask(new StoreRequest.ReadOutbox(0, 100));
        assertThat(rows.stream().map(OutboxRow::event)).isEqualTo(events);
        assertThat(ask(new StoreRequest.ReadOutbox(rows.get(1).number(), 2))).isEqualTo(rows.subList(2, 4));
        ask(new StoreRequest.EventsDelivered(
                List.of(rows.get(0).number(), rows.get(2).number())));
        ask(new StoreRequest.EventSetAside(rows.get(1).number(), "refused"));
        reopen();
        assertThat(ask(new StoreRequest.ReadOutbox(0, 100))).isEqualTo(rows.subList(3, 6));
    }

    @Test
    void theEndOfAReleasedRunWaitsForNoOutput() {
        Event end = Event.endOf(taskId, runId, TaskComplete.failure(taskId, "why"));
        ask(new StoreRequest.Save(admitted(), List.of(end)));
        assertThat(ask(new StoreRequest.ReadOutbox(0, 1)).getFirst().event().afterOutput())
                .isTrue();
        ask(new StoreRequest.ReleaseRun(runId));
        reopen();
        assertThat(ask(new StoreRequest.ReadOutbox(0, 1)).getFirst().event().afterOutput())
                .isFalse();
    }

    @Test
    void aRunIsReleasedWithItsEndThatHasArrivedOrIsRefused() {
        TaskId other = task();
        RunId otherRun = new RunId(UUID.randomUUID());
        ask(new StoreRequest.Save(
                admitted(), List.of(Event.endOf(taskId, runId, TaskComplete.failure(taskId, "why")))));
        ask(new StoreRequest.Save(
                TaskRecord.admitted(SpawnTask.builder(other, "other", "").build(), otherRun),
                List.of(Event.endOf(other, otherRun, TaskComplete.failure(other, "why")))));
        List<OutboxRow> rows = ask(new StoreRequest.ReadOutbox(0, 2));
        assertThat(ask(new StoreRequest.OpenRuns()).stream().map(RunOutput::runId))
                .containsExactly(runId, otherRun);
        ask(new StoreRequest.EventsDelivered(List.of(rows.getFirst().number()), List.of(runId)));
        reopen();
        assertThat(ask(new StoreRequest.OpenRuns()).stream().map(RunOutput::runId))
                .containsExactly(otherRun);
        ask(new StoreRequest.EventSetAside(rows.getLast().number(), "refused", otherRun));
        reopen();
        assertThat(ask(new StoreRequest.OpenRuns())).isEmpty();
    }

    @Test
    void whatAFencedTaskStillHadToSayIsNoRefusal() {
        ask(new StoreRequest.AddEvents(List.of(change(taskId), change(taskId))));
        List<OutboxRow> rows = ask(new StoreRequest.ReadOutbox(0, 2));
        ask(new StoreRequest.EventSetAside(rows.get(0).number(), StoreStatus.Aside.FENCED));
        ask(new StoreRequest.EventSetAside(rows.get(1).number(), "refused"));
        assertThat(ask(new StoreRequest.TakeInventory()).asideEvents())
                .extracting(StoreStatus.Aside::fenced)
                .containsExactly(true, false);
    }

    @Test
    void aNumberIsNeverUsedAgain() {
        ask(new StoreRequest.AddEvents(List.of(change(taskId))));
        long first = ask(new StoreRequest.ReadOutbox(0, 1)).getFirst().number();
        ask(new StoreRequest.EventsDelivered(List.of(first)));
        reopen();
        ask(new StoreRequest.AddEvents(List.of(change(taskId))));
        assertThat(ask(new StoreRequest.ReadOutbox(0, 1)).getFirst().number()).isGreaterThan(first);
    }

    @Test
    void aRunIsOpenUntilItIsReleasedAndKnowsWhatWasDelivered() {
        ask(new StoreRequest.Save(admitted(), List.of()));
        ask(new StoreRequest.OutputDelivered(runId, Map.of(StreamName.STDOUT, 100L, StreamName.DAEMON, 5L)));
        // A hint that comes late takes nothing back.
        ask(new StoreRequest.OutputDelivered(runId, Map.of(StreamName.STDOUT, 50L)));
        ask(new StoreRequest.Save(admitted().withState(TaskState.STARTING, null), List.of()));
        reopen();
        assertThat(ask(new StoreRequest.OpenRuns()))
                .containsExactly(new RunOutput(
                        taskId,
                        runId,
                        7,
                        TaskState.STARTING,
                        Map.of(StreamName.STDOUT, 100L, StreamName.STDERR, 0L, StreamName.DAEMON, 5L)));
        ask(new StoreRequest.ReleaseRun(runId));
        reopen();
        assertThat(ask(new StoreRequest.OpenRuns())).isEmpty();
        assertThat(ask(new StoreRequest.ReleasedRuns(Long.MAX_VALUE))).hasSize(1);
        assertThat(ask(new StoreRequest.ReleasedRuns(0))).isEmpty();
        ask(new StoreRequest.ForgetRun(runId));
        reopen();
        assertThat(ask(new StoreRequest.ReleasedRuns(Long.MAX_VALUE))).isEmpty();
    }

    @Test
    void onlyTheLeasesOfRunsThatGoOnAreFoundAgain() {
        RunId neverBegun = new RunId(UUID.randomUUID());
        ask(new StoreRequest.Save(admitted(), List.of()));
        ask(new StoreRequest.SaveLeases(List.of(lease(runId), lease(neverBegun)), List.of(), Map.of()));
        reopen();
        assertThat(ask(new StoreRequest.FindLeases())).containsExactly(lease(runId));
        // The daemon ends before it has saved that the lease of the run that is over is over, too.
        ask(new StoreRequest.Save(admitted().withState(TaskState.DONE, null), List.of()));
        reopen();
        assertThat(ask(new StoreRequest.FindLeases())).isEmpty();
    }

    @Test
    void aStoreThatBeginsAgainNeverUsesAnIdTwiceThoughItsFileIsAnOlderStateOfItself() throws IOException {
        ask(new StoreRequest.AddEvents(List.of(change(taskId))));
        String first = ask(new StoreRequest.ReadOutbox(0, 10)).getFirst().eventId();
        close();
        Path copy = Files.copy(temp.resolve("daemon.db"), temp.resolve("older.db"));
        open();
        ask(new StoreRequest.AddEvents(List.of(change(taskId), change(taskId))));
        List<String> lived = ids();
        assertThat(lived).hasSize(3).doesNotHaveDuplicates();
        assertThat(lived.getFirst()).isEqualTo(first);
        close();
        for (String part : List.of("-wal", "-shm")) {
            Files.deleteIfExists(temp.resolve("daemon.db" + part));
        }
        Files.move(copy, temp.resolve("daemon.db"), StandardCopyOption.REPLACE_EXISTING);
        open();
        ask(new StoreRequest.AddEvents(List.of(change(taskId), change(taskId))));
        List<String> restored = ids();
        assertThat(restored).hasSize(3).doesNotHaveDuplicates();
        assertThat(restored.getFirst()).isEqualTo(first);
        assertThat(restored.subList(1, 3)).doesNotContainAnyElementsOf(lived);
        assertThat(ask(new StoreRequest.OldestEvent())).isEqualTo(first);
        ask(new StoreRequest.EventsDelivered(List.of(1L)));
        assertThat(ask(new StoreRequest.OldestEvent())).isEqualTo(restored.get(1));
    }

    private List<String> ids() {
        return ask(new StoreRequest.ReadOutbox(0, 10)).stream()
                .map(OutboxRow::eventId)
                .toList();
    }

    @Test
    void anEventThatIsSetAsideIsToldOfAndGoesAfterItsTime() {
        ask(new StoreRequest.AddEvents(List.of(change(taskId), change(taskId))));
        Instant before = Instant.now();
        ask(new StoreRequest.EventSetAside(1, "no such task"));
        assertThat(ask(new StoreRequest.TakeInventory()).asideEvents())
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.taskId()).isEqualTo(taskId);
                    assertThat(event.type()).isEqualTo("taskStatusChange");
                    assertThat(event.reason()).isEqualTo("no such task");
                });
        ask(new StoreRequest.ForgetAside(before.minusSeconds(60)));
        assertThat(ask(new StoreRequest.TakeInventory()).asideEvents()).hasSize(1);
        ask(new StoreRequest.ForgetAside(Instant.now().plusSeconds(60)));
        assertThat(ask(new StoreRequest.TakeInventory()).asideEvents()).isEmpty();
        assertThat(ask(new StoreRequest.ReadOutbox(0, 10))).hasSize(1);
    }

    @Test
    void aTaskThatWasGivenToAnotherIsKnownUntilItComesBack() {
        ask(new StoreRequest.Save(admitted(), List.of()));
        ask(new StoreRequest.SaveLeases(List.of(), List.of(runId), Map.of(taskId, 7L)));
        reopen();
        assertThat(ask(new StoreRequest.TakenTasks())).isEqualTo(Map.of(taskId, 7L));
        SpawnTask again = admitted().spawn().toBuilder().fence(9L).build();
        ask(new StoreRequest.Save(TaskRecord.admitted(again, new RunId(UUID.randomUUID())), List.of()));
        assertThat(ask(new StoreRequest.TakenTasks())).isEmpty();
    }

    private SavedLease lease(RunId of) {
        return new SavedLease(taskId, of, 7, Duration.ofSeconds(120), "boot", Duration.ofSeconds(1000));
    }

    @Test
    void theLastMessageOfARunIsKnown() {
        assertThat(ask(new StoreRequest.LastMessage(runId))).isEmpty();
        ask(new StoreRequest.NoteMessage(runId, UUID.randomUUID(), "one"));
        ask(new StoreRequest.NoteMessage(runId, UUID.randomUUID(), "two ☃"));
        ask(new StoreRequest.NoteMessage(new RunId(UUID.randomUUID()), UUID.randomUUID(), "another's"));
        reopen();
        assertThat(ask(new StoreRequest.LastMessage(runId))).contains("two ☃");
    }

    @Test
    void aTaskThatIsSentAgainHasAnotherRunAndTheOldOneStaysOpen() {
        ask(new StoreRequest.Save(admitted(), List.of()));
        RunId second = new RunId(UUID.randomUUID());
        ask(new StoreRequest.Save(TaskRecord.admitted(admitted().spawn(), second), List.of()));
        reopen();
        assertThat(ask(new StoreRequest.OpenRuns()).stream().map(RunOutput::runId))
                .containsExactly(runId, second);
        assertThat(ask(new StoreRequest.FindTask(taskId)).map(TaskRecord::runId))
                .contains(second);
    }

    private TaskRecord saved(TaskId id, TaskState state, RunId run, Map<String, String> relation) {
        SpawnTask spawn = SpawnTask.builder(id, "name", "plan")
                .parentTaskId(relation.containsKey("parent") ? TaskId.of(relation.get("parent")) : null)
                .contractId(relation.containsKey("contract") ? UUID.fromString(relation.get("contract")) : null)
                .build();
        TaskRecord task = TaskRecord.admitted(spawn, run).withState(state, null);
        ask(new StoreRequest.Save(task, List.of()));
        return task;
    }

    private TaskRecord saved(TaskId id, Map<String, String> relation) {
        return saved(id, TaskState.DONE, new RunId(UUID.randomUUID()), relation);
    }

    @Test
    void childrenAndTheContractsTasksAreTheFamily() {
        String contract = UUID.randomUUID().toString();
        TaskId child = task();
        TaskId member = task();
        saved(taskId, Map.of("contract", contract));
        saved(child, Map.of("parent", taskId.toString()));
        saved(member, Map.of("contract", contract));
        saved(task(), Map.of());
        assertThat(ask(new StoreRequest.Family(taskId))).containsExactlyInAnyOrder(child, member);
        assertThat(ask(new StoreRequest.Family(child))).isEmpty();
        assertThat(ask(new StoreRequest.Family(task()))).isEmpty();
    }

    @Test
    void whatBecameOfABranchIsNotedOnceAndLast() {
        TaskId other = task();
        MergeRecord skipped = new MergeRecord(taskId, "b", other, MergeRecord.Outcome.SKIPPED, "superseded");
        MergeRecord merged = new MergeRecord(taskId, "b", null, MergeRecord.Outcome.MERGED, null);
        ask(new StoreRequest.NoteMerges(List.of(skipped), List.of(change(taskId))));
        reopen();
        assertThat(ask(new StoreRequest.MergeRecords(taskId))).containsExactly(skipped);
        assertThat(ask(new StoreRequest.ReadOutbox(0, 10))).hasSize(1);
        ask(new StoreRequest.NoteMerges(List.of(merged), List.of()));
        assertThat(ask(new StoreRequest.MergeRecords(taskId))).containsExactly(merged);
        assertThat(ask(new StoreRequest.MergeRecords(other))).isEmpty();
    }

    @Test
    void aForgottenTaskKeepsItsSecretsUntilItsOutputIsOut() {
        TaskRecord task = saved(taskId, TaskState.DONE, runId, Map.of());
        ask(new StoreRequest.NoteMerges(
                List.of(new MergeRecord(taskId, "b", null, MergeRecord.Outcome.MERGED, null)), List.of()));
        ask(new StoreRequest.ForgetTask(taskId, List.of(change(taskId))));
        reopen();
        assertThat(ask(new StoreRequest.MergeRecords(taskId))).isEmpty();
        assertThat(ask(new StoreRequest.ReadOutbox(0, 10))).hasSize(1);
        assertThat(ask(new StoreRequest.FindTask(taskId)).map(TaskRecord::spawn))
                .contains(task.spawn());
        ask(new StoreRequest.ReleaseRun(runId));
        assertThat(ask(new StoreRequest.FindTask(taskId))).isEmpty();
    }

    @Test
    void aTaskThatIsStartedAgainOrNotOverIsNotForgotten() {
        saved(taskId, TaskState.DONE, runId, Map.of());
        ask(new StoreRequest.ForgetTask(taskId, List.of()));
        saved(taskId, TaskState.RUNNING, new RunId(UUID.randomUUID()), Map.of());
        ask(new StoreRequest.ReleaseRun(runId));
        assertThat(ask(new StoreRequest.FindTask(taskId))).isPresent();
        ask(new StoreRequest.ForgetTask(taskId, List.of()));
        assertThat(ask(new StoreRequest.FindTask(taskId)).map(TaskRecord::state))
                .contains(TaskState.RUNNING);
    }

    @Test
    void aSettingIsKeptUntilItIsTakenBack() {
        assertThat(ask(new StoreRequest.GetSetting("a"))).isEmpty();
        ask(new StoreRequest.SetSetting("a", "ünï", List.of()));
        reopen();
        assertThat(ask(new StoreRequest.GetSetting("a"))).contains("ünï");
        ask(new StoreRequest.SetSetting("a", null, List.of()));
        assertThat(ask(new StoreRequest.GetSetting("a"))).isEmpty();
    }
}
