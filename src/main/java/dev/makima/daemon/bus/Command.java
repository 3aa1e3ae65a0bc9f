package dev.makima.daemon.bus;

import dev.makima.protocol.ServerFrame;

/** One command of the server, as it came. */
public record Command(ServerFrame frame) {}
