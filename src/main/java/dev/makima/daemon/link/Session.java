package dev.makima.daemon.link;

import dev.makima.base.PassingTrouble;
import dev.makima.base.TaskId;
import dev.makima.daemon.bus.ActiveTasks;
import dev.makima.daemon.bus.Addresses;
import dev.makima.daemon.bus.Command;
import dev.makima.daemon.bus.RunOutput;
import dev.makima.daemon.store.Event;
import dev.makima.daemon.store.StoreClient;
import dev.makima.daemon.store.StoreRequest;
import dev.makima.process.Tailer;
import dev.makima.protocol.Authenticated;
import dev.makima.protocol.Capability;
import dev.makima.protocol.CloseCodes;
import dev.makima.protocol.DaemonFrame;
import dev.makima.protocol.EventAck;
import dev.makima.protocol.EventReject;
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
import dev.makima.protocol.TaskState;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One authenticated connection, from the handshake to its loss: what comes from the server is told apart here.
 *
 * <p>Three lanes share the socket. Heartbeats ({@link KeepAlive}) and answers are written at once, by {@link TextFrames};
 * events and output go by {@link SendingLanes}, output in such small portions that the others never wait for it. Used on
 * the link's context.
 */
final class Session {
    private static final System.Logger LOG = System.getLogger(Session.class.getName());
    private static final short NORMAL_CLOSURE = 1000;
    private static final short GOING_AWAY = 1001;

    private final Vertx vertx;
    private final WebSocket socket;
    private final LinkSettings settings;
    private final StoreClient store;
    private final Supplier<ActiveTasks> active;
    private final Barrier barrier;
    private final Timers timers;
    private final TextFrames frames;
    private final Fences fences;
    private final KeepAlive life;
    private final SendingLanes lanes;
    private final @Nullable LeaseBeats beats;
    private final boolean acknowledges;
    private final Promise<String> closed = Promise.promise();
    private @Nullable String eventsFrom;
    private boolean replaced;

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
        this.timers = new Timers(vertx);
        this.frames =
                new TextFrames(socket, settings.secrets(), settings.server().maxFrameBytes());
        boolean leases = can(answer, Capability.LEASE);
        settings.leases().met(leases, settings.leases().now());
        this.fences = new Fences(settings.leases(), store, leases);
        this.beats = leases ? new LeaseBeats(settings.leases(), this::judged) : null;
        this.life = new KeepAlive(settings.server(), barrier, active, beats, this::beat, this::drop);
        this.acknowledges = can(answer, Capability.EVENT_ACK);
        SendingLanes.Agreed agreed = new SendingLanes.Agreed(can(answer, Capability.OUTPUT_STREAM), acknowledges);
        this.lanes = new SendingLanes(vertx, socket, settings, agreed, store, tailer, barrier, timers, frames);
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
        socket.frameHandler(_ -> life.heard());
        socket.textMessageHandler(this::read);
        socket.pongHandler(payload -> {
            life.heard();
            barrier.pong(payload);
        });
        socket.exceptionHandler(this::broke);
        socket.closeHandler(_ -> {
            replaced = Short.valueOf(CloseCodes.REPLACED).equals(socket.closeStatusCode());
            finished("the server closed it"
                    + (socket.closeStatusCode() == null ? "" : " with code " + socket.closeStatusCode()));
        });
        send(settings.directories());
        life.start(timers);
        ActiveTasks liveBefore = active.get();
        socket.resume();
        store.ask(new StoreRequest.OpenRuns())
                .onSuccess(runs -> lanes.offer(runs, liveBefore, this::drop))
                .onFailure(e -> drop("the daemon's database failed: " + Dial.describe(e)));
        LiveKeys.tell(store, this::send);
    }

    private void read(String text) {
        life.heard();
        try {
            take(FrameCodec.decodeServerFrame(text), text.length());
        } catch (FrameException e) {
            LOG.log(Level.WARNING, "a frame of the server is skipped: {0}", e.getMessage());
            unread(e);
        }
    }

    /** A task that cannot be read has failed: its server would wait for it for ever, so it hears of that for certain. */
    private void unread(FrameException e) {
        Optional<TaskId> lost = e.taskId()
                .filter(taskId -> "spawnTask".equals(e.type())
                        && e.kind() != FrameException.Kind.UNKNOWN_TYPE
                        && !active.get().states().containsKey(taskId));
        if (lost.isEmpty()) {
            UnreadCommands.answer(e).ifPresent(this::send);
            return;
        }
        Event failed = Event.of(lost.get(), TaskComplete.failure(lost.get(), UnreadCommands.why(e)));
        store.ask(new StoreRequest.AddEvents(List.of(failed)))
                .onFailure(failure -> LOG.log(
                        PassingTrouble.level(Level.ERROR, failure), "the end of a task could not be saved", failure));
    }

    private void take(ServerFrame frame, int characters) {
        switch (frame) {
            case OutputAck ack -> ack.acks().forEach(lanes::acknowledged);
            case OutputRewind rewind -> lanes.rewind(rewind);
            case EventAck ack -> lanes.acknowledged(ack.eventIds());
            case EventReject refusal -> lanes.refused(refusal);
            case Resume resume -> {
                lanes.resume(resume, cancel -> command(cancel, 0));
                activeChanged();
            }
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

    /** Sends a frame at once, before all output that the socket does not have yet; one that is too long for the server not. */
    void send(DaemonFrame frame) {
        fences.added(frame, frames::send);
    }

    /** As {@link #send}; completes when the socket has it, with whether it was sent. */
    Future<Boolean> answer(DaemonFrame frame) {
        Promise<Boolean> sent = Promise.promise();
        fences.added(frame, whole -> frames.answer(whole).onComplete(sent));
        return sent.future();
    }

    /** There may be new events in the outbox. */
    void outboxGrew() {
        lanes.outboxGrew();
    }

    /** A run's output is to be sent. */
    void runOpened(RunOutput run) {
        lanes.runOpened(run);
    }

    /** The active tasks are others now. */
    void activeChanged() {
        life.beatIfDue();
    }

    /** Says with each heartbeat, as of the one before, which events the server may forget. */
    private void beat(DaemonFrame frame) {
        if (!acknowledges || !(frame instanceof Heartbeat beat)) {
            send(frame);
            return;
        }
        send(beat.withEventsFrom(eventsFrom));
        // Where it can't be asked, the server keeps them for longer.
        store.ask(new StoreRequest.OldestEvent()).onSuccess(oldest -> eventsFrom = oldest);
    }

    /** Whether the server ended it since another connection of this daemon's identity took its place. */
    boolean isReplaced() {
        return replaced;
    }

    /** The server does not renew a run, or knows one again. */
    private void judged(RunLease run, RunVerdict verdict) {
        // Each heartbeat asks again for one that is unknown; who has its lease says so once.
        Level level = verdict == RunVerdict.UNKNOWN ? Level.DEBUG : Level.WARNING;
        LOG.log(level, "the server says of task {0}: {1}", run.taskId(), verdict.name());
        if (verdict == RunVerdict.FENCED) {
            lanes.fenced(new RunOutput(run.taskId(), run.runId(), run.fence(), TaskState.RUNNING, Map.of()));
        } else if (verdict == RunVerdict.UNKNOWN) {
            lanes.unknown(run.taskId(), run.fence());
        } else if (verdict == RunVerdict.CONTINUE) {
            // What the server has of its output is said at the beginning of a connection alone.
            drop("the server knows task " + run.taskId() + " again");
        }
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

    private Future<?> finished(String reason) {
        if (!closed.tryComplete(reason)) {
            return Future.succeededFuture();
        }
        timers.cancel();
        return lanes.close();
    }

    /** Says goodbye, after what there is to say still. */
    Future<?> close() {
        return lanes.lastWords().compose(_ -> {
            Future<?> gone = socket.close(GOING_AWAY, "the daemon stops");
            return Future.join(finished("the daemon stops"), gone).otherwiseEmpty();
        });
    }
}
