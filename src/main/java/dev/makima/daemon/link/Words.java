package dev.makima.daemon.link;

import dev.makima.protocol.AnswerFrame;
import dev.makima.protocol.DaemonFrame;
import dev.makima.protocol.ReauthStatus;
import dev.makima.protocol.RepoFileContent;
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
            case TaskOutput it -> new TaskOutput(it.taskId(), secrets.masked(it.output()), it.isPartial(), it.fence());
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
            case SupervisorHeartbeat it
            when it.currentActivity() != null ->
                new SupervisorHeartbeat(
                        it.taskId(),
                        it.contractId(),
                        it.state(),
                        it.phase(),
                        secrets.masked(it.currentActivity()),
                        it.progress(),
                        it.pendingTaskIds(),
                        it.timestamp(),
                        it.fence());
            case RepoFileContent it
            when it.error() != null ->
                new RepoFileContent(
                        it.requestId(), it.filePath(), it.content(), it.success(), secrets.masked(it.error()));
            case ReauthStatus it
            when it.error() != null ->
                new ReauthStatus(
                        it.requestId(), it.status(), it.loginUrl(), secrets.masked(it.error()), it.tokenSaved());
            case AnswerFrame it -> new AnswerWords(secrets).masked(it);
            case DaemonFrame other -> other;
        };
    }
}
