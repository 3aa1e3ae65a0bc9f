package dev.makima.daemon.lease;

import dev.makima.base.RunId;
import dev.makima.base.TaskId;
import java.time.Duration;

/**
 * A lease as the next daemon finds it.
 *
 * @param fence the number of the hand-over
 * @param length how long it lasts from each renewal
 * @param boot which boot the deadline counts from
 * @param deadline when it is over, on that boot's clock
 */
public record SavedLease(TaskId taskId, RunId runId, long fence, Duration length, String boot, Duration deadline) {}
