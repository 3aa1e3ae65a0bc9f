package dev.makima.daemon.bus;

import dev.makima.base.TaskId;

/** A clean-up of the task is over, however it ended: what was to be started meanwhile may start. */
public record ReleaseTask(TaskId taskId) {}
