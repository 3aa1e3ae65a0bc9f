package dev.makima.daemon.upkeep;

import dev.makima.base.MakimaException;
import dev.makima.base.RunId;
import dev.makima.base.TaskId;
import dev.makima.daemon.store.Inventory;
import dev.makima.daemon.store.Inventory.RunRow;
import dev.makima.daemon.upkeep.Leftover.Done;
import dev.makima.daemon.upkeep.Leftover.Kind;
import dev.makima.process.RunProcesses;
import dev.makima.process.RunSpool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Spools that nobody will ask for: of runs that the server has in full, after their time, and of runs that no database
 * knows, when they have been left alone for as long. Blocking; thread-safe.
 */
final class LeftSpools {
    private final Path root;
    private final Path database;
    private final Duration retention;
    private final RunProcesses processes;
    private final Owner owner;
    private final Clock clock;

    LeftSpools(Path root, Path database, Duration retention, RunProcesses processes, Owner owner, Clock clock) {
        this.root = root;
        this.database = database;
        this.retention = retention;
        this.processes = processes;
        this.owner = owner;
        this.clock = clock;
    }

    /** A run's directory. */
    record Spool(TaskId taskId, RunId runId, Path path) {}

    /** All that are there. */
    List<Spool> all() {
        List<Spool> found = new ArrayList<>();
        for (Path task : directories(root)) {
            Optional<TaskId> taskId = id(task, TaskId::of);
            for (Path run : taskId.isEmpty() ? List.<Path>of() : directories(task)) {
                id(run, RunId::of).ifPresent(runId -> found.add(new Spool(taskId.get(), runId, run)));
            }
        }
        return found;
    }

    List<Leftover> find(Inventory known) {
        List<Leftover> found = new ArrayList<>();
        for (Spool spool : all()) {
            verdict(spool, known).ifPresent(found::add);
        }
        return found;
    }

    private Optional<Leftover> verdict(Spool spool, Inventory known) {
        Optional<RunRow> run = known.run(spool.runId());
        if (run.isPresent()) {
            return isOutOfTime(run.get())
                    ? Optional.of(Leftover.going(
                            Kind.SPOOL,
                            spool.path(),
                            "the server has all of it for longer than spool.retentionHours",
                            () -> remove(spool)))
                    : Optional.empty();
        }
        // It may be that of a run that is about to begin: the removal sees to that.
        Optional<String> obstacle = obstacle(spool, known);
        return Optional.of(
                obstacle.isPresent()
                        ? Leftover.staying(Kind.SPOOL, spool.path(), obstacle.get(), null)
                        : Leftover.going(
                                Kind.SPOOL,
                                spool.path(),
                                "no run of this daemon's database, and unchanged for longer than spool.retentionHours",
                                () -> remove(spool)));
    }

    private boolean isOutOfTime(RunRow run) {
        @Nullable Instant released = run.releasedAt();
        return run.released()
                && released != null
                && released.isBefore(clock.instant().minus(retention));
    }

    /** Why the spool of a run that no row names stays. */
    private Optional<String> obstacle(Spool spool, Inventory known) {
        if (known.unfinished().stream().anyMatch(task -> task.taskId().equals(spool.taskId()))) {
            return Optional.of("its task " + spool.taskId() + " is not over");
        }
        if (!processes.of(root, spool.taskId(), spool.runId()).isEmpty()) {
            return Optional.of("processes of its run live");
        }
        Optional<Path> aside = setAside();
        if (aside.isPresent()) {
            return Optional.of("the database that was set aside as " + aside.get() + " may know it");
        }
        Instant until = changed(spool.path()).plus(retention);
        return until.isAfter(clock.instant())
                ? Optional.of("no run of this daemon's database; it is kept until " + until)
                : Optional.empty();
    }

    /** A run makes its spool before its row: only while no run of the task can begin, one without a row is nobody's. */
    private Done remove(Spool spool) throws InterruptedException {
        if (owner.inventory().run(spool.runId()).isPresent()) {
            return removeNow(spool);
        }
        return owner.whileHeld(spool.taskId(), () -> removeNow(spool));
    }

    private Done removeNow(Spool spool) throws InterruptedException {
        Inventory now = owner.inventory();
        if (verdict(spool, now).filter(Leftover::removable).isEmpty()) {
            return new Done(false, "it is needed by now");
        }
        RunSpool.delete(root, spool.taskId(), spool.runId());
        if (now.run(spool.runId()).isPresent()) {
            owner.forgetRun(spool.runId());
        }
        return new Done(true, "deleted");
    }

    private Optional<Path> setAside() {
        @Nullable Path parent = database.getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(parent)) {
            String beginning = database.getFileName() + ".set-aside-";
            return files.filter(file -> file.getFileName().toString().startsWith(beginning))
                    .findFirst();
        } catch (IOException e) {
            // It cannot be proven that there is none.
            return Optional.of(parent);
        }
    }

    /** When anything in it changed last; now, where that cannot be told. */
    private Instant changed(Path spool) {
        Instant last = Instant.EPOCH;
        try (Stream<Path> files = Files.walk(spool, 2)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Instant time = Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS)
                        .toInstant();
                last = time.isAfter(last) ? time : last;
            }
            return last;
        } catch (IOException | UncheckedIOException e) {
            return clock.instant();
        }
    }

    private static <T> Optional<T> id(Path path, Function<String, T> read) {
        try {
            return Optional.of(read.apply(path.getFileName().toString()));
        } catch (MakimaException e) {
            // Not ours: it is left alone.
            return Optional.empty();
        }
    }

    private static List<Path> directories(Path parent) {
        List<Path> found = new ArrayList<>();
        if (!Files.isDirectory(parent, LinkOption.NOFOLLOW_LINKS)) {
            return found;
        }
        try (DirectoryStream<Path> entries =
                Files.newDirectoryStream(parent, entry -> Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS))) {
            entries.forEach(found::add);
        } catch (IOException | DirectoryIteratorException e) {
            System.getLogger(LeftSpools.class.getName())
                    .log(System.Logger.Level.DEBUG, "cannot read all of " + parent, e);
        }
        return found;
    }
}
