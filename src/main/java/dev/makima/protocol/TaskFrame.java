package dev.makima.protocol;

import dev.makima.base.TaskId;

/** A frame that is about one task. */
public interface TaskFrame {
    /** The task it is about. */
    TaskId taskId();
}
