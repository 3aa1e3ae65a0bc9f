package dev.makima.protocol;

import dev.makima.base.RunId;
import dev.makima.base.TaskId;

/** A run whose lease is to be renewed. */
public record RunLease(
        TaskId taskId, RunId runId, @Defaulted long fence) {}
