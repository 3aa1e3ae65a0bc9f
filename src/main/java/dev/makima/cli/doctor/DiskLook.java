package dev.makima.cli.doctor;

import dev.makima.base.MakimaException;
import dev.makima.base.RunId;
import dev.makima.base.TaskId;
import dev.makima.cli.doctor.Space.Size;
import dev.makima.config.DaemonConfig;
import dev.makima.daemon.store.Inventory;
import dev.makima.daemon.store.Inventory.RunRow;
import dev.makima.daemon.store.Inventory.TaskRow;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the places in which makima keeps something, kind by kind, and gathers what is there. Used by one thread;
 * blocking.
 */
final class DiskLook {
    private static final String NO_CURE = "";

    private final DaemonConfig config;
    private final Inventory known;
    private final Map<TaskId, TaskRow> tasks;
    private final Space space;
    private final LongConsumer progress;
    private final List<DiskEntry> entries = new ArrayList<>();

    DiskLook(DaemonConfig config, Inventory known, Space space, LongConsumer progress) {
        this.config = config;
        this.known = known;
        this.tasks = known.byTask();
        this.space = space;
        this.progress = progress;
    }

    /** What was found so far. */
    List<DiskEntry> entries() {
        return List.copyOf(entries);
    }

    void worktrees() {
        for (Path path : directories(config.worktree().baseDir())) {
            Optional<TaskRow> task = known.tasks().stream()
                    .filter(one -> path.equals(one.directory()) && one.worktreeOf() == null)
                    .findFirst();
            ofTask("worktree", path, task);
        }
    }

    void outputs() {
        for (Path task : directories(config.home().resolve("spool"))) {
            for (Path run : directories(task)) {
                Optional<RunRow> row = runId(run).flatMap(known::run);
                String state = row.map(one -> one.state().wire()
                                + (one.releasedAt() == null ? ", not acknowledged" : ", acknowledged"))
                        .orElse("no run known");
                add(
                        "output",
                        taskId(task.getFileName().toString())
                                .map(id -> name(id, task))
                                .orElse(task.getFileName().toString()),
                        run,
                        state,
                        row.map(RunRow::releasedAt).orElse(null),
                        row.filter(RunRow::released).isPresent() ? "by itself after spool.retentionHours" : NO_CURE);
            }
        }
    }

    void temporary() {
        for (Path path : directories(config.home().resolve("temp"))) {
            String directory = path.getFileName().toString();
            Optional<TaskRow> task = directory.startsWith("task-")
                    ? taskId(directory.substring(5)).map(tasks::get)
                    : Optional.empty();
            ofTask("temporary", path, task);
        }
    }

    void programs() {
        for (Path path : directories(config.home().resolve("lib"))) {
            String sha = path.getFileName().toString();
            add(
                    "program",
                    sha.substring(0, Math.min(12, sha.length())),
                    path,
                    "",
                    time(path.resolve("used")),
                    "makima doctor --clean, once unused for a week");
        }
    }

    void children(String kind, Path parent, String state) {
        for (Path path : directories(parent)) {
            add(kind, path.getFileName().toString(), path, state, time(path), NO_CURE);
        }
    }

    void database(String owner, Path file) {
        Size size = Size.NOTHING;
        for (String part : List.of("", "-wal", "-shm")) {
            size = size.plus(space.of(file.resolveSibling(file.getFileName() + part)));
        }
        if (Files.exists(file)) {
            entries.add(new DiskEntry(
                    "database", owner, file, "with its log", time(file), size.bytes(), size.whole(), NO_CURE));
        }
    }

    void whole(String kind, String what, Path path) {
        if (Files.exists(path)) {
            add(kind, what, path, "", null, NO_CURE);
        }
    }

    private void ofTask(String kind, Path path, Optional<TaskRow> task) {
        add(
                kind,
                task.map(DiskLook::named).orElse(path.getFileName().toString()),
                path,
                task.map(one -> one.state().wire()).orElse("no task known"),
                task.map(TaskRow::updatedAt).orElse(null),
                task.filter(one -> one.state().isTerminal())
                        .map(one -> "makima tasks cleanup " + one.taskId())
                        .orElse(NO_CURE));
    }

    private void add(String kind, String what, Path path, String state, @Nullable Instant changed, String cure) {
        Size size = space.of(path);
        progress.accept(space.files());
        entries.add(new DiskEntry(kind, what, path, state, changed, size.bytes(), size.whole(), cure));
    }

    private String name(TaskId id, Path path) {
        @Nullable TaskRow task = tasks.get(id);
        return task == null ? String.valueOf(path.getFileName()) : named(task);
    }

    private static String named(TaskRow task) {
        return task.taskId().shortId() + " " + task.name();
    }

    private static Optional<TaskId> taskId(String text) {
        try {
            return Optional.of(TaskId.of(text));
        } catch (MakimaException e) {
            // Not a directory of ours.
            return Optional.empty();
        }
    }

    private static Optional<RunId> runId(Path path) {
        try {
            return Optional.of(RunId.of(path.getFileName().toString()));
        } catch (MakimaException e) {
            // Not a directory of ours.
            return Optional.empty();
        }
    }

    private static @Nullable Instant time(Path path) {
        try {
            return Files.getLastModifiedTime(path).toInstant();
        } catch (IOException e) {
            // Gone meanwhile, or never there.
            return null;
        }
    }

    private static List<Path> directories(Path parent) {
        List<Path> found = new ArrayList<>();
        if (!Files.isDirectory(parent)) {
            return found;
        }
        try (DirectoryStream<Path> entries =
                Files.newDirectoryStream(parent, entry -> Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS))) {
            entries.forEach(found::add);
        } catch (IOException | DirectoryIteratorException e) {
            System.getLogger(DiskLook.class.getName())
                    .log(System.Logger.Level.DEBUG, "cannot read all of " + parent, e);
        }
        found.sort(Comparator.naturalOrder());
        return found;
    }
}
