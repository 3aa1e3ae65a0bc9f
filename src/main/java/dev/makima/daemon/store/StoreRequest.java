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
    /** Whether it is tried again on a full disk until there is room; one that is not fails: who asked has to know. */
    default boolean waitsForRoom() {
        return false;
    }

    /** Whether there may be more to send once it is answered. */
    default boolean addsEvents() {
        return false;
    }

    /** Changes nothing. On a full disk it only shares the fate of what was to be written with it, so it waits. */
    sealed interface Read<A> extends StoreRequest<A> {
        @Override
        default boolean waitsForRoom() {
            return true;
        }
    }

    /** Notes what is over. It waits for room, since nobody would say it again. */
    sealed interface Settled extends StoreRequest<Done> {
        @Override
        default boolean waitsForRoom() {
            return true;
        }
    }

    /** Writes what is new, and has nothing to answer. */
    sealed interface Change extends StoreRequest<Done> {}

    /** A change with the events that tell the server of it, in one transaction. */
    sealed interface Telling extends Change {
        /** What the server is told, in order; may be empty. */
        List<Event> events();

        @Override
        default boolean addsEvents() {
            return !events().isEmpty();
        }
    }

    /** Saves the task as it is now and adds the events to the outbox, in one transaction. */
    record Save(TaskRecord task, List<Event> events) implements Telling {}

    /**
     * Adds events to the outbox that no change of a task goes with. One with a patch takes its time, and what is asked
     * before it is answered may come before it.
     */
    record AddEvents(List<Event> events) implements Telling {}

    /** Notes a user message before it is written to the agent's inbox. */
    record NoteMessage(RunId runId, UUID messageId, String line) implements Change {}

    /** The last user message that was noted for the run. */
    record LastMessage(RunId runId) implements Read<Optional<String>> {}

    /** The task, whatever its state. */
    record FindTask(TaskId taskId) implements Read<Optional<TaskRecord>> {}

    /** The number of the task's newest hand-over to this daemon; 0 for one that is not known, or came without a lease. */
    record FindFence(TaskId taskId) implements Read<Long> {}

    /** Every task that has not reached a final state. */
    record UnfinishedTasks() implements Read<List<TaskRecord>> {}

    /** Every run that is not finally acknowledged. */
    record OpenRuns() implements Read<List<RunOutput>> {}

    /**
     * The key that the run's agent has for the server: the one that is saved, or else the fresh one, which is saved and
     * told to the server by an event. It dies with its task, by itself, by the task's last {@link Save}.
     */
    record TakeToolKey(TaskId taskId, RunId runId, Secret fresh) implements StoreRequest<Secret> {
        @Override
        public boolean addsEvents() {
            return true;
        }
    }

    /** Every key of a run that is not released. */
    record ToolKeys() implements Read<List<ToolKey>> {}

    /** Events after a number, in order, those set aside left out. */
    record ReadOutbox(long after, int limit) implements Read<List<OutboxRow>> {}

    /** The id below which no event is ever offered again: the oldest that waits, or the next one. */
    record OldestEvent() implements Read<String> {}

    /**
     * The frame of an event as a whole, with what lies in a file. Fails with NOT_FOUND where that file is gone, with IO
     * where it cannot be read.
     */
    record ReadEvent(Event event) implements Read<DaemonFrame> {}

    /**
     * The server has these events: they are forgotten.
     *
     * @param over the runs that are done with by that, see {@link ReleaseRun}. Both are noted or neither: the end of a run that
     *     is released would wait for its output for ever, and all that comes behind it with it
     */
    record EventsDelivered(List<Long> numbers, List<RunId> over) implements Settled {
        /** Events that end no run. */
        public EventsDelivered(List<Long> numbers) {
            this(numbers, List.of());
        }
    }

    /**
     * The server refuses this event for good: it is kept for people, and never offered again.
     *
     * @param over the run that is done with by that, as in {@link EventsDelivered}
     */
    record EventSetAside(
            long number, String reason, @Nullable RunId over) implements Settled {
        /** An event that ends no run. */
        public EventSetAside(long number, String reason) {
            this(number, reason, null);
        }
    }

    /** What was set aside before then was there for people long enough. */
    record ForgetAside(Instant before) implements Settled {}

    /** The server has this much of the run's output. */
    record OutputDelivered(RunId runId, Map<StreamName, Long> lengths) implements Change {}

    /** The server has the run's output and its end: there is nothing left to send of it. */
    record ReleaseRun(RunId runId) implements Settled {}

    /** Runs released before a time, whose spools may go. */
    record ReleasedRuns(long beforeEpochMillis) implements Read<List<RunOutput>> {}

    /** The run's spool is gone: so is its row. */
    record ForgetRun(RunId runId) implements Change {}

    /** Notes what became of branches, and adds the events to the outbox, in one transaction. */
    record NoteMerges(List<MergeRecord> merges, List<Event> events) implements Telling {}

    /** What the task did with branches of others. */
    record MergeRecords(TaskId taskId) implements Read<List<MergeRecord>> {}

    /** The ids of the tasks known here that are children of this one or belong to its contract, itself left out. */
    record Family(TaskId taskId) implements Read<Set<TaskId>> {}

    /**
     * Forgets a task that is over, with its merge records, and adds the events to the outbox, in one transaction. What
     * its output must hide is kept for as long as there is output to send.
     */
    record ForgetTask(TaskId taskId, List<Event> events) implements Telling {}

    /** Keeps a setting of the daemon's that came from the server; null for none. */
    record SetSetting(String name, @Nullable String value, List<Event> events) implements Telling {}

    /**
     * Keeps leases that have changed, and forgets those of runs that have ended.
     *
     * @param taken tasks that were given to another daemon, with the hand-over that this one had
     */
    record SaveLeases(List<SavedLease> changed, List<RunId> ended, Map<TaskId, Long> taken) implements Change {
        /** Whether there is nothing to do. */
        public boolean isEmpty() {
            return changed.isEmpty() && ended.isEmpty() && taken.isEmpty();
        }
    }

    /** The tasks that are another daemon's now, with the hand-over that this one had. */
    record TakenTasks() implements Read<Map<TaskId, Long>> {}

    /** What is in use on this machine, and what is not needed any more. */
    record TakeInventory() implements Read<Inventory> {}

    /** The leases of runs that have not ended. */
    record FindLeases() implements Read<List<SavedLease>> {}

    /** A setting that was kept. */
    record GetSetting(String name) implements Read<Optional<String>> {}
}
