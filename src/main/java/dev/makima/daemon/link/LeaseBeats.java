package dev.makima.daemon.link;

import dev.makima.base.RunId;
import dev.makima.base.TaskId;
import dev.makima.daemon.lease.Leases;
import dev.makima.daemon.lease.Standing;
import dev.makima.protocol.Heartbeat;
import dev.makima.protocol.HeartbeatAck;
import dev.makima.protocol.LeaseVerdict;
import dev.makima.protocol.RunLease;
import dev.makima.protocol.RunVerdict;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * The heartbeats of one connection to a server that knows leases: which runs each was to renew, when it was sent, and what
 * the server answers. Used on the link's context.
 */
final class LeaseBeats {
    private static final int UNANSWERED_MAX = 100;

    private final Leases leases;
    private final BiConsumer<RunLease, RunVerdict> verdicts;
    private final TreeMap<Long, Beat> unanswered = new TreeMap<>();
    private final Set<RunLease> named = new HashSet<>();
    private long seq;
    private Duration last;

    private record Beat(Duration sent, List<RunLease> runs) {}

    /**
     * None yet.
     *
     * @param verdicts takes what the server says of runs that it does not renew, and CONTINUE for one that it knows again
     */
    LeaseBeats(Leases leases, BiConsumer<RunLease, RunVerdict> verdicts) {
        this.leases = leases;
        this.verdicts = verdicts;
        this.last = leases.now();
    }

    /** The next heartbeat; it counts as sent now. */
    Heartbeat next(List<TaskId> active) {
        // Before it is sent: a lease must never last longer here than it does for the server.
        Duration now = leases.now();
        List<RunLease> runs = leases.runs();
        seq++;
        last = now;
        named.clear();
        named.addAll(runs);
        unanswered.put(seq, new Beat(now, runs));
        if (unanswered.size() > UNANSWERED_MAX) {
            unanswered.pollFirstEntry();
        }
        return new Heartbeat(active, seq, runs);
    }

    /** Whether the next one should not wait: a lease is a third over, or was named by none yet. */
    boolean isDue() {
        List<RunLease> runs = leases.runs();
        return !runs.isEmpty()
                && (!named.containsAll(runs)
                        || leases.now().minus(last).multipliedBy(3).compareTo(leases.shortest()) >= 0);
    }

    /** The server has taken a heartbeat in. */
    void acknowledged(HeartbeatAck ack) {
        Beat beat = unanswered.remove(ack.seq());
        if (beat == null) {
            return;
        }
        unanswered.headMap(ack.seq()).clear();
        leases.heardOf(beat.sent());
        Map<RunId, RunVerdict> said = new HashMap<>();
        for (LeaseVerdict verdict : ack.verdicts()) {
            said.put(verdict.runId(), verdict.verdict());
        }
        for (RunLease run : beat.runs()) {
            RunVerdict verdict = said.getOrDefault(run.runId(), RunVerdict.CONTINUE);
            if (verdict == RunVerdict.CONTINUE) {
                boolean strange = leases.standing(run.runId()) == Standing.UNKNOWN;
                leases.renew(run.runId(), run.fence(), beat.sent(), Duration.ofSeconds(ack.leaseSecs()));
                if (strange && leases.standing(run.runId()) != Standing.UNKNOWN) {
                    verdicts.accept(run, verdict);
                }
            } else {
                leases.judge(run.runId(), run.fence(), verdict);
                verdicts.accept(run, verdict);
            }
        }
    }
}
