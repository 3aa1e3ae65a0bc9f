package dev.makima.protocol;

import java.util.List;

/** What is committed of some streams, cumulatively. */
public record OutputAck(List<StreamAck> acks) implements ServerFrame {

    /** Copies the lists. */
    public OutputAck {
        acks = List.copyOf(acks);
    }
}
