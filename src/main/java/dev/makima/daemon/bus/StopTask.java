package dev.makima.daemon.bus;

import dev.makima.base.TaskId;

/** Asks that a task's run ends here, gracefully: a person wants it, and nobody asks the server. */
public record StopTask(TaskId taskId) {}
