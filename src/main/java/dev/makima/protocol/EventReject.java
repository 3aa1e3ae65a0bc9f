package dev.makima.protocol;

/** This event is refused for good. */
public record EventReject(String eventId, String code, String message) implements ServerFrame {}
