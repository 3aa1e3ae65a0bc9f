package dev.makima.protocol;

import java.util.List;

/**
 * Every run of that heartbeat is renewed, but for those named here.
 *
 * @param leaseSecs seconds
 */
public record HeartbeatAck(long seq, int leaseSecs, List<LeaseVerdict> verdicts) implements ServerFrame {

    /** Copies the lists. */
    public HeartbeatAck {
        verdicts = List.copyOf(verdicts);
    }
}
