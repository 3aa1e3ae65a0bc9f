package dev.makima.daemon.bus;

import dev.makima.base.TaskId;

/** Asks that a task's run ends, at once and not gracefully. */
public record EndTask(TaskId taskId) {}
