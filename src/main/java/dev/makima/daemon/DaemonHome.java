package dev.makima.daemon;

import dev.makima.base.MakimaException;
import dev.makima.config.DaemonConfig;
import dev.makima.config.Environment;
import dev.makima.daemon.bus.Cleaned;
import dev.makima.daemon.store.Inventory;
import dev.makima.daemon.store.StateFile;
import dev.makima.daemon.store.StateView;
import dev.makima.daemon.upkeep.Leftovers;
import dev.makima.daemon.upkeep.OfflineCleanup;
import dev.makima.git.GitTools;
import dev.makima.sql.Database;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** What others than the daemon may do with its state: look at it, and clean up while no daemon runs. Blocking. */
public final class DaemonHome {
    private static final String LOCK = "daemon.lock";

    private final DaemonConfig config;
    private final Environment environment;

    /** The home of the daemon that is configured so. */
    public DaemonHome(DaemonConfig config, Environment environment) {
        this.config = config;
        this.environment = environment;
    }

    /** The state directory. */
    public Path directory() {
        return Objects.requireNonNull(config.localDb().path().toAbsolutePath().getParent(), "a file has a parent");
    }

    /** Where the larger parts of events lie. */
    public Path outboxFiles() {
        return directory().resolve("outbox");
    }

    /**
     * The process of the daemon that holds the state directory. Found out without trying the lock, since a try would turn
     * away a daemon that starts in the same moment; one in another PID namespace (container) is not seen.
     */
    public OptionalLong running() {
        Path file = directory().resolve(LOCK);
        try {
            if (!Files.exists(file)) {
                return OptionalLong.empty();
            }
            String inode = ":" + Files.getAttribute(file, "unix:ino");
            try (Stream<String> locks = Files.lines(Path.of("/proc/locks"), StandardCharsets.ISO_8859_1)) {
                return locks.map(line -> line.strip().split("\\s+"))
                        .filter(fields -> fields.length >= 6
                                && fields[1].equals("POSIX")
                                && fields[5].endsWith(inode)
                                && fields[4].matches("[1-9][0-9]{0,9}"))
                        .mapToLong(fields -> Long.parseLong(fields[4]))
                        .findFirst();
            }
        } catch (IOException e) {
            System.getLogger(DaemonHome.class.getName()).log(System.Logger.Level.DEBUG, "cannot read the locks", e);
            return OptionalLong.empty();
        }
    }

    /** Git as the daemon has it; to be closed. */
    public GitTools git() {
        return DaemonParts.git(config, environment);
    }

    /**
     * What the daemon's database knows, read beside whoever owns it; nothing where there is none.
     *
     * @throws MakimaException DB_ERROR where it cannot be used
     */
    public Inventory known() {
        if (!Files.exists(config.localDb().path())) {
            return new Inventory(List.of(), List.of(), Set.of(), 0, List.of());
        }
        try (StateView view = StateView.open(config.localDb().path())) {
            return view.inventory();
        }
    }

    /** What is left over here, to be looked at. */
    public Leftovers leftovers(GitTools git) {
        return Leftovers.toLookAt(config, environment.variables(), git, known(), Clock.systemUTC());
    }

    /**
     * Takes what a daemon takes, its state directory and that of its worktrees, and cleans up as one that runs would. On a
     * dry run nothing is taken and nothing made.
     *
     * @param vertx one without a daemon
     * @param told of each thing that is found
     * @throws MakimaException CONFLICT where a daemon runs, or another has its worktrees there; DB_ERROR where its database cannot be used, which is left as it
     *     is then
     */
    public void clean(Vertx vertx, boolean dryRun, Consumer<Cleaned> told) throws InterruptedException {
        if (dryRun) {
            try (GitTools git = git()) {
                leftovers(git).clean(true, told);
            }
            return;
        }
        try (StateDirectory state = StateDirectory.take(directory());
                WorktreesLock _ = WorktreesLock.take(config.worktree().baseDir(), state);
                GitTools git = git();
                Database database = StateFile.openWhole(config.localDb().path())) {
            OfflineCleanup.run(
                    vertx, config, environment.variables(), git, database, outboxFiles(), Clock.systemUTC(), told);
        }
    }
}
