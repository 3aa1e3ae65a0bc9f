package dev.makima.daemon.bus;

import dev.makima.base.TaskId;

/** Ends what {@link HoldTask} began. */
public record ReleaseTask(TaskId taskId) {}
