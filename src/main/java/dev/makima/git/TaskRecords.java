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
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a task's worktree was made from, one small file per task in the common git directory. Daemons that share a
 * repository may each have a worktree of the same task: then there is one file per directory of worktrees. A worktree that
 * was set aside for newer work has a file of another name: clean-ups find it by that, and the task does not.
 *
 * <p>The branch's configuration names the task, and that is what other commands go by. This file knows more (the base
 * commit, the directory), outlives the worktree, holds when the agent has switched branches, and costs no git call.
 * Where it is missing, its content is worked out again from the configuration.
 *
 * <p>Its form is {@code key=value} with a NUL after each, since a path may hold everything else. Thread-safe for
 * different tasks; writers of one task hold its repository's lock.
 */
final class TaskRecords {
    /** Between the task and the directory of worktrees, in the name of a second daemon's file. */
    private static final String BESIDE = "@";

    /** Between the task and a worktree that was set aside, in the name of its file. */
    private static final String ASIDE = "~";

    private static final int HASH = new UUID(0, 0).toString().length();

    private TaskRecords() {}

    /** Writes it, over what was there. */
    static void write(Worktree worktree) {
        write(place(worktree), worktree);
        delete(worktree, List.of(aside(worktree)));
    }

    /** It is the task's work no more, and stays until a clean-up. */
    static void setAside(Worktree worktree) {
        write(aside(worktree), worktree);
        delete(worktree, live(worktree));
    }

    private static void write(Path file, Worktree worktree) {
        String text = "task=" + worktree.taskId()
                + "\0path=" + worktree.path()
                + "\0branch=" + worktree.branch()
                + "\0baseBranch=" + worktree.baseBranch()
                + "\0baseSha=" + worktree.baseSha()
                + "\0";
        PrivateFiles.directory(directory(worktree.repository()));
        PrivateFiles.write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /** The file of the same worktree, else the first one that is free of a worktree that is there. */
    private static Path place(Worktree worktree) {
        Path first = file(worktree.repository(), worktree.taskId());
        Path second = beside(first, worktree.path());
        boolean others = read(first, worktree.repository(), worktree.taskId())
                .filter(there -> !there.path().equals(worktree.path()))
                .filter(there -> Files.exists(there.path(), LinkOption.NOFOLLOW_LINKS))
                .isPresent();
        return others || Files.exists(second) ? second : first;
    }

    /** Called after the directory of worktrees. */
    private static Path beside(Path first, Path worktree) {
        return first.resolveSibling(first.getFileName() + BESIDE + hash(worktree.getParent()));
    }

    private static Path aside(Worktree worktree) {
        Path first = file(worktree.repository(), worktree.taskId());
        return first.resolveSibling(first.getFileName() + ASIDE + hash(worktree.path()));
    }

    private static UUID hash(@Nullable Path path) {
        return UUID.nameUUIDFromBytes(String.valueOf(path).getBytes(StandardCharsets.UTF_8));
    }

    /** Those of one task, in no particular order. */
    static List<Worktree> of(Path common, TaskId id) {
        return all(common).stream()
                .filter(worktree -> worktree.taskId().equals(id))
                .toList();
    }

    /** That of the task in this directory. */
    static Optional<Worktree> at(Path common, TaskId id, Path path) {
        return of(common, id).stream()
                .filter(worktree -> worktree.path().equals(path))
                .findFirst();
    }

    /** Reads the one of a repository of the task's own; a damaged one is as good as none. */
    static Optional<Worktree> read(Path common, TaskId id) {
        return read(file(common, id), common, id);
    }

    private static Optional<Worktree> read(Path file, Path common, TaskId id) {
        String text;
        try {
            text = Files.readString(file);
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

    /** All that are whole, in no particular order; without those that were set aside. */
    static List<Worktree> all(Path common) {
        return all(common, BESIDE);
    }

    /** Those that were set aside. */
    static List<Worktree> aside(Path common) {
        return all(common, ASIDE);
    }

    private static List<Worktree> all(Path common, String mark) {
        List<Worktree> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory(common))) {
            for (Path file : files) {
                taskOf(file, mark).flatMap(id -> read(file, common, id)).ifPresent(found::add);
            }
        } catch (NoSuchFileException e) {
            // No task ever had a worktree here.
        } catch (IOException | DirectoryIteratorException e) {
            throw new MakimaException(
                    ErrorCode.IO, "cannot read the directory " + directory(common), "Check its permissions", e);
        }
        return found;
    }

    private static Optional<TaskId> taskOf(Path file, String mark) {
        try {
            String name = String.valueOf(file.getFileName());
            String[] parts = name.split(mark, 2);
            TaskId id = TaskId.of(parts[0]);
            boolean meant = parts.length == 2 ? parts[1].length() == HASH : mark.equals(BESIDE);
            return meant ? Optional.of(id) : Optional.empty();
        } catch (MakimaException e) {
            // A temporary file of a writer, or something that is not ours.
            return Optional.empty();
        }
    }

    /** Removes that of this worktree; one that is not there is fine. */
    static void delete(Worktree worktree) {
        delete(worktree, live(worktree));
        delete(worktree, List.of(aside(worktree)));
    }

    private static List<Path> live(Worktree worktree) {
        Path first = file(worktree.repository(), worktree.taskId());
        return List.of(first, beside(first, worktree.path()));
    }

    private static void delete(Worktree worktree, List<Path> files) {
        for (Path file : files) {
            boolean same = read(file, worktree.repository(), worktree.taskId())
                    .filter(there -> there.path().equals(worktree.path()))
                    .isPresent();
            try {
                if (same) {
                    Files.deleteIfExists(file);
                }
            } catch (IOException e) {
                throw new MakimaException(ErrorCode.IO, "cannot delete the file " + file, "Check its permissions", e);
            }
        }
    }

    private static Path directory(Path common) {
        return common.resolve("makima");
    }

    private static Path file(Path common, TaskId id) {
        return directory(common).resolve(id.toString());
    }
}
