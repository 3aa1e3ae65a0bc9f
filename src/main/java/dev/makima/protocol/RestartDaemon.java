package dev.makima.protocol;

/** Stop gracefully and exit with code 42. */
public record RestartDaemon() implements ServerFrame {}
