package dev.makima.daemon.command;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.RelativePath;
import dev.makima.base.TaskId;
import dev.makima.base.Text;
import dev.makima.git.GitTools;
import dev.makima.git.Patches;
import dev.makima.git.Worktree;
import dev.makima.git.WorktreeInfo;
import dev.makima.protocol.CheckTargetExists;
import dev.makima.protocol.CheckTargetExistsResult;
import dev.makima.protocol.CreateExportPatch;
import dev.makima.protocol.ExportPatchCreated;
import dev.makima.protocol.GetTaskDiff;
import dev.makima.protocol.GetWorktreeDiff;
import dev.makima.protocol.GetWorktreeInfo;
import dev.makima.protocol.ReadRepoFile;
import dev.makima.protocol.RepoFileContent;
import dev.makima.protocol.TaskDiff;
import dev.makima.protocol.TaskOutput;
import dev.makima.protocol.WorktreeDiffResult;
import dev.makima.protocol.WorktreeFile;
import dev.makima.protocol.WorktreeInfoResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** The commands that look at worktrees and files and change nothing. Blocking; thread-safe. */
final class ReadCommands {
    private final TaskPlaces places;
    private final GitTools git;

    ReadCommands(TaskPlaces places, GitTools git) {
        this.places = places;
        this.git = git;
    }

    Reply taskDiff(GetTaskDiff command) throws InterruptedException {
        String diff = git.diffs().task(places.worktree(command.taskId()));
        return Reply.of(new TaskDiff(command.taskId(), true, diff, null, null, null));
    }

    Reply worktreeDiff(GetWorktreeDiff command) throws InterruptedException {
        Worktree worktree = places.worktree(command.taskId());
        RelativePath file =
                command.file() == null || command.file().isEmpty() ? null : new RelativePath(command.file());
        String diff = git.diffs().worktree(worktree, file);
        return Reply.of(new WorktreeDiffResult(command.taskId(), true, diff, null, null, null));
    }

    Reply worktreeInfo(GetWorktreeInfo command) throws InterruptedException {
        TaskId taskId = command.taskId();
        WorktreeInfo info = WorktreeInfo.read(git.git(), places.worktree(taskId));
        return Reply.of(new WorktreeInfoResult(
                taskId,
                info.exists(),
                info.path().toString(),
                info.exists(),
                info.stat().filesChanged(),
                info.stat().insertions(),
                info.stat().deletions(),
                info.files().stream()
                        .map(file -> new WorktreeFile(file.path(), file.status(), file.insertions(), file.deletions()))
                        .toList(),
                info.branch(),
                info.headSha(),
                info.exists() ? null : "the worktree " + info.path() + " is gone",
                null,
                null));
    }

    Reply exportPatch(CreateExportPatch command) throws InterruptedException {
        Patches.Export patch = git.patches().export(places.worktree(command.taskId()), command.baseSha());
        return Reply.of(new ExportPatchCreated(
                command.taskId(),
                true,
                patch.text(),
                patch.stat().filesChanged(),
                patch.stat().insertions(),
                patch.stat().deletions(),
                patch.baseSha(),
                null,
                null,
                null));
    }

    Reply repositoryFile(ReadRepoFile command) throws InterruptedException {
        String content = git.files().read(path(command.repoPath()), new RelativePath(command.filePath()));
        return Reply.of(new RepoFileContent(command.requestId(), command.filePath(), content, true, null));
    }

    /** A path that cannot be one does not exist; that it cannot is said in a line too, since existing servers read no more. */
    Reply targetExists(CheckTargetExists command) {
        try {
            Path target = git.clones().expand(path(command.targetDir()));
            boolean exists = Files.exists(target, LinkOption.NOFOLLOW_LINKS);
            return Reply.of(new CheckTargetExistsResult(command.taskId(), exists, target.toString(), null, null, null));
        } catch (MakimaException e) {
            return Reply.of(
                    CheckTargetExistsResult.failure(command.taskId(), command.targetDir(), e.explain()),
                    new TaskOutput(command.taskId(), "The target cannot be looked for: " + e.explain(), false));
        }
    }

    /**
     * The text as a path.
     *
     * @throws MakimaException VALIDATION where no file system takes it
     */
    static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new MakimaException(
                    ErrorCode.VALIDATION, "not a path: " + Text.abbreviate(text, 120), "Give an absolute one", e);
        }
    }
}
