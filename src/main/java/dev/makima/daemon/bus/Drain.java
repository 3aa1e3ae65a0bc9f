package dev.makima.daemon.bus;

/** Asks that no new task is taken from here on; what runs goes on. */
public record Drain() {}
