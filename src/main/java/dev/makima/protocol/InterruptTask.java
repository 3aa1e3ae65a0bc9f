package dev.makima.protocol;

import dev.makima.base.TaskId;

/**
 * End the run.
 *
 * @param graceful ask the agent first
 */
public record InterruptTask(TaskId taskId, boolean graceful) implements ServerFrame, TaskFrame {}
