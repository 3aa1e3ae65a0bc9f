package dev.makima.daemon.bus;

import dev.makima.protocol.DaemonFrame;

/** A frame that is sent if a server is there now and forgotten otherwise. */
public record PassingFrame(DaemonFrame frame) {}
