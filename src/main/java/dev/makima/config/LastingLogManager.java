package dev.makima.config;

import java.util.logging.LogManager;

/**
 * A log manager that still logs while the process ends: the usual one takes all handlers away in a shutdown hook of
 * its own, beside ours, so that the lines about the shutdown itself get lost. Made by java.util.logging, by name.
 */
public final class LastingLogManager extends LogManager {
    /** Made by java.util.logging only. */
    public LastingLogManager() {}

    /** Does nothing; our handler has nothing to close. */
    @Override
    public void reset() {}
}
