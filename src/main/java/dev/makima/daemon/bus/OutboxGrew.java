package dev.makima.daemon.bus;

/** A hint that there are new events in the outbox. */
public record OutboxGrew() {}
