package dev.makima.daemon.upkeep;

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
 * Processes of runs that are over. Those of runs that this daemon's database does not know are another daemon's, or nobody's:
 * they stay, and where their spool is one of ours they are named. Blocking; thread-safe.
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
        for (LeftSpools.Spool spool : spools.all()) {
            List<ProcessIdentity> living = marked.getOrDefault(spool.runId(), List.of());
            if (!seen.contains(spool.runId()) && !living.isEmpty()) {
                found.add(Leftover.staying(
                        Kind.PROCESSES,
                        processes.names(living),
                        "they belong to task " + spool.taskId() + ", which this daemon's database does not know",
                        "Where nobody needs them, end them yourself: kill "
                                + String.join(
                                        " ",
                                        living.stream()
                                                .map(one -> Long.toString(one.pid()))
                                                .toList())));
            }
        }
        return found;
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
