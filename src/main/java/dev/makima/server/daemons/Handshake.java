package dev.makima.server.daemons;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.PassingTrouble;
import dev.makima.protocol.Authenticate;
import dev.makima.protocol.Authenticated;
import dev.makima.protocol.Capability;
import dev.makima.protocol.DaemonFrame;
import dev.makima.protocol.FrameCodec;
import dev.makima.protocol.FrameException;
import dev.makima.protocol.ServerError;
import dev.makima.protocol.WireCodes;
import dev.makima.server.core.Keys;
import dev.makima.server.store.DaemonTable;
import dev.makima.server.store.KeyTable;
import io.vertx.core.Future;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/**
 * The first words on a daemon's socket: nothing is sent before the daemon has named itself, since existing daemons end
 * on any other first frame. Whoever does not within the time is closed.
 *
 * <p>To be used on the socket's event loop.
 */
public final class Handshake {
    private static final System.Logger LOG = System.getLogger(Handshake.class.getName());
    private static final List<String> OURS = List.of(
            Capability.OUTPUT_STREAM, Capability.EVENT_ACK, Capability.LEASE, Capability.REQUEST_ID, Capability.AGENTS);
    /** A first frame that is wrong may be followed by a right one, but not for ever. */
    private static final int WRONG_MAX = 20;

    private final ServerWebSocket socket;
    private final DaemonParts parts;
    private final Keys keys;
    private final KeyTable.Key key;
    private final long timer;
    private int wrong;

    private Handshake(ServerWebSocket socket, DaemonParts parts, Keys keys, KeyTable.Key key) {
        this.socket = socket;
        this.parts = parts;
        this.keys = keys;
        this.key = key;
        this.timer = parts.vertx().setTimer(parts.timings().handshake().toMillis(), late -> {
            LOG.log(System.Logger.Level.INFO, "a daemon connected and did not authenticate in time: closed");
            close("no authenticate frame in time");
        });
    }

    /**
     * Begins the handshake on a socket whose upgrade carried a valid key.
     *
     * @param key the key of the upgrade
     */
    static void begin(ServerWebSocket socket, DaemonParts parts, Keys keys, KeyTable.Key key) {
        Handshake handshake = new Handshake(socket, parts, keys, key);
        socket.textMessageHandler(handshake::text);
        socket.binaryMessageHandler(
                message -> handshake.refuse(WireCodes.NOT_REGISTERED, "the first frame has to be authenticate"));
        socket.exceptionHandler(failure -> handshake.close("the first frame could not be read"));
        socket.closeHandler(closed -> parts.vertx().cancelTimer(handshake.timer));
    }

    private void text(String text) {
        DaemonFrame frame;
        try {
            frame = FrameCodec.decodeDaemonFrame(text);
        } catch (FrameException e) {
            boolean named =
                    e.kind() != FrameException.Kind.UNPARSEABLE && !e.type().equals("authenticate");
            refuse(
                    named ? WireCodes.NOT_REGISTERED : WireCodes.PARSE_ERROR,
                    named ? "the first frame has to be authenticate" : e.reason());
            return;
        }
        if (frame instanceof Authenticate authenticate) {
            parts.vertx().cancelTimer(timer);
            socket.pause();
            connect(authenticate).onSuccess(daemon -> socket.resume()).onFailure(failure -> {
                socket.resume();
                failed(failure);
            });
            return;
        }
        refuse(WireCodes.NOT_REGISTERED, "the first frame has to be authenticate");
    }

    private Future<Void> connect(Authenticate frame) {
        // Also where it is the key of the upgrade: it may have been revoked since.
        return keys.check(frame.apiKey()).compose(found -> {
            if (!found.ownerId().equals(key.ownerId())) {
                return Future.failedFuture(new MakimaException(
                        ErrorCode.UNAUTHORIZED, "the keys of the upgrade and of the first frame differ in owner"));
            }
            Set<String> capabilities = new HashSet<>(OURS);
            capabilities.retainAll(Objects.requireNonNullElse(frame.capabilities(), List.of()));
            return parts.store()
                    .daemons()
                    .connected(hello(frame, capabilities), parts.clock().instant())
                    .map(daemonId -> {
                        LOG.log(
                                System.Logger.Level.INFO,
                                "daemon {0} ({1}) has connected, using {2}",
                                daemonId,
                                frame.hostname(),
                                capabilities);
                        Authenticated answer = frame.capabilities() == null
                                ? Authenticated.base(daemonId)
                                : new Authenticated(daemonId, OURS, (int)
                                        parts.timings().heartbeat().toSeconds());
                        begin(daemonId, capabilities, answer, found);
                        return null;
                    });
        });
    }

    private void begin(UUID daemonId, Set<String> capabilities, Authenticated answer, KeyTable.Key found) {
        if (socket.isClosed()) {
            // It left while it was written down; nobody would hear of its end any more.
            parts.store()
                    .daemons()
                    .leftUnheard(daemonId, parts.clock().instant())
                    .onFailure(failure -> LOG.log(
                            PassingTrouble.level(System.Logger.Level.WARNING, failure), "daemon " + daemonId, failure));
            return;
        }
        new DaemonSocket(socket, parts, daemonId, capabilities)
                .start(answer, Set.copyOf(List.of(key.id(), found.id())));
    }

    private DaemonTable.Hello hello(Authenticate frame, Set<String> capabilities) {
        JsonArray agents = new JsonArray();
        if (frame.agents() != null) {
            frame.agents()
                    .forEach(agent -> agents.add(
                            new JsonObject().put("kind", agent.kind()).put("version", agent.version())));
        }
        return new DaemonTable.Hello(
                key.ownerId(),
                frame.machineId(),
                frame.instanceId() == null ? "" : frame.instanceId().toString(),
                frame.hostname(),
                Math.max(0, frame.maxConcurrentTasks()),
                List.copyOf(capabilities),
                agents);
    }

    private void failed(Throwable failure) {
        if (failure instanceof MakimaException e && e.code() == ErrorCode.UNAUTHORIZED) {
            say(WireCodes.INVALID_API_KEY, e.explain());
            close("the key is refused");
            return;
        }
        // A passing fault is never told by an error frame, which would end the daemon.
        LOG.log(PassingTrouble.level(System.Logger.Level.ERROR, failure), "a daemon could not be registered", failure);
        close("try again later");
    }

    private void refuse(String code, String message) {
        say(code, message);
        if (++wrong >= WRONG_MAX) {
            close("too many frames before authenticate");
        }
    }

    private void say(String code, String message) {
        socket.writeTextMessage(FrameCodec.encode(new ServerError(code, message)));
    }

    private void close(String reason) {
        if (!socket.isClosed()) {
            socket.close((short) 1008, reason);
        }
    }
}
