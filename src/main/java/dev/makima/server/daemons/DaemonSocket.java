package dev.makima.server.daemons;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.PassingTrouble;
import dev.makima.protocol.Capability;
import dev.makima.protocol.CloseCodes;
import dev.makima.protocol.DaemonDirectories;
import dev.makima.protocol.DaemonFrame;
import dev.makima.protocol.FrameCodec;
import dev.makima.protocol.FrameException;
import dev.makima.protocol.Heartbeat;
import dev.makima.protocol.OutputPieceCodec;
import dev.makima.protocol.ReauthStatus;
import dev.makima.protocol.Runs;
import dev.makima.protocol.ServerFrame;
import dev.makima.protocol.TaskFrame;
import dev.makima.protocol.TaskOutput;
import dev.makima.server.core.Replies;
import dev.makima.server.store.DaemonTable;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.http.ServerWebSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The connection of one daemon after its handshake: frames in, commands out. What the daemon has not named as its
 * capability is not used with it.
 *
 * <p>To be used on the socket's event loop.
 */
final class DaemonSocket implements DaemonConnection {
    private static final System.Logger LOG = System.getLogger(DaemonSocket.class.getName());
    private static final short TRY_AGAIN = 1013;
    private static final short POLICY = 1008;

    private final ServerWebSocket socket;
    private final DaemonParts parts;
    private final UUID daemonId;
    private final Dialect dialect;
    private final OutputIntake intake;
    private final Confirmations confirmations;
    private final InHand inHand;
    private final EventDoor door;
    private final Presence presence;
    private final Pulse pulse;
    private @Nullable MessageConsumer<ServerFrame> commands;
    private @Nullable MessageConsumer<String> revocations;
    private boolean ready;
    private boolean gone;

    DaemonSocket(ServerWebSocket socket, DaemonParts parts, UUID daemonId, Set<String> capabilities) {
        this.socket = socket;
        this.parts = parts;
        this.daemonId = daemonId;
        this.dialect = new Dialect(capabilities);
        this.intake = new OutputIntake(this, parts, daemonId);
        this.confirmations = new Confirmations(parts, daemonId);
        this.inHand = new InHand(this, parts, confirmations);
        this.door = new EventDoor(this, parts);
        this.presence = new Presence(this, parts);
        this.pulse = new Pulse(socket, this, parts, presence);
    }

    /**
     * Takes the daemon's place, replacing a former connection of it, and answers its handshake.
     *
     * @param keys the ids of the keys that it has shown, with which the connection ends
     */
    void start(ServerFrame authenticated, Set<String> keys) {
        revocations = parts.bus().revocations(revoked -> {
            if (keys.contains(revoked)) {
                revoked();
            }
        });
        DaemonConnection former = parts.registry().put(daemonId, this);
        if (former != null) {
            former.replaced();
        }
        socket.textMessageHandler(this::text);
        socket.binaryMessageHandler(this::binary);
        socket.exceptionHandler(this::broken);
        socket.closeHandler(closed -> gone());
        pulse.begin();
        parts.flow().join(this);
        commands = parts.bus().frames(daemonId, this::command);
        send(authenticated);
        if (!streams()) {
            confirmations.await();
            becomeReady();
        }
    }

    @Override
    public boolean isOpen() {
        return !gone;
    }

    @Override
    public UUID daemonId() {
        return daemonId;
    }

    @Override
    public boolean has(String capability) {
        return dialect.has(capability);
    }

    @Override
    public boolean streams() {
        return has(Capability.OUTPUT_STREAM);
    }

    @Override
    public Future<Void> send(ServerFrame frame) {
        return socket.writeTextMessage(FrameCodec.encode(dialect.known(frame)));
    }

    @Override
    public void fail(String what, Throwable cause) {
        if (!gone) {
            LOG.log(
                    PassingTrouble.level(System.Logger.Level.ERROR, cause),
                    "daemon " + daemonId + ": " + what + "; it has to connect again",
                    cause);
            closeWith(TRY_AGAIN, "try again later");
        }
    }

    @Override
    public void close() {
        parts.registry().remove(daemonId, this);
        closeWith((short) 1001, "the server stops");
    }

    @Override
    public void pause() {
        pulse.pause();
    }

    @Override
    public void resume() {
        pulse.resume();
    }

    private void command(Message<ServerFrame> message) {
        Optional<Duration> within = Replies.within(message);
        if (within.isPresent()) {
            Replies.send(message, parts.questions().ask(this, message.body(), within.get()));
            return;
        }
        send(message.body()).onComplete(sent -> {
            if (sent.succeeded()) {
                message.reply("sent");
            } else {
                message.fail(1, "the socket is closed");
            }
        });
    }

    private void text(String text) {
        if (gone) {
            // It came in before the end of a connection whose place another has taken: the daemon says it again there.
            return;
        }
        presence.heard();
        long limit = parts.config().limits().frameBytes();
        if (text.length() > limit / 3 && FrameCodec.encodedSize(text) > limit) {
            broken(new MakimaException(
                    ErrorCode.VALIDATION, "a frame of " + FrameCodec.encodedSize(text) + " bytes is over the limit"));
            return;
        }
        DaemonFrame frame;
        try {
            frame = FrameCodec.decodeDaemonFrame(text);
        } catch (FrameException e) {
            door.unreadable(e);
            return;
        }
        if (frame instanceof TaskFrame about) {
            confirmations.heardOf(List.of(about.taskId()));
        }
        switch (frame) {
            // A daemon with streams says what belongs to no run this way.
            case TaskOutput output when !streams() -> intake.line(output);
            case Heartbeat heartbeat -> inHand.heartbeat(heartbeat);
            case Runs runs -> inHand.resume(runs);
            case ReauthStatus login -> parts.bus().publish(daemonId, login);
            case DaemonDirectories directories ->
                watch(parts.store()
                        .daemons()
                        .directories(
                                daemonId,
                                directories.workingDirectory(),
                                directories.homeDirectory(),
                                directories.worktreesDirectory()));
            case DaemonFrame event -> event(event);
        }
    }

    private void binary(Buffer message) {
        if (gone) {
            return;
        }
        presence.heard();
        try {
            intake.piece(OutputPieceCodec.decode(message.getBytes()));
        } catch (FrameException e) {
            LOG.log(System.Logger.Level.WARNING, "daemon {0}: {1}", daemonId, e.getMessage());
        }
    }

    private void event(DaemonFrame frame) {
        // The writer keeps the order: what was said before an event is stored before it is applied.
        intake.flush();
        door.apply(frame);
    }

    @Override
    public boolean isReady() {
        return ready;
    }

    @Override
    public void becomeReady() {
        ready = true;
        parts.dispatcher().connected(daemonId);
        present();
    }

    @Override
    public void present() {
        if (ready && !gone && !presence.isAway()) {
            parts.registry().ready(daemonId, this);
        }
        parts.dispatcher().kick();
    }

    @Override
    public void lost() {
        closeWith(TRY_AGAIN, "no sign of life");
    }

    private void broken(Throwable failure) {
        LOG.log(System.Logger.Level.WARNING, "daemon {0}: {1}", daemonId, failure.toString());
        // An over-long message is the usual reason; whatever it was, what comes after it can't be trusted.
        closeWith(
                CloseCodes.TOO_BIG,
                "a message is over " + parts.config().limits().frameBytes() + " bytes");
    }

    @Override
    public void replaced() {
        LOG.log(
                System.Logger.Level.WARNING,
                "daemon {0} has connected again: the former connection is closed",
                daemonId);
        closeWith(CloseCodes.REPLACED, "another connection of this daemon has taken its place");
    }

    private void revoked() {
        LOG.log(System.Logger.Level.WARNING, "daemon {0}: its API key was revoked, the connection is closed", daemonId);
        closeWith(POLICY, "the API key was revoked");
    }

    private void closeWith(short code, String reason) {
        if (!socket.isClosed()) {
            watch(socket.close(code, reason));
        }
        gone();
    }

    private void gone() {
        if (gone) {
            return;
        }
        gone = true;
        intake.flush();
        pulse.end();
        confirmations.close();
        parts.flow().leave(this);
        if (commands != null) {
            watch(commands.unregister());
        }
        if (revocations != null) {
            watch(revocations.unregister());
        }
        parts.questions().gone(daemonId, has(Capability.EVENT_ACK));
        if (parts.registry().remove(daemonId, this)) {
            LOG.log(System.Logger.Level.INFO, "daemon {0} has disconnected", daemonId);
            watch(noteAway());
        }
    }

    @Override
    public Future<Void> noteAway() {
        DaemonTable daemons = parts.store().daemons();
        Instant now = parts.clock().instant();
        return ready ? daemons.disconnected(daemonId, now) : daemons.leftUnheard(daemonId, now);
    }

    @Override
    public void watch(Future<?> future) {
        future.onFailure(failure -> LOG.log(System.Logger.Level.DEBUG, "daemon " + daemonId, failure));
    }
}
