package dev.makima.daemon.link;

import dev.makima.base.TaskId;
import dev.makima.daemon.store.Done;
import dev.makima.daemon.store.Event;
import dev.makima.daemon.store.OutboxRow;
import dev.makima.daemon.store.StoreClient;
import dev.makima.daemon.store.StoreRequest;
import dev.makima.protocol.DaemonFrame;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Sends the events of the outbox on one connection, in order for each task, and forgets them once they have arrived.
 *
 * <p>The event that ends a run waits for the run's output; events of other tasks do not wait for it. What was sent and
 * not proven to have arrived when the connection ends is read and sent again on the next one. Used on the link's
 * context.
 */
final class OutboxLane {
    private static final System.Logger LOG = System.getLogger(OutboxLane.class.getName());
    private static final int PAGE = 200;
    private static final int MOST_WAITING = 10_000;

    private final StoreClient store;
    private final Barrier barrier;
    private final OutputLane output;
    private final Consumer<DaemonFrame> send;
    private final List<OutboxRow> waiting = new ArrayList<>();
    private long readTo;
    private boolean reading;
    private boolean readAgain;

    OutboxLane(StoreClient store, Barrier barrier, OutputLane output, Consumer<DaemonFrame> send) {
        this.store = store;
        this.barrier = barrier;
        this.output = output;
        this.send = send;
    }

    /** Sends what can be sent now, new events too. */
    void pump() {
        sendWaiting();
        if (reading) {
            readAgain = true;
            return;
        }
        if (waiting.size() >= MOST_WAITING) {
            return;
        }
        reading = true;
        readAgain = false;
        store.ask(new StoreRequest.ReadOutbox(readTo, PAGE)).onComplete(read -> {
            reading = false;
            if (read.failed()) {
                LOG.log(Level.ERROR, "the outbox cannot be read", read.cause());
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
        });
    }

    /** Output has arrived: what waited for it may go. */
    void outputArrived() {
        sendWaiting();
    }

    private void sendWaiting() {
        Set<TaskId> held = new HashSet<>();
        List<OutboxRow> sent = new ArrayList<>();
        for (OutboxRow row : waiting) {
            if (mayGo(row.event(), held)) {
                send.accept(row.event().frame());
                sent.add(row);
            }
        }
        waiting.removeAll(new HashSet<>(sent));
        if (!sent.isEmpty()) {
            barrier.mark().onSuccess(_ -> arrived(sent));
        }
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
        noted(new StoreRequest.EventsDelivered(
                rows.stream().map(OutboxRow::number).toList()));
        for (OutboxRow row : rows) {
            Event event = row.event();
            if (event.afterOutput() && event.runId() != null) {
                output.forget(event.runId());
                noted(new StoreRequest.ReleaseRun(event.runId()));
            }
        }
    }

    /** Where it cannot be noted, the next connection sends it again: twice is harmless, and said. */
    private void noted(StoreRequest<Done> request) {
        store.ask(request).onFailure(e -> LOG.log(Level.ERROR, "what the server has cannot be noted", e));
    }
}
