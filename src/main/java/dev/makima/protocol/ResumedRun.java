package dev.makima.protocol;

import dev.makima.base.RunId;
import dev.makima.base.TaskId;

/**
 * What the server holds of a run.
 *
 * @param lengths stored, bytes
 */
public record ResumedRun(TaskId taskId, RunId runId, RunVerdict verdict, StreamLengths lengths) {}
