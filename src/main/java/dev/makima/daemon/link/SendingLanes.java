package dev.makima.daemon.link;

import dev.makima.base.TaskId;
import dev.makima.daemon.bus.ActiveTasks;
import dev.makima.daemon.bus.RunOutput;
import dev.makima.daemon.store.StoreClient;
import dev.makima.process.Tailer;
import dev.makima.protocol.EventReject;
import dev.makima.protocol.OutputRewind;
import dev.makima.protocol.Resume;
import dev.makima.protocol.ServerFrame;
import dev.makima.protocol.StreamAck;
import dev.makima.protocol.TaskStatusChange;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one connection has to send that must arrive: events and output, from the moment it is agreed where each run
 * stands. Used on the link's context.
 */
final class SendingLanes {
    private static final System.Logger LOG = System.getLogger(SendingLanes.class.getName());
    private static final Duration LAST_WORDS_WITHIN = Duration.ofSeconds(2);

    private final LinkSettings settings;
    private final Agreed agreed;
    private final Timers timers;
    private final TextFrames frames;
    private final OutputLane output;
    private final OutboxLane outbox;
    private final DeliveryNotes notes;
    private final List<RunOutput> openedMeanwhile = new ArrayList<>();
    private @Nullable OfferedRuns offered;
    private boolean running;
    private boolean closed;

    /** Which extensions of the protocol hold here. */
    record Agreed(boolean outputStream, boolean eventAck) {}

    /**
     * The lanes of one connection, of which nothing is sent yet.
     *
     * @param frames writes what is agreed on, and the events
     */
    SendingLanes(
            Vertx vertx,
            WebSocket socket,
            LinkSettings settings,
            Agreed agreed,
            StoreClient store,
            Tailer tailer,
            Barrier barrier,
            Timers timers,
            TextFrames frames) {
        this.settings = settings;
        this.agreed = agreed;
        this.timers = timers;
        this.frames = frames;
        this.notes = new DeliveryNotes(store);
        OutputSocket outputSocket = new OutputSocket(vertx.getOrCreateContext(), socket, tailer);
        this.output = agreed.outputStream()
                ? new PieceOutput(
                        outputSocket,
                        tailer,
                        settings.spoolRoot(),
                        settings.secrets(),
                        run -> settings.leases().fence(run.runId(), run.fence()),
                        this::delivered)
                : new LineOutput(
                        outputSocket, tailer, settings.spoolRoot(), settings.secrets(), barrier, this::delivered);
        this.outbox = new OutboxLane(store, barrier, output, frames::send, agreed.eventAck());
    }

    /**
     * Begins: a server that streams output says where each run stands; any other takes output from the known lengths.
     *
     * @param runs those that are not finally acknowledged
     * @param liveBefore the tasks that were active before the server could send a command
     * @param silent takes the reason to end the connection, where the server does not answer
     */
    void offer(List<RunOutput> runs, ActiveTasks liveBefore, Consumer<String> silent) {
        if (closed) {
            return;
        }
        if (agreed.outputStream()) {
            OfferedRuns standing = OfferedRuns.of(runs, settings.spoolRoot());
            offered = standing;
            frames.send(standing.frame());
            long within = settings.answerWithin().toMillis();
            timers.after(within, () -> {
                if (offered != null) {
                    silent.accept("no answer to 'runs' within " + within + " ms");
                }
            });
            return;
        }
        assertLive(liveBefore);
        runs.forEach(output::open);
        begin();
    }

    /**
     * The server says where each run stands.
     *
     * @param cancel takes the end of each run that it wants no more
     */
    void resume(Resume resume, Consumer<ServerFrame> cancel) {
        if (offered == null || closed) {
            LOG.log(Level.WARNING, "the server sent 'resume' without being asked");
            return;
        }
        OfferedRuns standing = offered;
        offered = null;
        standing.apply(resume, output, outbox, settings.leases(), cancel);
        begin();
    }

    private void begin() {
        running = true;
        openedMeanwhile.forEach(output::open);
        openedMeanwhile.clear();
        outbox.pump();
        timers.every(1000, outbox::pump);
        timers.every(500, notes::save);
    }

    /** A base server may have dropped this daemon's row at the disconnect: each live task is told of again. */
    private void assertLive(ActiveTasks tasks) {
        tasks.states().forEach((taskId, state) -> frames.send(TaskStatusChange.of(taskId, state, state)));
    }

    /** See {@link OutboxLane#fenced}. */
    void fenced(RunOutput run) {
        outbox.fenced(run);
    }

    /** See {@link OutboxLane#unknown}. */
    void unknown(TaskId taskId, long fence) {
        outbox.unknown(taskId, fence);
    }

    /** The server has committed this much output. */
    void acknowledged(StreamAck ack) {
        output.acknowledged(ack);
    }

    /** The server wants output again. */
    void rewind(OutputRewind rewind) {
        output.rewind(rewind);
    }

    /** The server has applied these events. */
    void acknowledged(List<String> eventIds) {
        outbox.acknowledged(eventIds);
    }

    /** The server refuses an event for good. */
    void refused(EventReject refusal) {
        outbox.refused(refusal);
    }

    /** There may be new events in the outbox. */
    void outboxGrew() {
        if (running) {
            outbox.pump();
        }
    }

    /** A run's output is to be sent. */
    void runOpened(RunOutput run) {
        if (running) {
            output.open(run);
        } else {
            openedMeanwhile.add(run);
        }
    }

    private void delivered(OutputLane.Progress progress) {
        notes.add(progress);
        outbox.outputArrived();
    }

    /** Sends what there is to say still, as far as the server takes it in a moment; completes then. */
    Future<?> lastWords() {
        if (!running || closed) {
            return Future.succeededFuture();
        }
        outbox.pump();
        long millis = LAST_WORDS_WITHIN.toMillis();
        // The end of a run waits for its output, so that goes on until the events are through.
        return outbox.settled()
                .timeout(millis, TimeUnit.MILLISECONDS)
                .otherwiseEmpty()
                .compose(_ -> output.stop().timeout(millis, TimeUnit.MILLISECONDS))
                .otherwiseEmpty();
    }

    /** The connection is over; completes when what the server has is saved. */
    Future<?> close() {
        closed = true;
        Future<?> saved = notes.save();
        output.close();
        outbox.close();
        return saved;
    }
}
