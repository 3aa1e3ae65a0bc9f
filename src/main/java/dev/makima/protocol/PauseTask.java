package dev.makima.protocol;

import dev.makima.base.TaskId;

/** Stop the processes of the task for a while. */
public record PauseTask(TaskId taskId) implements ServerFrame, TaskFrame {}
