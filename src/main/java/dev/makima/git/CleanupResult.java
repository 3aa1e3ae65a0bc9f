package dev.makima.git;

/**
 * How a clean-up ended.
 *
 * @param success false where something was to be removed and is still there; that nothing was there is no failure
 * @param message what was removed, what stays and why
 */
public record CleanupResult(boolean success, String message) {}
