package dev.makima.daemon.bus;

import org.jspecify.annotations.Nullable;

/**
 * A daemon that was deployed by name can do nothing more, or is to be started anew.
 *
 * @param failure what to tell people, or null where the server asked for a restart
 */
public record DaemonEnded(@Nullable Throwable failure) {}
