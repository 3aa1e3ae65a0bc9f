package dev.makima.daemon.upkeep;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.RunId;
import dev.makima.base.TaskId;
import dev.makima.daemon.store.Inventory;
import dev.makima.daemon.store.Inventory.RunRow;
import dev.makima.daemon.upkeep.Leftover.Done;
import dev.makima.daemon.upkeep.Leftover.Kind;
import dev.makima.process.ProcessIdentity;
import dev.makima.process.RunProcesses;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Processes of runs that are over, and strays: those of runs that this daemon's database does not know. Blocking;
 * thread-safe.
 *
 * <p>A stray is what an earlier daemon left whose database was lost or put aside: its spool is here, and nobody looks after
 * it. But it may as well be at work for another daemon with this home and a database of its own, or for one whose database
 * comes back, and neither can be told from the other by what is here. So strays are named, at the daemon's start and by
 * doctor, and end only when a person names their task; no clean-up ends them.
 */
final class LeftProcesses {
    private static final Duration GRACE = Duration.ofSeconds(3);

    private final RunProcesses processes;
    private final LeftSpools spools;
    private final Path spoolRoot;
    private final Owner owner;

    LeftProcesses(RunProcesses processes, LeftSpools spools, Path spoolRoot, Owner owner) {
        this.processes = processes;
        this.spools = spools;
        this.spoolRoot = spoolRoot;
        this.owner = owner;
    }

    List<Leftover> find(Inventory known) {
        Map<RunId, List<ProcessIdentity>> marked = processes.byRun();
        List<Leftover> found = new ArrayList<>();
        Set<RunId> seen = new HashSet<>();
        for (RunRow run : known.runs()) {
            seen.add(run.runId());
            if (!run.state().isTerminal()) {
                continue;
            }
            boolean left = marked.containsKey(run.runId())
                    || !processes
                            .contained(spoolRoot, run.taskId(), run.runId())
                            .isEmpty();
            List<ProcessIdentity> living =
                    left ? processes.of(spoolRoot, run.taskId(), run.runId()) : List.<ProcessIdentity>of();
            if (!living.isEmpty()) {
                found.add(Leftover.going(
                        Kind.PROCESSES,
                        processes.names(living),
                        "the run of task " + run.taskId() + " is over: "
                                + run.state().wire(),
                        () -> end(run.taskId(), run.runId())));
            }
        }
        for (Stray stray : strays(marked, seen)) {
            String pids = String.join(
                    " ",
                    stray.living().stream().map(one -> Long.toString(one.pid())).toList());
            found.add(Leftover.staying(
                    Kind.PROCESSES,
                    stray.names(),
                    "they belong to task " + stray.spool().taskId() + ", which this daemon's database does not know",
                    "Where nobody needs them, end them: makima daemon --stop-task "
                            + stray.spool().taskId() + ", or without a daemon: kill " + pids));
        }
        return found;
    }

    /**
     * Processes of a run that the database does not know.
     *
     * @param names what they call themselves
     */
    record Stray(LeftSpools.Spool spool, List<ProcessIdentity> living, String names) {}

    /** All strays. */
    List<Stray> strays() throws InterruptedException {
        // In this order: a row comes before its processes, so none of a run that is just beginning is among them.
        Map<RunId, List<ProcessIdentity>> marked = processes.byRun();
        Set<RunId> known = new HashSet<>();
        owner.inventory().runs().forEach(run -> known.add(run.runId()));
        return strays(marked, known);
    }

    private List<Stray> strays(Map<RunId, List<ProcessIdentity>> marked, Set<RunId> known) {
        List<Stray> found = new ArrayList<>();
        for (LeftSpools.Spool spool : spools.all()) {
            List<ProcessIdentity> living = marked.getOrDefault(spool.runId(), List.of());
            if (!known.contains(spool.runId()) && !living.isEmpty()) {
                found.add(new Stray(spool, living, processes.names(living)));
            }
        }
        return found;
    }

    /**
     * Ends the strays of a task that a person has named. Its worktree and its spool stay.
     *
     * @return what was ended, for people; empty where there was nothing
     * @throws MakimaException CONFLICT where some are there still
     */
    String endStrays(TaskId taskId) throws InterruptedException {
        List<String> ended = new ArrayList<>();
        for (Stray stray : strays()) {
            if (stray.spool().taskId().equals(taskId)) {
                List<ProcessIdentity> left =
                        processes.end(spoolRoot, taskId, stray.spool().runId(), GRACE);
                if (!left.isEmpty()) {
                    throw new MakimaException(
                            ErrorCode.CONFLICT,
                            "still there: " + processes.names(left) + " (another user's, or held by the kernel)",
                            "End them yourself");
                }
                ended.add(stray.names());
            }
        }
        return String.join(", ", ended);
    }

    private Done end(TaskId taskId, RunId runId) throws InterruptedException {
        Optional<RunRow> run = owner.inventory().run(runId);
        if (run.isEmpty() || !run.get().state().isTerminal()) {
            return new Done(false, "the run is not known to be over any more");
        }
        List<ProcessIdentity> left = processes.end(spoolRoot, taskId, runId, GRACE);
        return left.isEmpty()
                ? new Done(true, "ended")
                : new Done(false, "still there: " + processes.names(left) + " (another user's, or held by the kernel)");
    }
}
