package dev.makima.git;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.PrivateFiles;
import dev.makima.base.TaskId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a task's worktree was made from, one small file per task in the common git directory.
 *
 * <p>The branch's configuration names the task, and that is what other commands go by. This file knows more (the base
 * commit, the directory), outlives the worktree, holds when the agent has switched branches, and costs no git call.
 * Where it is missing, its content is worked out again from the configuration.
 *
 * <p>Its form is {@code key=value} with a NUL after each, since a path may hold everything else. Thread-safe for
 * different tasks; writers of one task hold its repository's lock.
 */
final class TaskRecords {
    private TaskRecords() {}

    /** Writes it, over what was there. */
    static void write(Worktree worktree) {
        String text = "task=" + worktree.taskId()
                + "\0path=" + worktree.path()
                + "\0branch=" + worktree.branch()
                + "\0baseBranch=" + worktree.baseBranch()
                + "\0baseSha=" + worktree.baseSha()
                + "\0";
        Path file = file(worktree.repository(), worktree.taskId());
        PrivateFiles.directory(directory(worktree.repository()));
        PrivateFiles.write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Reads it; a damaged one is as good as none. */
    static Optional<Worktree> read(Path common, TaskId id) {
        String text;
        try {
            text = Files.readString(file(common, id));
        } catch (IOException e) {
            // Not there, or not readable: both mean that the configuration has to tell.
            return Optional.empty();
        }
        Map<String, String> values = new HashMap<>();
        for (String field : text.split("\0")) {
            int end = field.indexOf('=');
            if (end > 0) {
                values.put(field.substring(0, end), field.substring(end + 1));
            }
        }
        boolean whole = values.keySet().containsAll(List.of("task", "path", "branch", "baseBranch", "baseSha"))
                && values.getOrDefault("task", "").equals(id.toString());
        if (!whole) {
            return Optional.empty();
        }
        return Optional.of(new Worktree(
                id,
                Path.of(values.getOrDefault("path", "")),
                common,
                values.getOrDefault("branch", ""),
                values.getOrDefault("baseBranch", ""),
                values.getOrDefault("baseSha", ""),
                List.of()));
    }

    /** All that are whole, in no particular order. */
    static List<Worktree> all(Path common) {
        List<Worktree> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory(common))) {
            for (Path file : files) {
                taskOf(file).flatMap(id -> read(common, id)).ifPresent(found::add);
            }
        } catch (NoSuchFileException e) {
            // No task ever had a worktree here.
        } catch (IOException | DirectoryIteratorException e) {
            throw new MakimaException(
                    ErrorCode.IO, "cannot read the directory " + directory(common), "Check its permissions", e);
        }
        return found;
    }

    private static Optional<TaskId> taskOf(Path file) {
        try {
            return Optional.of(TaskId.of(String.valueOf(file.getFileName())));
        } catch (MakimaException e) {
            // A temporary file of a writer, or something that is not ours.
            return Optional.empty();
        }
    }

    /** Removes it; one that is not there is fine. */
    static void delete(Path common, TaskId id) {
        try {
            Files.deleteIfExists(file(common, id));
        } catch (IOException e) {
            throw new MakimaException(
                    ErrorCode.IO, "cannot delete the file " + file(common, id), "Check its permissions", e);
        }
    }

    private static Path directory(Path common) {
        return common.resolve("makima");
    }

    private static Path file(Path common, TaskId id) {
        return directory(common).resolve(id.toString());
    }
}
