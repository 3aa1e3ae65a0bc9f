package dev.makima.daemon.bus;

import dev.makima.base.TaskId;

/**
 * Asks that a task's run ends, at once and not gracefully, and that none begins before the {@link ReleaseTask} that
 * must follow whatever the answer is: a spawn that comes meanwhile waits for it.
 */
public record HoldTask(TaskId taskId) {}
