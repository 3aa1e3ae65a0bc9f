package dev.makima.daemon.upkeep;

import dev.makima.base.MakimaException;
import dev.makima.base.TaskId;
import dev.makima.config.DaemonConfig;
import dev.makima.daemon.bus.Cleaned;
import dev.makima.daemon.bus.Cleaned.Outcome;
import dev.makima.daemon.store.Inventory;
import dev.makima.daemon.upkeep.Leftover.Done;
import dev.makima.daemon.upkeep.Leftover.Kind;
import dev.makima.git.GitTools;
import dev.makima.git.TempDirectories;
import dev.makima.process.Containment;
import dev.makima.process.RunProcesses;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Finds what tasks and makima have left on this machine, and takes away what is proven to be needed by nobody. Bare clones
 * are none of it: the next task needs them. Blocking; to be used by one thread at a time.
 */
public final class Leftovers {
    private static final System.Logger LOG = System.getLogger(Leftovers.class.getName());

    private final LeftProcesses processes;
    private final LeftWorktrees worktrees;
    private final LeftSpools spools;
    private final LeftEvents events;
    private final LeftTemporary temporary;
    private final LeftCopies copies;
    private final Owner owner;

    Leftovers(DaemonConfig config, Map<String, String> environment, GitTools git, Owner owner, Clock clock) {
        RunProcesses all = RunProcesses.system();
        Path spoolRoot = config.home().resolve("spool");
        WorktreeProof proof = new WorktreeProof(git, all, spoolRoot);
        this.owner = owner;
        this.spools = new LeftSpools(
                spoolRoot, config.localDb().path(), config.spool().retention(), all, owner, clock);
        this.events = new LeftEvents(config.spool().retention(), owner, clock);
        this.processes = new LeftProcesses(all, spools, spoolRoot, owner);
        this.worktrees = new LeftWorktrees(config.worktree().baseDir(), git, proof, owner);
        this.temporary = new LeftTemporary(new TempDirectories(config.home().resolve("temp")), owner);
        this.copies = new LeftCopies(config.home().resolve("lib"), environment, clock);
    }

    /**
     * For a look alone, beside whatever daemon runs: what it finds must not be removed.
     *
     * @param environment the variables of this process
     * @param known what the daemon's database knows
     */
    public static Leftovers toLookAt(
            DaemonConfig config, Map<String, String> environment, GitTools git, Inventory known, Clock clock) {
        return new Leftovers(config, environment, git, new Onlooker(known), clock);
    }

    /** Says once, as a warning, which processes nobody looks after; silent where there are none. */
    void warnOfStrays() throws InterruptedException {
        List<LeftProcesses.Stray> strays = processes.strays();
        if (!strays.isEmpty()) {
            LOG.log(
                    Level.WARNING,
                    "agents live of which this daemon''s database knows nothing, and nobody looks after them: {0}. An"
                            + " earlier daemon left them, or another one shares this home. Where nobody needs them, end"
                            + " them, their work stays: makima daemon --stop-task ID",
                    String.join(
                            "; ",
                            strays.stream()
                                    .map(stray -> "task " + stray.spool().taskId() + ": " + stray.names())
                                    .toList()));
        }
    }

    /** See {@link LeftProcesses#endStrays}. */
    String endStrays(TaskId taskId) throws InterruptedException {
        return processes.endStrays(taskId);
    }

    /** All that is there by what is known now. */
    public List<Leftover> find() throws InterruptedException {
        return find(owner.inventory());
    }

    /** All that is there, processes first: what they hold may go after them. */
    private List<Leftover> find(Inventory known) throws InterruptedException {
        List<Leftover> found = new ArrayList<>(processes.find(known));
        found.addAll(worktrees.find(known));
        found.addAll(spools.find(known));
        found.addAll(events.find(known));
        found.addAll(temporary.find(known));
        found.addAll(cgroups());
        found.addAll(copies.find());
        return found;
    }

    /** Finds them, and takes away what may go, telling of each; on a dry run only says so. */
    public void clean(boolean dryRun, Consumer<Cleaned> told) throws InterruptedException {
        for (Leftover left : processes.find(owner.inventory())) {
            told.accept(clean(left, dryRun));
        }
        // Asked again: a process that is gone now kept its worktree and its spool.
        for (Leftover left : find(owner.inventory())) {
            if (left.kind() != Kind.PROCESSES) {
                told.accept(clean(left, dryRun));
            }
        }
    }

    private static Cleaned clean(Leftover left, boolean dryRun) throws InterruptedException {
        Leftover.Removal removal = left.removal();
        if (removal == null) {
            return cleaned(left, Outcome.KEPT, left.reason());
        }
        if (dryRun) {
            return cleaned(left, Outcome.WOULD_GO, left.reason());
        }
        try {
            Done done = removal.carryOut();
            return cleaned(
                    left, done.gone() ? Outcome.REMOVED : Outcome.KEPT, done.gone() ? left.reason() : done.text());
        } catch (MakimaException e) {
            return cleaned(left, Outcome.FAILED, e.explain());
        }
    }

    private static Cleaned cleaned(Leftover left, Outcome outcome, String text) {
        return new Cleaned(left.kind().wire(), left.subject(), outcome, text, left.cure());
    }

    private static List<Leftover> cgroups() {
        List<Path> left = Containment.system().leftOver();
        if (left.isEmpty()) {
            return List.of();
        }
        return List.of(Leftover.going(
                Kind.CGROUPS,
                left.size() + " empty cgroups of ended launches, such as " + left.getFirst(),
                "no process is in them",
                () -> {
                    Containment.system().tidy();
                    return new Done(true, "removed");
                }));
    }
}
