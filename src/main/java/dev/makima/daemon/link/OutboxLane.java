package dev.makima.daemon.link;

import dev.makima.base.PassingTrouble;
import dev.makima.base.RunId;
import dev.makima.base.TaskId;
import dev.makima.daemon.bus.RunOutput;
import dev.makima.daemon.bus.StoreStatus;
import dev.makima.daemon.store.Done;
import dev.makima.daemon.store.Event;
import dev.makima.daemon.store.OutboxRow;
import dev.makima.daemon.store.Payload;
import dev.makima.daemon.store.StoreClient;
import dev.makima.daemon.store.StoreRequest;
import dev.makima.protocol.DaemonFrame;
import dev.makima.protocol.EventFrame;
import dev.makima.protocol.EventReject;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Sends the events of the outbox on one connection, in order for each task, and forgets them once they have arrived.
 *
 * <p>A server with {@code eventAck} says which events it has applied, or refuses for good; of any other the
 * {@link Barrier} shows that they have arrived. The event that ends a run waits for the run's output; events of other
 * tasks do not wait for it. What was sent and not proven to have arrived when the connection ends is read and sent again
 * on the next one. What is kept in memory is bounded, whatever the server does. Used on the link's context.
 */
final class OutboxLane {
    private static final System.Logger LOG = System.getLogger(OutboxLane.class.getName());
    private static final int PAGE = 100;
    /** Events that were sent and of which the server has said nothing yet: for one that does not keep up, or never will. */
    private static final int MOST_UNPROVEN = 500;
    /** What is kept of events in all, in rows and in characters: a row may tell of ten thousand files. */
    private static final int MOST_KEPT = 2000;

    private static final long MOST_CHARACTERS = 8L * 1024 * 1024;

    private final StoreClient store;
    private final Barrier barrier;
    private final OutputLane output;
    private final Predicate<DaemonFrame> send;
    private final boolean acknowledges;
    private final Map<String, OutboxRow> unacknowledged = new LinkedHashMap<>();
    private final List<OutboxRow> waiting = new ArrayList<>();
    private final WholeEvents frames;
    private final Withheld withheld = new Withheld();
    private boolean closed;
    private long readTo;
    private boolean reading;
    private boolean readAgain;
    private int onTheirWay;
    private int unproven;
    private final List<Promise<Void>> settling = new ArrayList<>();

    /**
     * A lane on one connection.
     *
     * @param acknowledges whether the server has the capability {@code eventAck}
     */
    OutboxLane(
            StoreClient store, Barrier barrier, OutputLane output, Predicate<DaemonFrame> send, boolean acknowledges) {
        this.store = store;
        this.barrier = barrier;
        this.output = output;
        this.send = send;
        this.acknowledges = acknowledges;
        this.frames = new WholeEvents(store, barrier, this::sendWaiting, this::lost);
    }

    /** Sends what can be sent now, new events too. */
    void pump() {
        if (closed) {
            return;
        }
        sendWaiting();
        if (reading) {
            readAgain = true;
            return;
        }
        if (isFull()) {
            return;
        }
        reading = true;
        readAgain = false;
        store.ask(new StoreRequest.ReadOutbox(readTo, PAGE)).onComplete(read -> {
            reading = false;
            if (read.failed()) {
                LOG.log(PassingTrouble.level(Level.ERROR, read.cause()), "the outbox cannot be read", read.cause());
                return;
            }
            List<OutboxRow> rows = read.result();
            waiting.addAll(rows);
            if (!rows.isEmpty()) {
                readTo = rows.getLast().number();
            }
            sendWaiting();
            if (readAgain || rows.size() == PAGE) {
                pump();
            }
            settle();
        });
    }

    private boolean isFull() {
        return waiting.size() + unacknowledged.size() >= MOST_KEPT
                || Stream.concat(waiting.stream(), unacknowledged.values().stream())
                                .mapToLong(OutboxRow::characters)
                                .sum()
                        >= MOST_CHARACTERS;
    }

    /** Completes when nothing waits and all that was sent has arrived; never, if the connection ends before. */
    Future<Void> settled() {
        Promise<Void> promise = Promise.promise();
        settling.add(promise);
        settle();
        return promise.future();
    }

    private void settle() {
        if (waiting.isEmpty() && !reading && onTheirWay == 0 && unacknowledged.isEmpty()) {
            settling.forEach(Promise::tryComplete);
            settling.clear();
        }
    }

    /** Output has arrived: what waited for it may go. */
    void outputArrived() {
        sendWaiting();
    }

    /** The task is another daemon's: what its run here had to say is kept for people, and not said. */
    void fenced(RunOutput run) {
        withheld.fenced(run);
        output.forget(run.runId());
        if (run.state().isTerminal()) {
            noted(new StoreRequest.ReleaseRun(run.runId()));
        }
        sendWaiting();
    }

    /** The server does not know the task by that hand-over: what there is to say of it until then is kept. */
    void unknown(TaskId taskId, long fence) {
        withheld.unknown(taskId, fence);
    }

    /** The connection is over: nothing more is sent on it. */
    void close() {
        closed = true;
    }

    private void sendWaiting() {
        if (closed) {
            return;
        }
        Set<TaskId> held = new HashSet<>();
        Set<Long> gone = new HashSet<>();
        List<OutboxRow> toProve = new ArrayList<>();
        for (OutboxRow row : waiting) {
            if (withheld.isFenced(row.event())) {
                gone.add(row.number());
                setAside(row, StoreStatus.Aside.FENCED);
                continue;
            }
            if (unacknowledged.size() + unproven + toProve.size() >= MOST_UNPROVEN) {
                break;
            }
            if (withheld.isUnknown(row.event()) || !mayGo(row.event(), held)) {
                continue;
            }
            @Nullable DaemonFrame frame = frames.of(row);
            if (frame == null) {
                hold(row.event(), held);
                continue;
            }
            gone.add(row.number());
            boolean waitsForAck = acknowledges && frame instanceof EventFrame;
            if (!offered(row, frame)) {
                setAside(row, "it is longer than server.maxFrameBytes");
            } else if (waitsForAck) {
                unacknowledged.put(row.eventId(), row);
            } else {
                toProve.add(row);
            }
            frames.done(row);
        }
        waiting.removeIf(row -> gone.contains(row.number()));
        if (!toProve.isEmpty()) {
            onTheirWay++;
            unproven += toProve.size();
            barrier.mark().onSuccess(_ -> {
                unproven -= toProve.size();
                arrived(toProve);
                onTheirWay--;
            });
        }
    }

    /** Sends the event, without its patch where it is too long with it. */
    private boolean offered(OutboxRow row, DaemonFrame frame) {
        DaemonFrame event = acknowledges && frame instanceof EventFrame it ? it.withEventId(row.eventId()) : frame;
        return send.test(event)
                || Payload.without(event, "the frame would be longer than server.maxFrameBytes")
                        .filter(send)
                        .isPresent();
    }

    private void lost(OutboxRow row, String reason) {
        waiting.remove(row);
        setAside(row, reason);
    }

    private static void hold(Event event, Set<TaskId> held) {
        if (event.taskId() != null) {
            held.add(event.taskId());
        }
    }

    /** The server has applied these events, now or before. */
    void acknowledged(List<String> eventIds) {
        List<OutboxRow> rows = eventIds.stream()
                .map(unacknowledged::remove)
                .filter(Objects::nonNull)
                .toList();
        if (!rows.isEmpty()) {
            arrived(rows);
        }
    }

    /** The server will never take this event: it is kept for people, and holds up nothing behind it. */
    void refused(EventReject refusal) {
        @Nullable OutboxRow row = unacknowledged.remove(refusal.eventId());
        if (row != null) {
            setAside(row, "the server refuses it for good: " + refusal.code() + ": " + refusal.message());
        }
    }

    /** It is kept for people, and holds up nothing behind it. */
    private void setAside(OutboxRow row, String reason) {
        // What a fenced task has yet to say is not wanted: that its run ends here is warned of where it ends.
        Level level = reason.equals(StoreStatus.Aside.FENCED) ? Level.INFO : Level.ERROR;
        LOG.log(level, "event {0} is set aside: {1}", row.eventId(), reason);
        noted(new StoreRequest.EventSetAside(row.number(), reason, endedBy(row)))
                .onComplete(_ -> settle());
        leaveOutputOf(row);
    }

    private boolean mayGo(Event event, Set<TaskId> held) {
        if (event.taskId() == null) {
            return true;
        }
        if (held.contains(event.taskId())) {
            return false;
        }
        if (event.afterOutput() && event.runId() != null && !output.deliveredAll(event.runId())) {
            held.add(event.taskId());
            return false;
        }
        return true;
    }

    private void arrived(List<OutboxRow> rows) {
        onTheirWay++;
        noted(new StoreRequest.EventsDelivered(
                        rows.stream().map(OutboxRow::number).toList(),
                        rows.stream()
                                .flatMap(row -> Stream.ofNullable(endedBy(row)))
                                .toList()))
                .onComplete(_ -> {
                    onTheirWay--;
                    settle();
                });
        rows.forEach(this::leaveOutputOf);
        // There is room for more.
        pump();
    }

    /** Behind the event that ends a run nothing of that run is left to send. */
    private static @Nullable RunId endedBy(OutboxRow row) {
        return row.event().afterOutput() ? row.event().runId() : null;
    }

    private void leaveOutputOf(OutboxRow row) {
        RunId ended = endedBy(row);
        if (ended != null) {
            output.forget(ended);
        }
    }

    /** Where it cannot be noted, the next connection sends it again: twice is harmless, and said. */
    private Future<Done> noted(StoreRequest<Done> request) {
        return store.ask(request)
                .onFailure(
                        e -> LOG.log(PassingTrouble.level(Level.ERROR, e), "what the server has cannot be noted", e));
    }
}
