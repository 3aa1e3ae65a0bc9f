package dev.makima.daemon.bus;

/** The last task of a draining daemon is over, and the server has all of it, or was waited for long enough. */
public record Drained() {}
