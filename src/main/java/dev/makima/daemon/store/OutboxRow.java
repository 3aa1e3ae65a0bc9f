package dev.makima.daemon.store;

/**
 * An event as it waits in the outbox.
 *
 * @param number its place in the order, from 1, never used again
 * @param eventId its id for the server: unique for this daemon, also where its database is made anew
 * @param characters how long its row's text is, without what lies in a file
 */
public record OutboxRow(long number, String eventId, Event event, int characters) {}
