package dev.makima.protocol;

import dev.makima.base.TaskId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The whole change as a plain-text patch. */
public record CreateExportPatch(
        TaskId taskId, @Nullable String baseSha, @Nullable UUID requestId)
        implements ServerFrame, TaskFrame, CommandFrame {

    @Override
    public CreateExportPatch withRequestId(UUID requestId) {
        return new CreateExportPatch(taskId, baseSha, requestId);
    }
}
