package dev.makima.daemon.bus;

import dev.makima.base.TaskId;

/** What the task works in may be about to be removed: no run of it is to begin until it is released. */
public record HoldTask(TaskId taskId) {}
