package dev.makima.server.daemons;

import dev.makima.base.FullDiskException;
import dev.makima.protocol.Capability;
import dev.makima.protocol.EventId;
import dev.makima.protocol.Heartbeat;
import dev.makima.protocol.HeartbeatAck;
import dev.makima.protocol.Resume;
import dev.makima.protocol.RunLease;
import dev.makima.protocol.Runs;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a daemon says of all that it has in hand: its runs after it has connected, and then, with each heartbeat, that they
 * live, which renews their leases, and which of its events are behind it. To be used on the socket's event loop.
 */
final class InHand {
    private final DaemonConnection socket;
    private final DaemonParts parts;
    private final Confirmations confirmations;
    private @Nullable String eventsFrom;

    InHand(DaemonConnection socket, DaemonParts parts, Confirmations confirmations) {
        this.socket = socket;
        this.parts = parts;
        this.confirmations = confirmations;
    }

    /** It lives, and so does what it names. */
    void heartbeat(Heartbeat heartbeat) {
        confirmations.heardOf(heartbeat.activeTasks());
        renew(heartbeat);
        forget(heartbeat.eventsFrom());
        // Not before its runs are known: a task handed over meanwhile would not be among them, and count as lost.
        if (socket.isReady()) {
            socket.watch(parts.store()
                    .daemons()
                    .seen(socket.daemonId(), parts.clock().instant()));
            parts.dispatcher().kick();
        }
    }

    /** It has these runs: it is told which of them go on, and from where, and gets tasks from then on. */
    void resume(Runs runs) {
        parts.store()
                .runs()
                .resume(
                        socket.daemonId(),
                        runs.runs(),
                        socket.has(Capability.LEASE) ? parts.config().tasks().lease() : null,
                        parts.config().tasks().maxRetries(),
                        parts.clock().instant())
                .onSuccess(resumption -> {
                    socket.send(new Resume(resumption.runs()));
                    resumption.changed().forEach(parts.events()::changed);
                    socket.becomeReady();
                })
                .onFailure(failure -> socket.fail("its runs could not be looked up", failure));
    }

    private void forget(@Nullable String from) {
        if (from != null && !from.equals(eventsFrom) && socket.has(Capability.EVENT_ACK)) {
            eventsFrom = from;
            EventId.of(from)
                    .ifPresent(oldest -> socket.watch(parts.store()
                            .events()
                            .forgetBelow(
                                    socket.daemonId(), oldest, parts.clock().instant())));
        }
    }

    /** Its leases last from here on, not from whenever the database comes to it. */
    private void renew(Heartbeat heartbeat) {
        Long seq = heartbeat.seq();
        if (seq == null || !socket.has(Capability.LEASE)) {
            return;
        }
        List<RunLease> runs = Objects.requireNonNullElse(heartbeat.runs(), List.of());
        parts.store()
                .handOvers()
                .renew(
                        socket.daemonId(),
                        runs,
                        parts.config().tasks().lease(),
                        parts.clock().instant())
                .onSuccess(renewal -> {
                    int leaseSecs = (int) parts.config().tasks().lease().toSeconds();
                    socket.send(new HeartbeatAck(seq, leaseSecs, renewal.verdicts()));
                    renewal.changed().forEach(parts.events()::changed);
                })
                .onFailure(failure -> {
                    if (!FullDiskException.isBehind(failure)) {
                        socket.fail("its leases could not be renewed", failure);
                    }
                    // Else it stays, with what it has sent: no lease is taken away while none can be renewed.
                });
    }
}
