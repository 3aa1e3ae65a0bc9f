package dev.makima.daemon.store;

import dev.makima.base.RunId;
import dev.makima.base.StreamName;
import dev.makima.base.TaskId;
import dev.makima.daemon.bus.RunOutput;
import dev.makima.protocol.DaemonFrame;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

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

    /** Every task that has not reached a final state. */
    record UnfinishedTasks() implements StoreRequest<List<TaskRecord>> {}

    /** Every run that is not finally acknowledged. */
    record OpenRuns() implements StoreRequest<List<RunOutput>> {}

    /** Events after a number, in order, those set aside left out. */
    record ReadOutbox(long after, int limit) implements StoreRequest<List<OutboxRow>> {}

    /**
     * The frame of an event as a whole, with what lies in a file. Fails with NOT_FOUND where that file is gone, with IO
     * where it cannot be read.
     */
    record ReadEvent(Event event) implements StoreRequest<DaemonFrame> {}

    /** The server has these events: they are forgotten. */
    record EventsDelivered(List<Long> numbers) implements StoreRequest<Done> {}

    /** The server refuses this event for good: it is kept for people, and never offered again. */
    record EventSetAside(long number, String reason) implements StoreRequest<Done> {}

    /** The server has this much of the run's output. */
    record OutputDelivered(RunId runId, Map<StreamName, Long> lengths) implements StoreRequest<Done> {}

    /** The server has the run's output and its end: there is nothing left to send of it. */
    record ReleaseRun(RunId runId) implements StoreRequest<Done> {}

    /** Runs released before a time, whose spools may go. */
    record ReleasedRuns(long beforeEpochMillis) implements StoreRequest<List<RunOutput>> {}

    /** The run's spool is gone: so is its row. */
    record ForgetRun(RunId runId) implements StoreRequest<Done> {}
}
