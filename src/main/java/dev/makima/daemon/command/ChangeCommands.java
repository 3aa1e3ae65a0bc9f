package dev.makima.daemon.command;

import dev.makima.base.RefName;
import dev.makima.base.TaskId;
import dev.makima.git.AppliedPatch;
import dev.makima.git.GitTools;
import dev.makima.git.Worktree;
import dev.makima.git.WorktreeChanges;
import dev.makima.protocol.ApplyPatchToWorktree;
import dev.makima.protocol.BranchCreated;
import dev.makima.protocol.CloneWorktree;
import dev.makima.protocol.CloneWorktreeResult;
import dev.makima.protocol.CommitWorktree;
import dev.makima.protocol.CreateBranch;
import dev.makima.protocol.MergeResult;
import dev.makima.protocol.TaskOutput;
import dev.makima.protocol.WorktreeCommitResult;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The commands that change a worktree, or copy it. Blocking; thread-safe. */
final class ChangeCommands {
    private final TaskPlaces places;
    private final GitTools git;

    ChangeCommands(TaskPlaces places, GitTools git) {
        this.places = places;
        this.git = git;
    }

    /** Nothing to commit is a failure for whoever asked for a commit. */
    Reply commit(CommitWorktree command) throws InterruptedException {
        Optional<String> sha = git.worktreeChanges().commit(places.worktree(command.taskId()), command.message());
        @Nullable String error = sha.isPresent() ? null : "nothing to commit";
        return Reply.of(
                new WorktreeCommitResult(command.taskId(), sha.isPresent(), sha.orElse(null), error, null, null, null));
    }

    Reply createBranch(CreateBranch command) throws InterruptedException {
        Worktree worktree = places.worktree(command.taskId());
        @Nullable String from = command.fromRef();
        WorktreeChanges.CreatedBranch made = git.worktreeChanges()
                .createBranch(
                        worktree,
                        new RefName(command.branchName()),
                        from == null || from.isBlank() ? null : new RefName(from));
        return Reply.of(new BranchCreated(
                command.taskId(),
                made.name(),
                true,
                "created branch " + made.name() + " at " + made.commitSha() + " and checked it out",
                null,
                null,
                null,
                null));
    }

    Reply cloneWorktree(CloneWorktree command) throws InterruptedException {
        Path target = ReadCommands.path(command.targetDir());
        Path made = git.clones().clone(places.worktree(command.taskId()), target);
        return Reply.of(new CloneWorktreeResult(
                command.taskId(), true, "cloned to " + made, made.toString(), null, null, null));
    }

    /** Told in a line of the task whose files changed, and to whoever asked. */
    Reply applyPatch(ApplyPatchToWorktree command) throws InterruptedException {
        TaskId target = command.targetTaskId();
        AppliedPatch applied =
                git.patches().apply(places.worktree(target).path(), command.patchData(), command.baseSha());
        String work = "the work of task " + command.sourceTaskId();
        return switch (applied) {
            case AppliedPatch.Clean(List<String> paths)
            when paths.isEmpty() -> applied(command, true, work + " is here already", List.of());
            case AppliedPatch.Clean(List<String> paths) ->
                applied(command, true, "applied " + work + " to " + count(paths), List.of());
            case AppliedPatch.Conflicts(List<String> paths) ->
                applied(
                        command,
                        false,
                        work + " was not applied: it conflicts in " + count(paths) + ": "
                                + String.join(", ", paths.subList(0, Math.min(20, paths.size()))),
                        paths);
        };
    }

    private static String count(List<String> paths) {
        return paths.size() == 1 ? "1 file" : paths.size() + " files";
    }

    private static Reply applied(
            ApplyPatchToWorktree command, boolean success, String message, List<String> conflicts) {
        TaskOutput line = new TaskOutput(command.targetTaskId(), sentence(message), false);
        if (command.requestId() == null) {
            return Reply.of(line);
        }
        return Reply.of(
                new MergeResult(
                        command.targetTaskId(),
                        success,
                        message,
                        null,
                        conflicts.isEmpty() ? null : conflicts,
                        null,
                        null,
                        null),
                line);
    }

    /** The message as a line of output. */
    static String sentence(String message) {
        return Character.toUpperCase(message.charAt(0)) + message.substring(1) + ".";
    }
}
