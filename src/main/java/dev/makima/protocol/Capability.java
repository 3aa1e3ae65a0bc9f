package dev.makima.protocol;

import java.util.List;

/** The names of what both sides have to offer before it is used; without one, the base protocol holds. */
public final class Capability {
    /** Output as pieces of the spool in binary messages, acknowledged by length. */
    public static final String OUTPUT_STREAM = "outputStream";
    /** Events with ids, offered until they are acknowledged. */
    public static final String EVENT_ACK = "eventAck";
    /** Fences and leases, so that a task is never done twice. */
    public static final String LEASE = "lease";
    /** Commands with ids that their answers echo. */
    public static final String REQUEST_ID = "requestId";
    /** Kinds of agents, models, limits and environments by task. */
    public static final String AGENTS = "agents";
    /** All of them. */
    public static final List<String> ALL = List.of(OUTPUT_STREAM, EVENT_ACK, LEASE, REQUEST_ID, AGENTS);

    private Capability() {}
}
