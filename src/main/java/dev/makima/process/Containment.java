package dev.makima.process;

import dev.makima.base.RunId;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * How surely a run's processes are found when it is to stop or to end, on this machine and for this daemon.
 *
 * <p>Three tiers. A PID namespace of its own for each run would be a fourth, and was left out: without root it takes a user
 * namespace, in which the agent is another user than everybody expects (sudo, ssh agents and file owners break), and its
 * process numbers are no longer those of the daemon. Where such a wall is wanted, the sandbox builds one anyway.
 *
 * <p>No controller is switched on, so the daemon may have processes of its own beside the cgroups that it makes. It asks
 * for nothing but a cgroup that it may write to: root in a container, or a systemd unit with {@code Delegate=yes}.
 * Where it has none, as in a login shell, systemd may make one for each launch, if one runs for the daemon's user. That
 * is tried once, at the first call. Thread-safe.
 */
public final class Containment {
    /** How sure it is. */
    public enum Tier {
        /** Each launch in a cgroup of its own: nothing gets away. */
        CGROUP,
        /** Each launch in a scope of the user's systemd, with a cgroup of its own in that: nothing gets away. */
        SCOPE,
        /** The agent's descendants and what carries the run's cookie in its environment. */
        PROCESS_TREE
    }

    private static final System.Logger LOG = System.getLogger(Containment.class.getName());
    private static final Duration PROBE_LIMIT = Duration.ofSeconds(10);
    private static final Path RUNTIMES = Path.of("/run/user");
    /** A launch joins its cgroup within milliseconds of its making; an empty one of this age is nobody's. */
    private static final Duration LEFT_OVER = Duration.ofMinutes(10);

    private final Way way;

    private Containment(Way way) {
        this.way = way;
    }

    /** What is done, with what that takes. */
    private sealed interface Way {
        record Below(Path root) implements Way {}

        record Scoped(UserScopes scopes) implements Way {}

        record Tree(String reason) implements Way {}
    }

    /** This process's, found out at the first call, which takes some milliseconds and makes a cgroup for a moment. */
    public static Containment system() {
        return Machine.INSTANCE;
    }

    /** The tier in force. */
    public Tier tier() {
        return switch (way) {
            case Way.Below _ -> Tier.CGROUP;
            case Way.Scoped _ -> Tier.SCOPE;
            case Way.Tree _ -> Tier.PROCESS_TREE;
        };
    }

    /** For people, one line: what is done, and where it is less than it could be, why and what helps. */
    public String description() {
        return switch (way) {
            case Way.Below(Path root) -> "a cgroup for each run, below " + root + ": no process outlives its task";
            case Way.Scoped(UserScopes scopes) ->
                "a systemd scope for each run, below " + scopes.parent()
                        + ": agents outlive this session, and no process outlives its task";
            case Way.Tree(String reason) ->
                "no cgroup for each run (" + reason + "): a process that leaves its agent and clears its environment"
                        + " outlives its task; a systemd unit with Delegate=yes helps";
        };
    }

    /** Without cgroups. */
    static Containment tree(String reason) {
        return new Containment(new Way.Tree(reason));
    }

    /** With cgroups below this one, which is taken to work. */
    static Containment below(Path root) {
        return new Containment(new Way.Below(root));
    }

    /** With these scopes, which are taken to work. */
    static Containment scoped(UserScopes scopes) {
        return new Containment(new Way.Scoped(scopes));
    }

    /** Looks for a way, the surest first, and tries whether it works. */
    static Containment find(ProcFs proc, ShellTools tools, Map<String, String> environment, Path runtimes) {
        Containment own = find(proc, tools);
        if (!(own.way instanceof Way.Tree(String reason))) {
            return own;
        }
        return switch (UserScopes.find(proc, tools, environment, runtimes)) {
            case UserScopes.Found.Usable(UserScopes scopes) -> scoped(scopes);
            case UserScopes.Found.Unusable(String more) -> tree(reason + "; " + more);
        };
    }

    /** Looks for a cgroup to make others in, and tries whether it works. */
    static Containment find(ProcFs proc, ShellTools tools) {
        Optional<Path> own = proc.ownCgroup();
        if (own.isEmpty()) {
            return tree("no cgroup v2 of this process is mounted");
        }
        // It travels as one line, and through a shell.
        if (!own.get().toString().matches("[ -~]+")) {
            return tree("the name of its cgroup has unusual characters");
        }
        return probe(own.get(), tools);
    }

    private static Containment probe(Path own, ShellTools tools) {
        Cgroup probe = new Cgroup(own.resolve(Cgroup.PREFIX + "probe-" + UUID.randomUUID()));
        try {
            Files.createDirectory(probe.directory());
        } catch (IOException e) {
            return tree(own + " is not ours to write");
        }
        try {
            for (String needed : List.of("cgroup.procs", "cgroup.events", "cgroup.freeze", "cgroup.kill")) {
                if (!Files.exists(probe.directory().resolve(needed))) {
                    return tree("the kernel is older than 5.14: it has no " + needed);
                }
            }
            if (!joins(probe, tools)) {
                return tree("processes cannot be moved below " + own);
            }
            tidy(own, Instant.now().minus(LEFT_OVER));
            return below(own);
        } finally {
            probe.remove();
        }
    }

    private static boolean joins(Cgroup probe, ShellTools tools) {
        List<String> join = List.of(
                tools.sh().toString(),
                "-c",
                "echo 0 >\"$1/cgroup.procs\"",
                "probe",
                probe.directory().toString());
        return ShellTools.answer(join, Map.of(), PROBE_LIMIT).isPresent();
    }

    /**
     * The empty cgroups of launches that ended when no daemon looked, old enough to be nobody's; those that a daemon in
     * another cgroup than this process made are not seen from here.
     */
    public List<Path> leftOver() {
        List<Path> found = new ArrayList<>();
        // systemd itself removes a scope that is empty.
        if (!(way instanceof Way.Below(Path root))) {
            return found;
        }
        Instant before = Instant.now().minus(LEFT_OVER);
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root, Cgroup.PREFIX + "*")) {
            for (Path entry : entries) {
                if (Files.getLastModifiedTime(entry).toInstant().isBefore(before)
                        && new Cgroup(entry).members().isEmpty()) {
                    found.add(entry);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // Somebody tidies up at the same time.
            LOG.log(Level.DEBUG, "cannot look through the cgroups", e);
        }
        return found;
    }

    /** Removes those; one that a process is in by now stays. */
    public void tidy() {
        if (way instanceof Way.Below(Path root)) {
            tidy(root, Instant.now().minus(LEFT_OVER));
        }
    }

    /** Removes the empty cgroups of launches that ended when no daemon looked, and of which nothing else is known any more. */
    static void tidy(Path root, Instant before) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root, Cgroup.PREFIX + "*")) {
            for (Path entry : entries) {
                if (Files.getLastModifiedTime(entry).toInstant().isBefore(before)) {
                    new Cgroup(entry).remove();
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // Another daemon tidied up at the same time: what is left is for the next start.
            LOG.log(Level.DEBUG, "cannot tidy up the cgroups", e);
        }
    }

    /** Makes the cgroup of a launch; nothing where there are none, or where this one cannot be made any more. */
    Optional<Cgroup> make(RunId run, int launch) {
        return switch (way) {
            case Way.Below(Path root) -> makeBelow(root, run, launch);
            // The launch makes it itself, from inside its scope.
            case Way.Scoped(UserScopes scopes) -> Optional.of(scopes.cgroup(run, launch));
            case Way.Tree _ -> Optional.empty();
        };
    }

    /** The scopes to start launches in, where that is the way. */
    Optional<UserScopes> scopes() {
        return way instanceof Way.Scoped(UserScopes scopes) ? Optional.of(scopes) : Optional.empty();
    }

    private static Optional<Cgroup> makeBelow(Path root, RunId run, int launch) {
        Cgroup cgroup = new Cgroup(root.resolve(Cgroup.name(run, launch)));
        try {
            Files.createDirectory(cgroup.directory());
        } catch (FileAlreadyExistsException e) {
            // A launch of that number came as far as this before: it is ours.
        } catch (IOException e) {
            LOG.log(
                    Level.WARNING,
                    "no cgroup for run {0}: {1}. Its processes are found by their tree and environment",
                    run,
                    e.toString());
            return Optional.empty();
        }
        return Optional.of(cgroup);
    }

    /** Filled at first use, by the class loader's lock. */
    private static final class Machine {
        static final Containment INSTANCE = find(ProcFs.system(), ShellTools.system(), System.getenv(), RUNTIMES);
    }
}
