package dev.makima.daemon.link;

import dev.makima.base.RunId;
import dev.makima.base.StreamName;
import dev.makima.base.TaskId;
import dev.makima.daemon.bus.ActiveTasks;
import dev.makima.daemon.bus.Addresses;
import dev.makima.daemon.bus.Command;
import dev.makima.daemon.bus.RunOutput;
import dev.makima.daemon.store.StoreClient;
import dev.makima.daemon.store.StoreRequest;
import dev.makima.process.Tailer;
import dev.makima.protocol.Authenticated;
import dev.makima.protocol.Capability;
import dev.makima.protocol.CloseCodes;
import dev.makima.protocol.DaemonFrame;
import dev.makima.protocol.EventAck;
import dev.makima.protocol.EventFrame;
import dev.makima.protocol.EventReject;
import dev.makima.protocol.FencedFrame;
import dev.makima.protocol.FrameCodec;
import dev.makima.protocol.FrameException;
import dev.makima.protocol.Heartbeat;
import dev.makima.protocol.HeartbeatAck;
import dev.makima.protocol.OutputAck;
import dev.makima.protocol.OutputRewind;
import dev.makima.protocol.Resume;
import dev.makima.protocol.RunLease;
import dev.makima.protocol.RunVerdict;
import dev.makima.protocol.ServerError;
import dev.makima.protocol.ServerFrame;
import dev.makima.protocol.TaskComplete;
import dev.makima.protocol.TaskFrame;
import dev.makima.protocol.TaskOutput;
import dev.makima.protocol.TaskState;
import dev.makima.protocol.TaskStatusChange;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One authenticated connection, from the handshake to its loss.
 *
 * <p>Three lanes share the socket. Heartbeats and answers are written at once; events go by {@link OutboxLane}; output
 * goes by an {@link OutputLane}, which hands so little to the socket at a time that the others never wait for it.
 * Used on the link's context.
 */
final class Session {
    private static final System.Logger LOG = System.getLogger(Session.class.getName());
    private static final short NORMAL_CLOSURE = 1000;
    private static final short GOING_AWAY = 1001;
    private static final long LEASES_EVERY_MILLIS = 250;
    private static final Duration LAST_WORDS_WITHIN = Duration.ofSeconds(2);

    private final Vertx vertx;
    private final WebSocket socket;
    private final LinkSettings settings;
    private final StoreClient store;
    private final Supplier<ActiveTasks> active;
    private final boolean streamsOutput;
    private final @Nullable LeaseBeats beats;
    private final Barrier barrier;
    private final OutputLane output;
    private final OutboxLane outbox;
    private final Promise<String> closed = Promise.promise();
    private final List<Long> timers = new ArrayList<>();
    private final List<RunOutput> openedMeanwhile = new ArrayList<>();
    private long lastHeard = System.nanoTime();
    private boolean outputRuns;
    private @Nullable Runs offered;
    private final Map<RunId, Map<StreamName, Long>> toNote = new HashMap<>();

    Session(
            Vertx vertx,
            WebSocket socket,
            LinkSettings settings,
            Authenticated answer,
            StoreClient store,
            Tailer tailer,
            Supplier<ActiveTasks> active) {
        this.vertx = vertx;
        this.socket = socket;
        this.settings = settings;
        this.store = store;
        this.active = active;
        this.barrier = new Barrier(socket);
        this.streamsOutput = can(answer, Capability.OUTPUT_STREAM);
        boolean leases = can(answer, Capability.LEASE);
        settings.leases().met(leases, settings.leases().now());
        this.beats = leases ? new LeaseBeats(settings.leases(), this::judged) : null;
        OutputSocket outputSocket = new OutputSocket(vertx.getOrCreateContext(), socket, tailer);
        this.output = streamsOutput
                ? new PieceOutput(
                        outputSocket,
                        tailer,
                        settings.spoolRoot(),
                        settings.secrets(),
                        run -> settings.leases().fence(run.runId(), run.fence()),
                        this::delivered)
                : new LineOutput(
                        outputSocket, tailer, settings.spoolRoot(), settings.secrets(), barrier, this::delivered);
        this.outbox = new OutboxLane(store, barrier, output, this::send, can(answer, Capability.EVENT_ACK));
    }

    private static boolean can(Authenticated answer, String capability) {
        return answer.capabilities() != null && answer.capabilities().contains(capability);
    }

    /** Completes with the reason when the connection is over; never fails. */
    Future<String> closed() {
        return closed.future();
    }

    /** Begins to listen and to send. */
    void start() {
        socket.frameHandler(_ -> heard());
        socket.textMessageHandler(this::read);
        socket.pongHandler(payload -> {
            heard();
            barrier.pong(payload);
        });
        socket.exceptionHandler(this::broke);
        socket.closeHandler(_ -> finished("the server closed it"
                + (socket.closeStatusCode() == null ? "" : " with code " + socket.closeStatusCode())));
        send(settings.directories());
        every(settings.server().pingInterval().toMillis(), this::keepAlive);
        every(settings.server().heartbeatInterval().toMillis(), this::heartbeat);
        every(LEASES_EVERY_MILLIS, this::activeChanged);
        heartbeat();
        ActiveTasks liveBefore = active.get();
        socket.resume();
        store.ask(new StoreRequest.OpenRuns())
                .onSuccess(runs -> offer(runs, liveBefore))
                .onFailure(e -> drop("the daemon's database failed: " + Dial.describe(e)));
        LiveKeys.tell(store, this::send);
    }

    /** A server that streams output says where each run stands; any other takes output from the known lengths. */
    private void offer(List<RunOutput> runs, ActiveTasks liveBefore) {
        if (streamsOutput) {
            Runs standing = Runs.of(runs, settings.spoolRoot());
            offered = standing;
            send(standing.frame());
            timers.add(vertx.setTimer(settings.answerWithin().toMillis(), _ -> {
                if (offered != null) {
                    drop("no answer to 'runs' within " + settings.answerWithin().toMillis() + " ms");
                }
            }));
            return;
        }
        assertLive(liveBefore);
        runs.forEach(output::open);
        beginLanes();
    }

    private void resume(Resume resume) {
        if (offered == null) {
            LOG.log(Level.WARNING, "the server sent 'resume' without being asked");
            return;
        }
        Runs standing = offered;
        offered = null;
        standing.apply(resume, output, outbox, settings.leases(), cancel -> command(cancel, 0));
        beginLanes();
        activeChanged();
    }

    private void beginLanes() {
        outputRuns = true;
        openedMeanwhile.forEach(output::open);
        openedMeanwhile.clear();
        outbox.pump();
        every(1000, outbox::pump);
        every(500, this::noteDelivered);
    }

    /** A base server may have dropped this daemon's row at the disconnect: each live task is told of again. */
    private void assertLive(ActiveTasks tasks) {
        tasks.states().forEach((taskId, state) -> send(TaskStatusChange.of(taskId, state, state)));
    }

    private void read(String text) {
        heard();
        try {
            take(FrameCodec.decodeServerFrame(text), text.length());
        } catch (FrameException e) {
            LOG.log(Level.WARNING, "a frame of the server is skipped: {0}", e.getMessage());
            e.taskId().ifPresent(taskId -> send(refusal(taskId, e)));
        }
    }

    /** A task that cannot be read has failed: its server would wait for it for ever. The rest is said in a line. */
    private DaemonFrame refusal(TaskId taskId, FrameException e) {
        if (e.kind() == FrameException.Kind.UNKNOWN_TYPE) {
            return new TaskOutput(taskId, "This daemon does not know the command '" + e.type() + "'.", false);
        }
        String reason = "This daemon cannot read the command '" + e.type() + "': " + e.reason();
        return "spawnTask".equals(e.type()) && !active.get().states().containsKey(taskId)
                ? TaskComplete.failure(taskId, reason)
                : new TaskOutput(taskId, reason, false);
    }

    private void take(ServerFrame frame, int characters) {
        switch (frame) {
            case OutputAck ack -> ack.acks().forEach(output::acknowledged);
            case OutputRewind rewind -> output.rewind(rewind);
            case EventAck ack -> outbox.acknowledged(ack.eventIds());
            case EventReject refusal -> outbox.refused(refusal);
            case Resume resume -> resume(resume);
            case HeartbeatAck ack -> {
                if (beats != null) {
                    beats.acknowledged(ack);
                }
            }
            case ServerError error -> LOG.log(Level.WARNING, "the server says {0}: {1}", error.code(), error.message());
            case Authenticated _ -> LOG.log(Level.WARNING, "the server sent 'authenticated' again");
            case ServerFrame command -> command(command, characters);
        }
    }

    private void command(ServerFrame frame, int characters) {
        Addresses.COMMAND.send(vertx.eventBus(), new Command(frame, characters));
    }

    /**
     * Sends a frame at once, before all output that the socket does not have yet.
     *
     * @return whether it was sent: one that is too long for the server never is
     */
    boolean send(DaemonFrame frame) {
        return write(frame).isPresent();
    }

    /** As {@link #send}; completes when the socket has it, with whether it was sent. */
    Future<Boolean> answer(DaemonFrame frame) {
        return write(frame).map(sent -> sent.map(true).otherwise(false)).orElse(Future.succeededFuture(false));
    }

    private Optional<Future<Void>> write(DaemonFrame frame) {
        String text = FrameCodec.encode(Words.masked(fenced(frame), settings.secrets()));
        long most = settings.server().maxFrameBytes();
        // Encoded length is at most three bytes for each character: only what may be too long is measured.
        if (text.length() * 3L > most && FrameCodec.encodedSize(text) > most) {
            LOG.log(
                    Level.ERROR,
                    "a frame {0} of {1} bytes is over server.maxFrameBytes ({2}) and is not sent",
                    frame.getClass().getSimpleName(),
                    Integer.toString(FrameCodec.encodedSize(text)),
                    Long.toString(most));
            return Optional.empty();
        }
        return Optional.of(socket.writeTextMessage(text));
    }

    /** There may be new events in the outbox. */
    void outboxGrew() {
        if (outputRuns) {
            outbox.pump();
        }
    }

    /** A run's output is to be sent. */
    void runOpened(RunOutput run) {
        if (outputRuns) {
            output.open(run);
        } else {
            openedMeanwhile.add(run);
        }
    }

    /** More output is known to have arrived. */
    private void delivered(OutputLane.Progress progress) {
        toNote.computeIfAbsent(progress.runId(), _ -> new EnumMap<>(StreamName.class))
                .putAll(progress.lengths());
        outbox.outputArrived();
    }

    /** Twice a second, not each time: every write of the store is a sync of the disk, and this is only a hint. */
    private Future<?> noteDelivered() {
        List<Future<?>> noted = new ArrayList<>();
        toNote.forEach((run, lengths) -> noted.add(store.ask(new StoreRequest.OutputDelivered(run, lengths))
                .onFailure(e -> LOG.log(Level.WARNING, "what the server has cannot be noted", e))));
        toNote.clear();
        return Future.join(noted).otherwiseEmpty();
    }

    private void heartbeat() {
        ActiveTasks tasks = active.get();
        List<TaskId> ids = List.copyOf(tasks.states().keySet());
        send(beats == null ? Heartbeat.of(ids) : beats.next(ids));
        SupervisorBeats.of(tasks, Instant.now()).forEach(this::send);
    }

    /** A lease that is new, or that is a good part over, is renewed at once. */
    void activeChanged() {
        if (beats != null && outputRuns && beats.isDue()) {
            heartbeat();
        }
    }

    /** The server does not renew a run. */
    private void judged(RunLease run, RunVerdict verdict) {
        LOG.log(Level.WARNING, "the server says of task {0}: {1}", run.taskId(), verdict.name());
        if (verdict == RunVerdict.FENCED) {
            outbox.fenced(new RunOutput(run.taskId(), run.runId(), run.fence(), TaskState.RUNNING, Map.of()));
        } else if (verdict == RunVerdict.UNKNOWN) {
            outbox.unknown(run.taskId());
        }
    }

    /** What is said of an active task in passing is said by its present hand-over. */
    private DaemonFrame fenced(DaemonFrame frame) {
        if (!(frame instanceof FencedFrame fenced)
                || !(frame instanceof TaskFrame about)
                || fenced.fence() != null
                || (frame instanceof EventFrame event && event.eventId() != null)) {
            return frame;
        }
        long fence = settings.leases().fence(about.taskId());
        return fence > 0 ? fenced.withFence(fence) : frame;
    }

    private void keepAlive() {
        long silence = System.nanoTime() - lastHeard;
        if (silence > settings.server().pingDeadline().toNanos()) {
            drop("nothing was heard for " + silence / 1_000_000_000 + " s");
        } else {
            barrier.mark();
        }
    }

    private void heard() {
        lastHeard = System.nanoTime();
    }

    private void every(long millis, Runnable task) {
        timers.add(vertx.setPeriodic(Math.max(1, millis), _ -> task.run()));
    }

    private void broke(Throwable cause) {
        // The one case in which a frame ends the connection: it is longer than server.maxFrameBytes.
        boolean tooLong = cause instanceof TooLongFrameException
                || (cause instanceof CorruptedWebSocketFrameException corrupted
                        && corrupted.closeStatus().equals(WebSocketCloseStatus.MESSAGE_TOO_BIG));
        short code = tooLong ? CloseCodes.TOO_BIG : NORMAL_CLOSURE;
        socket.close(code, Dial.describe(cause));
        finished("it broke: " + Dial.describe(cause));
    }

    private void drop(String reason) {
        socket.close();
        finished(reason);
    }

    private void finished(String reason) {
        if (closed.tryComplete(reason)) {
            timers.forEach(vertx::cancelTimer);
            noteDelivered();
            output.close();
            outbox.close();
        }
    }

    /** Says goodbye, after what there is to say still, as far as the server takes it in a moment. */
    Future<?> close() {
        Future<Void> said = Future.succeededFuture();
        if (outputRuns && !closed.future().isComplete()) {
            outbox.pump();
            long millis = LAST_WORDS_WITHIN.toMillis();
            // The end of a run waits for its output, so that goes on until the events are through.
            said = outbox.settled()
                    .timeout(millis, TimeUnit.MILLISECONDS)
                    .otherwiseEmpty()
                    .compose(_ -> output.stop().timeout(millis, TimeUnit.MILLISECONDS));
        }
        return said.otherwiseEmpty().compose(_ -> {
            Future<?> noted = noteDelivered();
            Future<?> gone = socket.close(GOING_AWAY, "the daemon stops");
            finished("the daemon stops");
            return Future.join(noted, gone).otherwiseEmpty();
        });
    }
}
