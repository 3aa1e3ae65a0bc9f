package dev.makima.daemon.run;

import dev.makima.base.FullDiskException;
import dev.makima.base.TaskId;
import dev.makima.daemon.store.Event;
import dev.makima.daemon.store.RunProgress;
import dev.makima.daemon.store.SavedTask;
import dev.makima.daemon.store.StoreClient;
import dev.makima.daemon.store.StoreRequest;
import dev.makima.daemon.store.TaskRecord;
import dev.makima.protocol.DaemonFrame;
import dev.makima.protocol.StreamLengths;
import dev.makima.protocol.TaskComplete;
import dev.makima.protocol.TaskState;
import dev.makima.protocol.TaskStatusChange;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A task's state, and the only way to change it: by a transition that the table of {@link TaskState} allows, saved
 * together with the events that tell the server.
 *
 * <p>Changes come from the run's thread alone; {@link #record} may be read from any thread.
 */
final class TaskMachine implements SavedTask {
    private static final long TRY_EVERY_NANOS = 500_000_000;

    private final StoreClient store;
    private final Runnable changed;
    private volatile TaskRecord record;
    private volatile @Nullable TaskRecord earlier;
    private volatile boolean ending;
    private volatile @Nullable TaskState coming;
    private volatile long handOver;
    /** What a full disk did not take, in order; with the record it is saved by the next change that it does take. */
    private final List<Event> unsaved = new ArrayList<>();

    private boolean behind;
    private long triedAt;

    /**
     * The machine of a task that is saved already.
     *
     * @param changed called after each change of state, on the thread that made it
     */
    TaskMachine(TaskRecord record, StoreClient store, Runnable changed) {
        this.record = record;
        this.store = store;
        this.changed = changed;
    }

    /** The task as it is saved. Any thread. */
    @Override
    public TaskRecord record() {
        return record.byHandOver(handOver);
    }

    /** The task was handed over to this daemon again, and this run stands for it from here on. Not from two threads. */
    void handedOver(long fence) {
        handOver = Math.max(handOver, fence);
    }

    /** The task as its last run left it, where there was one; known from {@link #admit} on. */
    Optional<TaskRecord> earlier() {
        return Optional.ofNullable(earlier);
    }

    /**
     * Whether its end is told, or about to be: the server may know of it, and send the task again, before the thread that
     * saved it goes on. Any thread.
     */
    boolean isOver() {
        return ending || record.state().isTerminal();
    }

    /** The state it is in. */
    TaskState state() {
        return record.state();
    }

    /**
     * The state that the server knows of, or is about to hear of: it may answer to a change before the thread that saved it
     * goes on, and must not be told of the state before it then. Any thread.
     */
    TaskState told() {
        TaskState next = coming;
        return next == null ? record.state() : next;
    }

    /**
     * Saves a task that begins a run, and tells the server that it is taken. What was saved of an earlier run gives way
     * but for its conversation, which this one may be asked to resume, and its place, where work may be that a failure
     * before this run has one must not deny. Where newer work came with the task, both give way too: with the number of
     * this hand-over beside them they would pass for newer than that work, to whoever goes on after a crash.
     */
    void admit() throws InterruptedException {
        Optional<TaskRecord> before = store.await(new StoreRequest.FindTask(taskId()));
        earlier = before.orElse(null);
        TaskRecord begun = before.map(this::after).orElse(record);
        TaskStatusChange taken = TaskStatusChange.of(taskId(), TaskState.PENDING, record.state());
        save(begun, List.of(Event.of(taskId(), taken)));
        changed.run();
    }

    private TaskRecord after(TaskRecord last) {
        TaskRecord next = record.withProgress(RunProgress.after(last.progress().cost()));
        if (last.isOlderThan(record.spawn())) {
            return next;
        }
        next = next.withSession(last.sessionId());
        @Nullable Path place = last.directory();
        return place == null ? next : next.withDirectory(place, last.worktree());
    }

    @Override
    public void update(UnaryOperator<TaskRecord> change) throws InterruptedException {
        save(change.apply(record), List.of());
    }

    /** The process of that number has ended, and the task has no agent from now on: saved, and told to the daemon. */
    void rest(int launch) throws InterruptedException {
        keep(task -> task.withProgress(task.progress().concluded(launch)));
        changed.run();
    }

    /** Saves a change that is none of the state, or keeps it until the disk has room for it. */
    void keep(UnaryOperator<TaskRecord> change) throws InterruptedException {
        saveOrKeep(change.apply(record), List.of());
    }

    /** Keeps a change that is not worth a write of its own: it is saved with the next one. */
    void remember(UnaryOperator<TaskRecord> change) {
        record = change.apply(record);
    }

    /**
     * An interrupt that comes meanwhile does not part what is known here from what is on disk: it is answered after.
     */
    private void save(TaskRecord changed, List<Event> events) throws InterruptedException {
        TaskRecord next = changed.byHandOver(handOver);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        List<Event> all = new ArrayList<>(unsaved);
        all.addAll(events);
        store.awaitCalmly(new StoreRequest.Save(next, all));
        unsaved.clear();
        behind = false;
        record = next;
    }

    /**
     * For what an agent that works need not wait for: where the disk is full the change holds all the same, and is saved
     * as soon as there is room. A daemon that ends before finds the task one step back, and the agent as it is.
     */
    private void saveOrKeep(TaskRecord changed, List<Event> events) throws InterruptedException {
        try {
            save(changed, events);
        } catch (FullDiskException e) {
            record = changed.byHandOver(handOver);
            unsaved.addAll(events);
            behind = true;
            triedAt = System.nanoTime();
        }
    }

    /** Saves what a full disk did not take; to be called now and then, it tries only so often. */
    void catchUp() throws InterruptedException {
        if (behind && System.nanoTime() - triedAt >= TRY_EVERY_NANOS) {
            saveOrKeep(record, List.of());
        }
    }

    /** Goes to a state that is not final, and tells the server. */
    void become(TaskState next) throws InterruptedException {
        become(next, UnaryOperator.identity());
    }

    /** The same with a change that is saved with it. */
    void become(TaskState next, UnaryOperator<TaskRecord> change) throws InterruptedException {
        List<Event> told = List.of(Event.of(taskId(), statusChange(next)));
        checked(next);
        coming = next;
        try {
            saveOrKeep(change.apply(record).withState(next, null), told);
        } finally {
            coming = null;
        }
        changed.run();
    }

    /**
     * Goes to a final state. The server is told after the last byte of output: {@code done} and {@code failed} by
     * taskComplete alone, since a server of the base protocol takes that for final, {@code interrupted} by the change.
     * On a full disk it waits until there is room: the end of a task is told when it cannot be lost.
     *
     * @param before events that come before the end, such as the completion action's result
     * @param finalLengths of the run's streams, which grow no more but for what a full disk did not take
     */
    void end(TaskState next, @Nullable String error, List<Event> before, Supplier<StreamLengths> finalLengths)
            throws InterruptedException {
        while (true) {
            List<Event> events = new ArrayList<>(before);
            DaemonFrame frame =
                    next == TaskState.INTERRUPTED ? statusChange(next) : complete(next, error, finalLengths.get());
            events.add(Event.endOf(taskId(), record.runId(), frame));
            try {
                change(next, error, events);
                return;
            } catch (FullDiskException e) {
                StoreClient.waitForRoom();
            }
        }
    }

    /** Ends as interrupted, told by this event instead of by a change of state. */
    void giveBack(@Nullable String reason, Event told) throws InterruptedException {
        changeWithRoom(TaskState.INTERRUPTED, reason, List.of(told));
    }

    /** Ends as interrupted, and the server is told nothing: the task is not this daemon's any more. */
    void giveUp(String reason) throws InterruptedException {
        changeWithRoom(TaskState.INTERRUPTED, reason, List.of());
    }

    private void changeWithRoom(TaskState next, @Nullable String reason, List<Event> events)
            throws InterruptedException {
        while (true) {
            try {
                change(next, reason, events);
                return;
            } catch (FullDiskException e) {
                StoreClient.waitForRoom();
            }
        }
    }

    private void checked(TaskState next) {
        TaskState now = record.state();
        if (!now.mayBecome(next)) {
            throw new IllegalStateException("task " + taskId() + " cannot go from " + now + " to " + next);
        }
    }

    private void change(TaskState next, @Nullable String error, List<Event> events) throws InterruptedException {
        checked(next);
        ending = next.isTerminal();
        save(record.withState(next, error), events);
        changed.run();
    }

    private DaemonFrame statusChange(TaskState next) {
        return TaskStatusChange.of(taskId(), record.state(), next);
    }

    private DaemonFrame complete(TaskState next, @Nullable String error, StreamLengths finalLengths) {
        TaskComplete end = next == TaskState.DONE
                ? TaskComplete.success(taskId())
                : TaskComplete.failure(taskId(), error == null ? "failed" : error);
        return end.withRun(record.runId(), finalLengths);
    }

    private TaskId taskId() {
        return record.taskId();
    }
}
