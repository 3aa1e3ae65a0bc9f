package dev.makima.daemon.store;

import dev.makima.base.RunId;
import dev.makima.base.Secret;
import dev.makima.base.StreamName;
import dev.makima.base.TaskId;
import dev.makima.daemon.bus.RunOutput;
import dev.makima.daemon.lease.SavedLease;
import dev.makima.protocol.DaemonFrame;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the store can be asked. A write is answered once it is synced to disk.
 *
 * @param <A> the type of the answer
 */
public sealed interface StoreRequest<A> {
    /** Saves the task as it is now and adds the events to the outbox, in one transaction. */
    record Save(TaskRecord task, List<Event> events) implements StoreRequest<Done> {}

    /**
     * Adds events to the outbox that no change of a task goes with. One with a patch takes its time, and what is asked
     * before it is answered may come before it.
     */
    record AddEvents(List<Event> events) implements StoreRequest<Done> {}

    /** Notes a user message before it is written to the agent's inbox. */
    record NoteMessage(RunId runId, UUID messageId, String line) implements StoreRequest<Done> {}

    /** The last user message that was noted for the run. */
    record LastMessage(RunId runId) implements StoreRequest<Optional<String>> {}

    /** The task, whatever its state. */
    record FindTask(TaskId taskId) implements StoreRequest<Optional<TaskRecord>> {}

    /** The number of the task's newest hand-over to this daemon; 0 for one that is not known, or came without a lease. */
    record FindFence(TaskId taskId) implements StoreRequest<Long> {}

    /** Every task that has not reached a final state. */
    record UnfinishedTasks() implements StoreRequest<List<TaskRecord>> {}

    /** Every run that is not finally acknowledged. */
    record OpenRuns() implements StoreRequest<List<RunOutput>> {}

    /**
     * The key that the run's agent has for the server: the one that is saved, or else the fresh one, which is saved and
     * told to the server by an event. It dies with its task, by itself, by the task's last {@link Save}.
     */
    record TakeToolKey(TaskId taskId, RunId runId, Secret fresh) implements StoreRequest<Secret> {}

    /** Every key of a run that is not released. */
    record ToolKeys() implements StoreRequest<List<ToolKey>> {}

    /** Events after a number, in order, those set aside left out. */
    record ReadOutbox(long after, int limit) implements StoreRequest<List<OutboxRow>> {}

    /** The id below which no event is ever offered again: the oldest that waits, or the next one. */
    record OldestEvent() implements StoreRequest<String> {}

    /**
     * The frame of an event as a whole, with what lies in a file. Fails with NOT_FOUND where that file is gone, with IO
     * where it cannot be read.
     */
    record ReadEvent(Event event) implements StoreRequest<DaemonFrame> {}

    /** The server has these events: they are forgotten. */
    record EventsDelivered(List<Long> numbers) implements StoreRequest<Done> {}

    /** The server refuses this event for good: it is kept for people, and never offered again. */
    record EventSetAside(long number, String reason) implements StoreRequest<Done> {}

    /** What was set aside before then was there for people long enough. */
    record ForgetAside(Instant before) implements StoreRequest<Done> {}

    /** The server has this much of the run's output. */
    record OutputDelivered(RunId runId, Map<StreamName, Long> lengths) implements StoreRequest<Done> {}

    /** The server has the run's output and its end: there is nothing left to send of it. */
    record ReleaseRun(RunId runId) implements StoreRequest<Done> {}

    /** Runs released before a time, whose spools may go. */
    record ReleasedRuns(long beforeEpochMillis) implements StoreRequest<List<RunOutput>> {}

    /** The run's spool is gone: so is its row. */
    record ForgetRun(RunId runId) implements StoreRequest<Done> {}

    /** Notes what became of branches, and adds the events to the outbox, in one transaction. */
    record NoteMerges(List<MergeRecord> merges, List<Event> events) implements StoreRequest<Done> {}

    /** What the task did with branches of others. */
    record MergeRecords(TaskId taskId) implements StoreRequest<List<MergeRecord>> {}

    /** The ids of the tasks known here that are children of this one or belong to its contract, itself left out. */
    record Family(TaskId taskId) implements StoreRequest<Set<TaskId>> {}

    /**
     * Forgets a task that is over, with its merge records, and adds the events to the outbox, in one transaction. What
     * its output must hide is kept for as long as there is output to send.
     */
    record ForgetTask(TaskId taskId, List<Event> events) implements StoreRequest<Done> {}

    /** Keeps a setting of the daemon's that came from the server; null for none. */
    record SetSetting(String name, @Nullable String value, List<Event> events) implements StoreRequest<Done> {}

    /**
     * Keeps leases that have changed, and forgets those of runs that have ended.
     *
     * @param taken tasks that were given to another daemon, with the hand-over that this one had
     */
    record SaveLeases(List<SavedLease> changed, List<RunId> ended, Map<TaskId, Long> taken)
            implements StoreRequest<Done> {
        /** Whether there is nothing to do. */
        public boolean isEmpty() {
            return changed.isEmpty() && ended.isEmpty() && taken.isEmpty();
        }
    }

    /** The tasks that are another daemon's now, with the hand-over that this one had. */
    record TakenTasks() implements StoreRequest<Map<TaskId, Long>> {}

    /** What is in use on this machine, and what is not needed any more. */
    record TakeInventory() implements StoreRequest<Inventory> {}

    /** The leases of runs that have not ended. */
    record FindLeases() implements StoreRequest<List<SavedLease>> {}

    /** A setting that was kept. */
    record GetSetting(String name) implements StoreRequest<Optional<String>> {}
}
