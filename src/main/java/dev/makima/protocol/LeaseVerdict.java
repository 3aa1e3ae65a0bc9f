package dev.makima.protocol;

import dev.makima.base.RunId;
import dev.makima.base.TaskId;

/** A run that a heartbeat did not renew. */
public record LeaseVerdict(TaskId taskId, RunId runId, RunVerdict verdict) {}
