package dev.makima.process;

import dev.makima.base.MakimaException;
import dev.makima.base.RunId;
import dev.makima.base.TaskId;
import dev.makima.process.ProcFs.Stat;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The processes of runs on this machine as somebody finds them who did not start them: by the run's cookie in their
 * environment, and by the cgroups that the run's spool names. Meant for what is left of runs that are over; see {@link
 * AgentProcesses} for one that works. Each process is known by number, start ticks, boot and PID namespace, and looked at
 * again before it is signalled. Thread-safe; ending blocks.
 */
public final class RunProcesses {
    private static final Duration KERNEL_LIMIT = Duration.ofSeconds(5);
    private static final Comparator<ProcessIdentity> BY_PID = Comparator.comparingLong(ProcessIdentity::pid);

    private final ProcFs proc;

    private RunProcesses(ProcFs proc) {
        this.proc = proc;
    }

    /** Those of this machine, as far as this process may see them. */
    public static RunProcesses system() {
        return new RunProcesses(ProcFs.system());
    }

    /**
     * A process that is in the way.
     *
     * @param name what it calls itself, for people
     */
    public record Occupant(long pid, String name) {}

    /** Every living process that carries the cookie of a run, this one left out. */
    public Map<RunId, List<ProcessIdentity>> byRun() {
        Map<RunId, List<ProcessIdentity>> found = new HashMap<>();
        for (Stat stat : proc.others()) {
            proc.environmentValue(stat.pid(), LaunchSpec.COOKIE)
                    .flatMap(RunProcesses::runId)
                    .ifPresent(run ->
                            found.computeIfAbsent(run, _ -> new ArrayList<>()).add(proc.identity(stat)));
        }
        return found;
    }

    /**
     * Every living process of one run.
     *
     * @param spoolRoot where the run's spool is, if it has one
     */
    public List<ProcessIdentity> of(Path spoolRoot, TaskId task, RunId run) {
        Map<Long, ProcessIdentity> found = new LinkedHashMap<>();
        Set<Long> members = cgroups(spoolRoot, task, run).members();
        for (Stat stat : proc.others()) {
            if (members.contains(stat.pid()) || proc.environmentHolds(stat.pid(), LaunchSpec.COOKIE, run.toString())) {
                found.put(stat.pid(), proc.identity(stat));
            }
        }
        return found.values().stream().sorted(BY_PID).toList();
    }

    /** Those in the cgroups that the run's spool names: what has cleared its environment is found by these alone. */
    public List<ProcessIdentity> contained(Path spoolRoot, TaskId task, RunId run) {
        return cgroups(spoolRoot, task, run).members().stream()
                .filter(pid -> pid != ProcessHandle.current().pid())
                .flatMap(pid -> proc.stat(pid).stream())
                .filter(Stat::isAlive)
                .map(proc::identity)
                .sorted(BY_PID)
                .toList();
    }

    /** What the processes call themselves, for people: "sleep 4711, node 4712". */
    public String names(List<ProcessIdentity> processes) {
        return String.join(
                ", ",
                processes.stream()
                        .map(process -> proc.name(process.pid()) + " " + process.pid())
                        .toList());
    }

    /**
     * Ends what is left of a run that is over: SIGTERM, then, after the grace time, SIGKILL, until none is there. Its holder
     * and feeder go as well.
     *
     * @return what is left all the same: not ours to signal, or held by the kernel
     */
    public List<ProcessIdentity> end(Path spoolRoot, TaskId task, RunId run, Duration grace) {
        RunCgroups cgroups = cgroups(spoolRoot, task, run);
        Set<ProcessIdentity> asked = new HashSet<>();
        GrowingWait gracious = new GrowingWait(grace, true);
        List<ProcessIdentity> left = of(spoolRoot, task, run);
        while (!left.isEmpty() && !gracious.isOver()) {
            left.stream().filter(asked::add).forEach(process -> {
                Signal.TERM.send(process, proc, Level.DEBUG);
                Signal.CONT.send(process, proc, Level.DEBUG);
            });
            cgroups.thaw();
            gracious.pause();
            left = of(spoolRoot, task, run);
        }
        GrowingWait wait = new GrowingWait(KERNEL_LIMIT, false);
        while (!left.isEmpty() && !wait.isOver()) {
            cgroups.kill();
            left.forEach(process -> Signal.KILL.send(process, proc, Level.DEBUG));
            wait.pause();
            left = of(spoolRoot, task, run);
        }
        cgroups.remove();
        gracious.restoreInterrupt();
        wait.restoreInterrupt();
        return left;
    }

    /** The processes whose working directory is this one or below it: whoever is in there works there. */
    public List<Occupant> in(Path directory) {
        Path real = real(directory);
        return proc.others().stream()
                .filter(stat -> proc.workingDirectory(stat.pid())
                        .filter(place -> place.startsWith(real))
                        .isPresent())
                .map(stat -> new Occupant(stat.pid(), proc.name(stat.pid())))
                .toList();
    }

    private static Path real(Path directory) {
        try {
            return directory.toRealPath();
        } catch (IOException e) {
            // Gone: nobody is in there.
            return directory.toAbsolutePath().normalize();
        }
    }

    private static RunCgroups cgroups(Path spoolRoot, TaskId task, RunId run) {
        RunSpool spool = RunSpool.seen(spoolRoot, task, run);
        return Files.isDirectory(spool.directory()) ? spool.cgroups() : new RunCgroups(List.of());
    }

    private static Optional<RunId> runId(String cookie) {
        try {
            return Optional.of(RunId.of(cookie));
        } catch (MakimaException e) {
            // Somebody else's variable of that name.
            return Optional.empty();
        }
    }
}
