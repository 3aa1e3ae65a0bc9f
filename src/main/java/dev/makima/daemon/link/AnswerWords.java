package dev.makima.daemon.link;

import dev.makima.protocol.AnswerFrame;
import dev.makima.protocol.BranchCreated;
import dev.makima.protocol.BranchInfo;
import dev.makima.protocol.BranchList;
import dev.makima.protocol.CheckTargetExistsResult;
import dev.makima.protocol.CheckpointCreated;
import dev.makima.protocol.CleanupWorktreeResult;
import dev.makima.protocol.CloneWorktreeResult;
import dev.makima.protocol.CompletionActionResult;
import dev.makima.protocol.DaemonFrame;
import dev.makima.protocol.ExportPatchCreated;
import dev.makima.protocol.GitConfigInherited;
import dev.makima.protocol.MergeCompleteCheck;
import dev.makima.protocol.MergeResult;
import dev.makima.protocol.MergeStatusResponse;
import dev.makima.protocol.MergeToTargetResult;
import dev.makima.protocol.PrCreated;
import dev.makima.protocol.SpawnRefused;
import dev.makima.protocol.TaskDiff;
import dev.makima.protocol.WorktreeCommitResult;
import dev.makima.protocol.WorktreeDiffResult;
import dev.makima.protocol.WorktreeInfoResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The words for people in answers to commands, without the secrets in them: messages, errors and subjects of commits.
 * Paths, names of branches, patches and diffs are what they are, since somebody works on with them.
 */
record AnswerWords(Secrets secrets) {
    /** The answer as it may be sent. */
    DaemonFrame masked(AnswerFrame answer) {
        return switch (answer) {
            case BranchCreated it ->
                new BranchCreated(
                        it.taskId(),
                        it.branchName(),
                        it.success(),
                        optional(it.message()),
                        optional(it.error()),
                        it.requestId(),
                        it.eventId(),
                        it.fence());
            case BranchList it -> new BranchList(it.taskId(), branches(it), it.requestId(), it.fence());
            case CheckpointCreated it -> it.withWords(text(it.message()), optional(it.error()));
            case CleanupWorktreeResult it ->
                new CleanupWorktreeResult(
                        it.taskId(), it.success(), text(it.message()), it.requestId(), it.eventId(), it.fence());
            case CloneWorktreeResult it ->
                new CloneWorktreeResult(
                        it.taskId(),
                        it.success(),
                        text(it.message()),
                        it.targetDir(),
                        it.requestId(),
                        it.eventId(),
                        it.fence());
            case CompletionActionResult it ->
                new CompletionActionResult(
                        it.taskId(),
                        it.success(),
                        text(it.message()),
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
            case ExportPatchCreated it ->
                new ExportPatchCreated(
                        it.taskId(),
                        it.success(),
                        it.patchContent(),
                        it.filesCount(),
                        it.linesAdded(),
                        it.linesRemoved(),
                        it.baseCommitSha(),
                        optional(it.error()),
                        it.requestId(),
                        it.fence());
            case GitConfigInherited it ->
                new GitConfigInherited(
                        it.success(),
                        it.userEmail(),
                        it.userName(),
                        optional(it.error()),
                        it.requestId(),
                        it.eventId());
            case MergeCompleteCheck it ->
                new MergeCompleteCheck(
                        it.taskId(),
                        it.canComplete(),
                        it.unmergedBranches().stream().map(this::text).toList(),
                        it.mergedCount(),
                        it.skippedCount(),
                        it.requestId(),
                        it.fence());
            case MergeResult it ->
                new MergeResult(
                        it.taskId(),
                        it.success(),
                        text(it.message()),
                        it.commitSha(),
                        it.conflicts(),
                        it.requestId(),
                        it.eventId(),
                        it.fence());
            case MergeToTargetResult it ->
                new MergeToTargetResult(
                        it.taskId(),
                        it.success(),
                        text(it.message()),
                        it.commitSha(),
                        it.conflicts(),
                        it.requestId(),
                        it.eventId(),
                        it.fence());
            case PrCreated it ->
                new PrCreated(
                        it.taskId(),
                        it.success(),
                        text(it.message()),
                        it.prUrl(),
                        it.prNumber(),
                        it.requestId(),
                        it.eventId(),
                        it.fence());
            case SpawnRefused it ->
                new SpawnRefused(it.taskId(), it.fence(), it.reason(), text(it.message()), it.requestId());
            case TaskDiff it ->
                new TaskDiff(it.taskId(), it.success(), it.diff(), optional(it.error()), it.requestId(), it.fence());
            case WorktreeCommitResult it ->
                new WorktreeCommitResult(
                        it.taskId(),
                        it.success(),
                        it.commitSha(),
                        optional(it.error()),
                        it.requestId(),
                        it.eventId(),
                        it.fence());
            case WorktreeDiffResult it ->
                new WorktreeDiffResult(
                        it.taskId(), it.success(), it.diff(), optional(it.error()), it.requestId(), it.fence());
            case WorktreeInfoResult it ->
                new WorktreeInfoResult(
                        it.taskId(),
                        it.success(),
                        it.worktreePath(),
                        it.exists(),
                        it.filesChanged(),
                        it.insertions(),
                        it.deletions(),
                        it.files(),
                        it.branch(),
                        it.headSha(),
                        optional(it.error()),
                        it.requestId(),
                        it.fence());
            // They hold paths and names alone.
            case CheckTargetExistsResult it ->
                new CheckTargetExistsResult(
                        it.taskId(), it.exists(), it.targetDir(), optional(it.error()), it.requestId(), it.fence());
            case MergeStatusResponse it -> it;
        };
    }

    private String text(String words) {
        return secrets.masked(words);
    }

    private @Nullable String optional(@Nullable String words) {
        return words == null ? null : secrets.masked(words);
    }

    private List<BranchInfo> branches(BranchList list) {
        return list.branches().stream()
                .map(it -> new BranchInfo(
                        it.name(), it.taskId(), it.isMerged(), it.lastCommit(), text(it.lastCommitMessage())))
                .toList();
    }
}
