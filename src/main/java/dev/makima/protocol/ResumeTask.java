package dev.makima.protocol;

import dev.makima.base.TaskId;

/** Let the processes of a paused task go on. */
public record ResumeTask(TaskId taskId) implements ServerFrame, TaskFrame {}
