package dev.makima.daemon.bus;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How the upkeep of this machine is.
 *
 * @param lastSweep when spools were last looked through, or null before the first time
 */
public record UpkeepStatus(@Nullable Instant lastSweep) {}
