package dev.makima.daemon.command;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.RefName;
import dev.makima.base.RelativePath;
import dev.makima.base.TaskId;
import dev.makima.daemon.store.MergeRecord;
import dev.makima.daemon.store.StoreClient;
import dev.makima.daemon.store.StoreRequest;
import dev.makima.git.GitTools;
import dev.makima.git.MergeOutcome;
import dev.makima.git.MergeSide;
import dev.makima.git.MergeState;
import dev.makima.git.TaskBranch;
import dev.makima.git.Worktree;
import dev.makima.protocol.BranchInfo;
import dev.makima.protocol.BranchList;
import dev.makima.protocol.CheckMergeComplete;
import dev.makima.protocol.ListBranches;
import dev.makima.protocol.MergeAbort;
import dev.makima.protocol.MergeCommit;
import dev.makima.protocol.MergeResolve;
import dev.makima.protocol.MergeResult;
import dev.makima.protocol.MergeSkip;
import dev.makima.protocol.MergeStart;
import dev.makima.protocol.MergeStatus;
import dev.makima.protocol.MergeStatusResponse;
import java.util.List;
import java.util.stream.Collectors;

/** The commands by which a task takes in the branches of others, step by step. Blocking; thread-safe. */
final class MergeCommands {
    private final TaskPlaces places;
    private final StoreClient store;
    private final GitTools git;

    MergeCommands(TaskPlaces places, StoreClient store, GitTools git) {
        this.places = places;
        this.store = store;
        this.git = git;
    }

    Reply branches(ListBranches command) throws InterruptedException {
        List<BranchInfo> branches = git.branches().list(places.worktree(command.taskId())).stream()
                .map(branch -> new BranchInfo(
                        branch.name(), branch.taskId(), branch.merged(), branch.lastCommit(), branch.subject()))
                .toList();
        return Reply.of(new BranchList(command.taskId(), branches, null, null));
    }

    Reply start(MergeStart command) throws InterruptedException {
        Worktree worktree = places.worktree(command.taskId());
        return result(command.taskId(), git.merging().start(worktree, new RefName(command.sourceBranch())));
    }

    Reply status(MergeStatus command) throws InterruptedException {
        MergeState state = git.merging().status(places.worktree(command.taskId()));
        return Reply.of(new MergeStatusResponse(
                command.taskId(), state.inProgress(), state.sourceBranch(), state.conflictedFiles(), null, null));
    }

    Reply resolve(MergeResolve command) throws InterruptedException {
        Worktree worktree = places.worktree(command.taskId());
        MergeOutcome outcome =
                git.merging().resolve(worktree, new RelativePath(command.file()), MergeSide.of(command.strategy()));
        return result(command.taskId(), outcome);
    }

    /** The merge of a task's branch counts as done in the same transaction that saves the answer. */
    Reply commit(MergeCommit command) throws InterruptedException {
        MergeOutcome outcome = git.merging().commit(places.worktree(command.taskId()), command.message());
        Reply reply = result(command.taskId(), outcome);
        if (!outcome.success() || outcome.completed() == null) {
            return reply;
        }
        MergeRecord merged = new MergeRecord(
                command.taskId(), outcome.completed(), outcome.completedTask(), MergeRecord.Outcome.MERGED, null);
        return reply.saving(events -> new StoreRequest.NoteMerges(List.of(merged), events));
    }

    Reply abort(MergeAbort command) throws InterruptedException {
        return result(command.taskId(), git.merging().abort(places.worktree(command.taskId())));
    }

    /** Passes over every branch of the subtask that the repository has. */
    Reply skip(MergeSkip command) throws InterruptedException {
        TaskId taskId = command.taskId();
        List<String> branches = git.branches().list(places.worktree(taskId)).stream()
                .filter(branch -> command.subtaskId().equals(branch.taskId()))
                .map(TaskBranch::name)
                .toList();
        if (branches.isEmpty()) {
            throw new MakimaException(
                    ErrorCode.NOT_FOUND,
                    "there is no branch of task " + command.subtaskId() + " to skip",
                    "List the branches to see which tasks have one");
        }
        List<MergeRecord> skipped = branches.stream()
                .map(branch -> new MergeRecord(
                        taskId, branch, command.subtaskId(), MergeRecord.Outcome.SKIPPED, command.reason()))
                .toList();
        String what = "skipped " + branches.stream().collect(Collectors.joining(", "));
        return Reply.of(new MergeResult(taskId, true, what, null, null, null, null, null))
                .saving(events -> new StoreRequest.NoteMerges(skipped, events));
    }

    Reply complete(CheckMergeComplete command) throws InterruptedException {
        TaskId taskId = command.taskId();
        Worktree worktree = places.worktree(taskId);
        return Reply.of(MergeCompletion.check(
                taskId,
                worktree.branch(),
                git.branches().list(worktree),
                store.await(new StoreRequest.Family(taskId)),
                store.await(new StoreRequest.MergeRecords(taskId))));
    }

    static Reply result(TaskId taskId, MergeOutcome outcome) {
        return Reply.of(new MergeResult(
                taskId,
                outcome.success(),
                outcome.message(),
                outcome.commitSha(),
                outcome.conflicts().isEmpty() ? null : outcome.conflicts(),
                null,
                null,
                null));
    }
}
