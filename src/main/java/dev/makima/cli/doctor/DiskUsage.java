package dev.makima.cli.doctor;

import dev.makima.base.DiskRoom;
import dev.makima.base.MakimaException;
import dev.makima.config.DaemonConfig;
import dev.makima.config.DatabaseUrl;
import dev.makima.config.ServerConfig;
import dev.makima.daemon.DaemonHome;
import dev.makima.daemon.store.Inventory;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;

/** What takes space on this machine for makima. Blocking; changes nothing. */
public final class DiskUsage {
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

    /** The room on a file system. */
    public record Disk(Path path, long free, long total) {}

    /** All of it. */
    public record Report(List<DiskEntry> entries, List<Disk> disks) {
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
        DiskLook look = new DiskLook(config, known, new Space(limit.toNanos()), progress);
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
        return new Report(look.entries(), disks);
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
            if (Files.exists(path)) {
                DiskRoom.of(path)
                        .ifPresent(room ->
                                disks.putIfAbsent(PlacesCheck.device(path), new Disk(path, room.free(), room.total())));
            }
        }
        return List.copyOf(disks.values());
    }
}
