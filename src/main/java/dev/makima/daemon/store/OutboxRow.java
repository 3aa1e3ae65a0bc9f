package dev.makima.daemon.store;

/**
 * An event as it waits in the outbox.
 *
 * @param number its place in the order, from 1, never used again
 */
public record OutboxRow(long number, Event event) {}
