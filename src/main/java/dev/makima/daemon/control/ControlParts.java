package dev.makima.daemon.control;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/**
 * What the door is made of.
 *
 * @param stateDirectory the daemon's own, held by this process
 * @param pid this process
 * @param drain whether the daemon takes no new task from its start on
 * @param lookEvery how often a draining daemon looks whether it is through
 * @param deliverWithin how long a daemon that is through waits for the server to take the rest
 */
public record ControlParts(
        Path stateDirectory, long pid, boolean drain, Duration lookEvery, Duration deliverWithin, Clock clock) {}
