package dev.makima.server.daemons;

import dev.makima.base.ErrorCode;
import dev.makima.base.FullDiskException;
import dev.makima.base.MakimaException;
import dev.makima.protocol.Capability;
import dev.makima.protocol.DaemonFrame;
import dev.makima.protocol.EventAck;
import dev.makima.protocol.EventFrame;
import dev.makima.protocol.EventReject;
import dev.makima.protocol.FrameException;
import dev.makima.protocol.WireCodes;
import java.util.List;
import java.util.Optional;

/**
 * What becomes of a frame that may change something. It is applied and acknowledged; or refused for good, which the daemon
 * shows to people and which holds up nothing behind it; or, where the database does not work, offered again on the next
 * connection. Refused is:
 *
 * <ul>
 *   <li>what is said by an older hand-over than the task's present one (FENCED);
 *   <li>what is said of a task that is not here and that no user has deleted (NOT_FOUND);
 *   <li>what can't be read, or can't be stored as it is (VALIDATION, CONFLICT), and what a mistake of this server makes
 *       nothing of (INTERNAL): offered again it would come to the same.
 * </ul>
 *
 * To be used on the socket's event loop.
 */
final class EventDoor {
    private static final System.Logger LOG = System.getLogger(EventDoor.class.getName());

    private final DaemonConnection socket;
    private final DaemonParts parts;

    EventDoor(DaemonConnection socket, DaemonParts parts) {
        this.socket = socket;
        this.parts = parts;
    }

    /** Applies a frame. */
    void apply(DaemonFrame frame) {
        parts.events().apply(socket.daemonId(), frame).onComplete(applied -> {
            if (applied.failed() && FullDiskException.isBehind(applied.cause()) && !isKept(frame)) {
                // It is worth something now only, and another connection would not help: the disk's own alarm tells of
                // it.
                return;
            }
            if (applied.failed()) {
                refusal(applied.cause())
                        .ifPresentOrElse(
                                code -> refuse(
                                        frame,
                                        code,
                                        String.valueOf(applied.cause().getMessage())),
                                () -> socket.fail("a frame could not be applied", applied.cause()));
                return;
            }
            if (frame instanceof EventFrame event && event.eventId() != null && socket.has(Capability.EVENT_ACK)) {
                socket.send(new EventAck(List.of(event.eventId())));
            }
            // After it is stored, so that who asked finds there what came of it.
            parts.questions().answered(socket, frame);
        });
    }

    /** Whether its daemon keeps it until it is acknowledged, and offers it again on the next connection. */
    private static boolean isKept(DaemonFrame frame) {
        return frame instanceof EventFrame event && event.eventId() != null;
    }

    /** A frame can't be read. */
    void unreadable(FrameException e) {
        LOG.log(System.Logger.Level.WARNING, "daemon {0}: {1}", socket.daemonId(), e.getMessage());
        e.eventId().ifPresent(id -> reject(id, WireCodes.VALIDATION, e.reason()));
    }

    private void refuse(DaemonFrame frame, String code, String reason) {
        LOG.log(
                System.Logger.Level.WARNING,
                "daemon {0}: {1} is refused for good, {2}: {3}",
                socket.daemonId(),
                frame.getClass().getSimpleName(),
                code,
                reason);
        if (frame instanceof EventFrame event && event.eventId() != null) {
            reject(event.eventId(), code, reason);
        }
        parts.questions().refused(socket.daemonId(), frame, reason);
    }

    private void reject(String eventId, String code, String reason) {
        if (socket.has(Capability.EVENT_ACK)) {
            socket.send(new EventReject(eventId, code, reason));
        }
    }

    /** The code of a failure that would be the same again; empty for one that may pass. */
    static Optional<String> refusal(Throwable cause) {
        return switch (cause) {
            case EventRefused refused -> Optional.of(refused.code());
            case MakimaException e ->
                switch (e.code()) {
                    case VALIDATION, CONFLICT, NOT_FOUND -> Optional.of(e.code().name());
                    case ErrorCode _ -> Optional.empty();
                };
            case NullPointerException _,
                    IllegalArgumentException _,
                    IndexOutOfBoundsException _,
                    ClassCastException _,
                    ArithmeticException _ -> Optional.of(ErrorCode.INTERNAL.name());
            case Throwable _ -> Optional.empty();
        };
    }
}
