package dev.makima.protocol;

import dev.makima.base.RunId;
import dev.makima.base.TaskId;
import org.jspecify.annotations.Nullable;

/**
 * The end of a run, sent once, after the completion action.
 *
 * @param error why it failed
 * @param code what kind of failure, see {@link WireCodes}
 * @param runId which run ended (eventAck)
 * @param finalLengths how long its streams are: the server accepts the end when it has them all (eventAck)
 */
public record TaskComplete(
        TaskId taskId,
        boolean success,
        @Nullable String error,
        @Nullable String code,
        @Nullable RunId runId,
        @Nullable StreamLengths finalLengths,
        @Nullable String eventId,
        @Nullable Long fence)
        implements DaemonFrame, FencedFrame, TaskFrame, EventFrame {

    /** The run did what it was to do. */
    public static TaskComplete success(TaskId taskId) {
        return new TaskComplete(taskId, true, null, null, null, null, null, null);
    }

    /**
     * The run failed.
     *
     * @param error why, for people
     */
    public static TaskComplete failure(TaskId taskId, String error) {
        return new TaskComplete(taskId, false, error, null, null, null, null, null);
    }

    /** The task was not taken: one of the two limit codes, which cost no retry. */
    public static TaskComplete refused(TaskId taskId, String code, String error) {
        return new TaskComplete(taskId, false, error, code, null, null, null, null);
    }

    /** The same end with the run it is about and that run's final lengths. */
    public TaskComplete withRun(RunId runId, StreamLengths finalLengths) {
        return new TaskComplete(taskId, success, error, code, runId, finalLengths, eventId, fence);
    }

    @Override
    public TaskComplete withFence(long fence) {
        return new TaskComplete(taskId, success, error, code, runId, finalLengths, eventId, fence);
    }

    @Override
    public TaskComplete withEventId(String eventId) {
        return new TaskComplete(taskId, success, error, code, runId, finalLengths, eventId, fence);
    }
}
