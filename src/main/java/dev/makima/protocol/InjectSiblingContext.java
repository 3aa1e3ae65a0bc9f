package dev.makima.protocol;

import dev.makima.base.TaskId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A note about a sibling task for the agent. */
public record InjectSiblingContext(
        TaskId taskId,
        TaskId siblingTaskId,
        String siblingName,
        String siblingStatus,
        @Nullable String progressSummary,
        List<String> changedFiles)
        implements ServerFrame, TaskFrame {

    /** Copies the lists. */
    public InjectSiblingContext {
        changedFiles = List.copyOf(changedFiles);
    }
}
