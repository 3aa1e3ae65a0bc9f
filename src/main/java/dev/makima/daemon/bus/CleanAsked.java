package dev.makima.daemon.bus;

/**
 * Somebody on this machine asks the daemon to take away what is left over.
 *
 * @param dryRun whether it is to say only what it would do
 */
public record CleanAsked(boolean dryRun) {}
