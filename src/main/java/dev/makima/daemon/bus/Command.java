package dev.makima.daemon.bus;

import dev.makima.protocol.ServerFrame;

/**
 * One command of the server, as it came.
 *
 * @param characters how long its text was: what is kept waiting is bounded by it
 */
public record Command(ServerFrame frame, int characters) {}
