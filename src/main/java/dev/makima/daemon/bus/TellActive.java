package dev.makima.daemon.bus;

/** Asks for {@link ActiveTasks} now: who starts late has missed the changes before. */
public record TellActive() {}
