package dev.makima.daemon.link;

import dev.makima.protocol.CompletionActionResult;
import dev.makima.protocol.DaemonFrame;
import dev.makima.protocol.SupervisorHeartbeat;
import dev.makima.protocol.TaskComplete;
import dev.makima.protocol.TaskOutput;
import dev.makima.protocol.TaskProgress;

/** The words for people in frames, without the secrets in them. Patches, diffs and files are left as they are. Pure. */
final class Words {
    private Words() {}

    /** The frame as it may be sent. */
    static DaemonFrame masked(DaemonFrame frame, Secrets secrets) {
        return switch (frame) {
            case TaskOutput it -> new TaskOutput(it.taskId(), secrets.masked(it.output()), it.isPartial());
            case TaskProgress it -> new TaskProgress(it.taskId(), secrets.masked(it.summary()), it.fence());
            case TaskComplete it ->
                it.error() == null
                        ? it
                        : new TaskComplete(
                                it.taskId(),
                                it.success(),
                                secrets.masked(it.error()),
                                it.code(),
                                it.runId(),
                                it.finalLengths(),
                                it.eventId(),
                                it.fence());
            case CompletionActionResult it ->
                new CompletionActionResult(
                        it.taskId(),
                        it.success(),
                        secrets.masked(it.message()),
                        it.prUrl(),
                        it.branch(),
                        it.commitSha(),
                        it.filesChanged(),
                        it.insertions(),
                        it.deletions(),
                        it.worktreePath(),
                        it.requestId(),
                        it.eventId(),
                        it.fence());
            case SupervisorHeartbeat it ->
                it.currentActivity() == null
                        ? it
                        : new SupervisorHeartbeat(
                                it.taskId(),
                                it.contractId(),
                                it.state(),
                                it.phase(),
                                secrets.masked(it.currentActivity()),
                                it.progress(),
                                it.pendingTaskIds(),
                                it.timestamp());
            case DaemonFrame other -> other;
        };
    }
}
