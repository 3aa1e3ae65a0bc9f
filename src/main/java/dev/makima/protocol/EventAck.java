package dev.makima.protocol;

import java.util.List;

/** These events are applied and need not be offered again. */
public record EventAck(List<String> eventIds) implements ServerFrame {

    /** Copies the lists. */
    public EventAck {
        eventIds = List.copyOf(eventIds);
    }
}
