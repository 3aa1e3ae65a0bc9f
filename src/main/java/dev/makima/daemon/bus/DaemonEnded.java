package dev.makima.daemon.bus;

import org.jspecify.annotations.Nullable;

/**
 * A daemon that was deployed by name is over.
 *
 * @param end why, or null where it failed
 * @param failure what to tell people, or null where nothing went wrong
 */
public record DaemonEnded(@Nullable DaemonEnd end, @Nullable Throwable failure) {}
