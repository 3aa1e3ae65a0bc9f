package dev.makima.cli.doctor;

import dev.makima.base.MakimaException;
import dev.makima.base.RunId;
import dev.makima.base.TaskId;
import dev.makima.cli.doctor.Space.Size;
import dev.makima.config.DaemonConfig;
import dev.makima.config.DatabaseUrl;
import dev.makima.config.ServerConfig;
import dev.makima.daemon.DaemonHome;
import dev.makima.daemon.store.Inventory;
import dev.makima.daemon.store.Inventory.RunRow;
import dev.makima.daemon.store.Inventory.TaskRow;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** What takes space on this machine for makima. Blocking; changes nothing. */
public final class DiskUsage {
    private static final String DEFAULT_CURE = "";

    private final Doctor doctor;
    private final Duration limit;

    /**
     * For this configuration.
     *
     * @param limit how long may be looked: what is seen by then is told
     */
    public DiskUsage(Doctor doctor, Duration limit) {
        this.doctor = doctor;
        this.limit = limit;
    }

    /**
     * One thing.
     *
     * @param kind worktree, clone, output, database, outbox, temporary, home clone, program
     * @param what which one: its task where it has one, else its name
     * @param state what is known of it, or empty
     * @param changed when it changed last, or null where that says nothing
     * @param whole false where there is more than was looked at
     * @param cure the command by which it can go, or empty
     */
    public record Entry(
            String kind,
            String what,
            Path path,
            String state,
            @Nullable Instant changed,
            long bytes,
            boolean whole,
            String cure) {}

    /** The room on a file system. */
    public record Disk(Path path, long free, long total) {}

    /** All of it. */
    public record Report(List<Entry> entries, List<Disk> disks) {
        /** The sum by kind, in the order of the entries. */
        public Map<String, Long> totals() {
            Map<String, Long> totals = new LinkedHashMap<>();
            entries.forEach(entry -> totals.merge(entry.kind(), entry.bytes(), Long::sum));
            return totals;
        }
    }

    /**
     * Looks.
     *
     * @param progress told from time to time how many files were seen
     * @throws MakimaException where the configuration cannot be used
     */
    public Report report(Vertx vertx, LongConsumer progress) {
        DaemonConfig config = doctor.daemonConfig(vertx);
        ServerConfig server = doctor.serverConfig(vertx);
        DaemonHome home = new DaemonHome(config, doctor.environment());
        Inventory known = inventory(home);
        Look look = new Look(config, known, new Space(limit.toNanos()), progress);
        look.worktrees();
        look.children("clone", config.worktree().reposDir(), "kept for the next task of its repository");
        look.outputs();
        look.database("daemon", config.localDb().path());
        if (server.database().url() instanceof DatabaseUrl.Sqlite(Path file)) {
            look.database("server", file);
        }
        look.whole("outbox", "events for the server", home.outboxFiles());
        look.temporary();
        look.children("home clone", config.repos().homeDir(), "of repos.autoClone");
        look.programs();
        List<Disk> disks = disks(List.of(
                config.home(), config.worktree().baseDir(), config.worktree().reposDir(), home.directory()));
        return new Report(List.copyOf(look.entries), disks);
    }

    private static Inventory inventory(DaemonHome home) {
        try {
            return home.known();
        } catch (MakimaException e) {
            // The sizes are there all the same; doctor tells what is wrong with the database.
            System.getLogger(DiskUsage.class.getName()).log(System.Logger.Level.DEBUG, e.what());
            return new Inventory(List.of(), List.of(), Set.of(), 0, List.of());
        }
    }

    private static List<Disk> disks(List<Path> paths) {
        Map<String, Disk> disks = new LinkedHashMap<>();
        for (Path path : paths) {
            try {
                if (Files.exists(path)) {
                    FileStore store = Files.getFileStore(path);
                    disks.putIfAbsent(
                            Files.getAttribute(path, "unix:dev").toString(),
                            new Disk(path, store.getUsableSpace(), store.getTotalSpace()));
                }
            } catch (IOException | UnsupportedOperationException e) {
                System.getLogger(DiskUsage.class.getName())
                        .log(System.Logger.Level.DEBUG, "no free space of " + path, e);
            }
        }
        return List.copyOf(disks.values());
    }

    /** One going through all places. */
    private static final class Look {
        private final DaemonConfig config;
        private final Inventory known;
        private final Map<TaskId, TaskRow> tasks;
        private final Space space;
        private final LongConsumer progress;
        private final List<Entry> entries = new ArrayList<>();

        Look(DaemonConfig config, Inventory known, Space space, LongConsumer progress) {
            this.config = config;
            this.known = known;
            this.tasks = known.byTask();
            this.space = space;
            this.progress = progress;
        }

        void worktrees() {
            for (Path path : directories(config.worktree().baseDir())) {
                Optional<TaskRow> task = known.tasks().stream()
                        .filter(one -> path.equals(one.directory()) && one.worktreeOf() == null)
                        .findFirst();
                add(
                        "worktree",
                        task.map(Look::named).orElse(path.getFileName().toString()),
                        path,
                        task.map(one -> one.state().wire()).orElse("no task known"),
                        task.map(TaskRow::updatedAt).orElse(null),
                        task.filter(one -> one.state().isTerminal())
                                .map(one -> "makima tasks cleanup " + one.taskId())
                                .orElse(DEFAULT_CURE));
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
                            row.filter(RunRow::released).isPresent()
                                    ? "by itself after spool.retentionHours"
                                    : DEFAULT_CURE);
                }
            }
        }

        void temporary() {
            for (Path path : directories(config.home().resolve("temp"))) {
                String directory = path.getFileName().toString();
                Optional<TaskRow> task = directory.startsWith("task-")
                        ? taskId(directory.substring(5)).map(tasks::get)
                        : Optional.empty();
                add(
                        "temporary",
                        task.map(Look::named).orElse(directory),
                        path,
                        task.map(one -> one.state().wire()).orElse("no task known"),
                        task.map(TaskRow::updatedAt).orElse(null),
                        task.filter(one -> one.state().isTerminal())
                                .map(one -> "makima tasks cleanup " + one.taskId())
                                .orElse(DEFAULT_CURE));
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
                add(kind, path.getFileName().toString(), path, state, time(path), DEFAULT_CURE);
            }
        }

        void database(String owner, Path file) {
            Size size = Size.NOTHING;
            for (String part : List.of("", "-wal", "-shm")) {
                size = size.plus(space.of(file.resolveSibling(file.getFileName() + part)));
            }
            if (Files.exists(file)) {
                entries.add(new Entry(
                        "database", owner, file, "with its log", time(file), size.bytes(), size.whole(), DEFAULT_CURE));
            }
        }

        void whole(String kind, String what, Path path) {
            if (Files.exists(path)) {
                add(kind, what, path, "", null, DEFAULT_CURE);
            }
        }

        private void add(String kind, String what, Path path, String state, @Nullable Instant changed, String cure) {
            Size size = space.of(path);
            progress.accept(space.files());
            entries.add(new Entry(kind, what, path, state, changed, size.bytes(), size.whole(), cure));
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
                System.getLogger(DiskUsage.class.getName())
                        .log(System.Logger.Level.DEBUG, "cannot read all of " + parent, e);
            }
            found.sort(Comparator.naturalOrder());
            return found;
        }
    }
}
