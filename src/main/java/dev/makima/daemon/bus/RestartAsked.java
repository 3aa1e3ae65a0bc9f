package dev.makima.daemon.bus;

/** The server asks for a restart: this daemon ends, and whoever keeps it running starts the next. */
public record RestartAsked() {}
