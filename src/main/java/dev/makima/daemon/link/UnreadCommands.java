package dev.makima.daemon.link;

import dev.makima.base.TaskId;
import dev.makima.protocol.AnswerFrame;
import dev.makima.protocol.BranchCreated;
import dev.makima.protocol.CheckTargetExistsResult;
import dev.makima.protocol.CheckpointCreated;
import dev.makima.protocol.CleanupWorktreeResult;
import dev.makima.protocol.CloneWorktreeResult;
import dev.makima.protocol.CompletionActionResult;
import dev.makima.protocol.DaemonFrame;
import dev.makima.protocol.ExportPatchCreated;
import dev.makima.protocol.FrameException;
import dev.makima.protocol.GitConfigInherited;
import dev.makima.protocol.MergeCompleteCheck;
import dev.makima.protocol.MergeResult;
import dev.makima.protocol.MergeToTargetResult;
import dev.makima.protocol.PrCreated;
import dev.makima.protocol.ReauthStatus;
import dev.makima.protocol.RepoFileContent;
import dev.makima.protocol.TaskDiff;
import dev.makima.protocol.TaskOutput;
import dev.makima.protocol.WorktreeCommitResult;
import dev.makima.protocol.WorktreeDiffResult;
import dev.makima.protocol.WorktreeInfoResult;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a command that cannot be read is answered by: its own answer type with success=false where its type, its task or
 * its request could be read, so that whoever asked is not left waiting for the deadline; else a line on its task. Pure.
 *
 * <p>By the names on the wire, since there is no frame: a field that the answer repeats and that could not be read is
 * left empty.
 */
final class UnreadCommands {
    private UnreadCommands() {}

    /** The answer; empty where neither task nor request is known, so that nobody could relate it to anything. */
    static Optional<DaemonFrame> answer(FrameException e) {
        String why = why(e);
        Optional<DaemonFrame> answer = e.taskId()
                .flatMap(taskId -> ofTask(e.type(), taskId, e.requestId().isPresent(), why))
                .or(() -> "inheritGitConfig".equals(e.type())
                        ? Optional.of(GitConfigInherited.failure(why))
                        : Optional.empty())
                .map(it -> it.withRequestId(e.requestId().orElse(null)));
        return answer.or(() -> e.requestId().flatMap(requestId -> ofRequest(e.type(), requestId, why)))
                .or(() -> e.taskId().map(taskId -> new TaskOutput(taskId, why + ".", false)));
    }

    /** What is wrong, as a sentence without a full stop. */
    static String why(FrameException e) {
        return e.kind() == FrameException.Kind.UNKNOWN_TYPE
                ? "This daemon does not know the command '" + e.type() + "'"
                : "This daemon cannot read the command '" + e.type() + "': " + e.reason();
    }

    private static Optional<AnswerFrame> ofTask(String type, TaskId taskId, boolean asked, String why) {
        @Nullable
        AnswerFrame answer = switch (type) {
            case "listBranches",
                    "mergeStart",
                    "mergeStatus",
                    "mergeResolve",
                    "mergeCommit",
                    "mergeAbort",
                    "mergeSkip" -> MergeResult.failure(taskId, why);
            case "checkMergeComplete" -> MergeCompleteCheck.failure(taskId, why);
            case "retryCompletionAction" -> CompletionActionResult.failure(taskId, why);
            case "cloneWorktree" -> CloneWorktreeResult.failure(taskId, why, null);
            case "checkTargetExists" -> asked ? CheckTargetExistsResult.failure(taskId, "", why) : null;
            case "createBranch" -> BranchCreated.failure(taskId, "", why);
            case "mergeTaskToTarget" -> MergeToTargetResult.failure(taskId, why);
            case "createPR" -> PrCreated.failure(taskId, why);
            case "getTaskDiff" -> TaskDiff.failure(taskId, why);
            case "getWorktreeDiff" -> WorktreeDiffResult.failure(taskId, why);
            case "getWorktreeInfo" -> WorktreeInfoResult.failure(taskId, why);
            case "commitWorktree" -> WorktreeCommitResult.failure(taskId, why);
            case "createCheckpoint" -> CheckpointCreated.failure(taskId, "", why);
            case "createExportPatch" -> ExportPatchCreated.failure(taskId, why);
            case "cleanupWorktree" -> CleanupWorktreeResult.failure(taskId, why);
            // As for one that can be read: told in a line, and by an answer to whoever asked.
            case "applyPatchToWorktree" -> asked ? MergeResult.failure(taskId, why) : null;
            default -> null;
        };
        return Optional.ofNullable(answer);
    }

    private static Optional<DaemonFrame> ofRequest(String type, UUID requestId, String why) {
        return switch (type) {
            case "readRepoFile" -> Optional.of(RepoFileContent.failure(requestId, "", why));
            case "triggerReauth", "submitAuthCode" -> Optional.of(ReauthStatus.failure(requestId, why));
            default -> Optional.empty();
        };
    }
}
