package dev.makima.process;

import dev.makima.process.ProcFs.Stat;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Everything that belongs to a run, found by a walk over {@code /proc}: the agent's group and session, all descendants,
 * and whoever has the run's cookie in its environment; and, where the run has a cgroup, everything in that, which then is
 * stopped and killed as a whole. Without a cgroup, what re-parented <em>and</em> cleared its environment escapes. Holder,
 * feeder and watch are not among them: they see to the end by themselves.
 *
 * <p>Thread-safe; the methods block for as long as they say, so never on an event loop.
 */
public final class AgentProcesses {
    /** How long a process may take to vanish after SIGKILL, or to stop after SIGSTOP. More means the kernel holds it. */
    private static final Duration KERNEL_LIMIT = Duration.ofSeconds(5);

    private final Launch launch;
    private final ProcFs proc;

    AgentProcesses(Launch launch, ProcFs proc) {
        this.launch = launch;
        this.proc = proc;
    }

    /**
     * Signals the agent's group: the agent and what it started without a session of its own.
     *
     * @return false where the agent is not there (any more)
     */
    public boolean signalAgent(Signal signal) {
        Optional<ProcessIdentity> agent = launch.identity().filter(proc::isAlive);
        return agent.isPresent() && Posix.killGroup(agent.get().pid(), signal);
    }

    /** Who is there now, the agent first. */
    public List<ProcessIdentity> all() {
        return find(false).stream().map(proc::identity).toList();
    }

    /**
     * Ends all of it: SIGTERM to each (and SIGCONT, since a stopped process hears nothing else), then, after the grace
     * time or when the thread is interrupted, SIGKILL to what is left and what came since, until none is.
     *
     * @param grace zero for SIGKILL at once
     * @return what is left all the same: processes that the kernel does not let go within 5 s, or not ours to signal
     */
    public List<ProcessIdentity> terminate(Duration grace) {
        Set<ProcessIdentity> asked = new HashSet<>();
        RunCgroups cgroups = launch.spool().cgroups();
        GrowingWait gracious = new GrowingWait(grace, true);
        boolean gone = false;
        while (!gone && !gracious.isOver()) {
            // Asked first: an agent that appears between the two looks must not be missed by both. And two looks for
            // the reason that settle has.
            boolean starting = isStarting();
            List<ProcessIdentity> living = all();
            gone = living.isEmpty() && !starting && all().isEmpty();
            living.stream().filter(asked::add).forEach(process -> {
                Signal.TERM.send(process, proc, Level.WARNING);
                Signal.CONT.send(process, proc, Level.WARNING);
            });
            if (!gone) {
                // After the signal, so that nothing runs on before it hears it.
                cgroups.thaw();
                gracious.pause();
            }
        }
        List<ProcessIdentity> left = gone ? List.of() : kill(cgroups);
        if (left.isEmpty()) {
            cgroups.remove();
        }
        gracious.restoreInterrupt();
        return left;
    }

    /**
     * Stops all of it, tools in sessions of their own too, until each stands still.
     *
     * @return whether there was something and all that is left of it stands still now
     */
    public boolean pause() {
        RunCgroups frozen = launch.spool().cgroups().freeze();
        // A parent in the middle of a vfork is in state D until its child, stopped before, goes on: the stop waits for
        // it at the door to its own code, so it stands still as well.
        return settle(
                Signal.STOP,
                false,
                (stat, told) -> stat.state() != 'T' && stat.state() != 't' && !(told && stat.state() == 'D'),
                frozen::members,
                frozen::areFrozen);
    }

    /** Whether the agent stands still, which is the first to do so when all of it is stopped. A short look. */
    public boolean isAgentStopped() {
        return launch.spool().cgroups().isAnyFrozen()
                || launch.identity()
                        .filter(proc::isAlive)
                        .flatMap(agent -> proc.stat(agent.pid()))
                        .filter(stat -> stat.state() == 'T')
                        .isPresent();
    }

    /**
     * Lets all of it go on.
     *
     * @return whether there was something and none of it stands still now, ended as it may have
     */
    public boolean resume() {
        // All of them first: it takes back a stop that a process has not come to yet.
        List<Stat> stopped = find(false);
        stopped.forEach(stat -> Signal.CONT.send(proc.identity(stat), proc, Level.WARNING));
        RunCgroups cgroups = launch.spool().cgroups();
        cgroups.thaw();
        return settle(
                Signal.CONT,
                !stopped.isEmpty(),
                (stat, _) -> stat.state() == 'T',
                Set::of,
                () -> !cgroups.isAnyFrozen());
    }

    /** The living processes with the run's cookie, holders and feeders of its launches included. */
    List<Stat> carriers() {
        return proc.others().stream().filter(this::carriesCookie).toList();
    }

    private List<ProcessIdentity> kill(RunCgroups cgroups) {
        GrowingWait wait = new GrowingWait(KERNEL_LIMIT, false);
        while (true) {
            // A holder that has not got as far as an agent goes as well. What was forked a moment ago still has our own
            // environment, without the cookie, so finding nothing proves nothing while the launch is starting.
            boolean starting = isStarting();
            List<ProcessIdentity> living =
                    find(starting).stream().map(proc::identity).toList();
            boolean gone = living.isEmpty() && !starting && find(false).isEmpty();
            if (gone || wait.isOver()) {
                wait.restoreInterrupt();
                return living;
            }
            cgroups.kill();
            living.forEach(process -> Signal.KILL.send(process, proc, Level.WARNING));
            wait.pause();
        }
    }

    /**
     * Signals until nothing is wrong any more, in two looks one after the other: when the numbers of processes begin
     * anew, a look can be past the number of a child that its parent forks last before it is stopped.
     *
     * @param found whether there was something, before the first look
     * @param wrong of a process, and whether it has been signalled before
     * @param spared those that are seen to by other means, by number
     * @param done whether the other means have done
     */
    private boolean settle(
            Signal signal,
            boolean found,
            BiPredicate<Stat, Boolean> wrong,
            Supplier<Set<Long>> spared,
            BooleanSupplier done) {
        GrowingWait wait = new GrowingWait(KERNEL_LIMIT, false);
        Set<ProcessIdentity> told = new HashSet<>();
        boolean any = found;
        boolean settled = false;
        while (true) {
            List<Stat> living = find(false);
            any |= !living.isEmpty();
            Set<Long> others = spared.get();
            List<Stat> toDo = living.stream()
                    .filter(stat -> !others.contains(stat.pid()))
                    .filter(stat -> wrong.test(stat, told.contains(proc.identity(stat))))
                    .toList();
            boolean calm = toDo.isEmpty() && done.getAsBoolean();
            if ((calm && settled) || wait.isOver()) {
                wait.restoreInterrupt();
                return any && calm && settled;
            }
            settled = calm;
            toDo.forEach(stat -> {
                signal.send(proc.identity(stat), proc, Level.WARNING);
                told.add(proc.identity(stat));
            });
            wait.pause();
        }
    }

    private boolean isStarting() {
        return launch.state() instanceof LaunchState.Starting;
    }

    private List<Stat> find(boolean withHolders) {
        List<Stat> candidates = proc.others();
        Set<Long> holders = withHolders ? Set.of() : holderSessions();
        Set<Long> contained = launch.spool().cgroups().members();
        Map<Long, Stat> found = new LinkedHashMap<>();
        // A dead agent's number may lead another group by now, so that group counts only while the agent lives.
        Optional<ProcessIdentity> agent = launch.identity().filter(proc::isAlive);
        agent.ifPresent(identity -> candidates.stream()
                .filter(stat -> stat.group() == identity.pid() || stat.session() == identity.pid())
                .sorted((a, b) -> Boolean.compare(b.pid() == identity.pid(), a.pid() == identity.pid()))
                .forEach(stat -> found.put(stat.pid(), stat)));
        candidates.stream()
                .filter(stat -> contained.contains(stat.pid()))
                .forEach(stat -> found.putIfAbsent(stat.pid(), stat));
        candidates.stream()
                .filter(stat -> !found.containsKey(stat.pid()) && carriesCookie(stat))
                .filter(stat -> !holders.contains(stat.session()) && (withHolders || !isLeavingFeeder(stat)))
                .forEach(stat -> found.put(stat.pid(), stat));
        addDescendants(candidates, found);
        return List.copyOf(found.values());
    }

    private static void addDescendants(List<Stat> candidates, Map<Long, Stat> found) {
        Map<Long, List<Stat>> children = new HashMap<>();
        candidates.forEach(stat -> children.computeIfAbsent(stat.parent(), parent -> new ArrayList<>())
                .add(stat));
        List<Stat> toVisit = new ArrayList<>(found.values());
        while (!toVisit.isEmpty()) {
            Stat parent = toVisit.removeLast();
            for (Stat child : children.getOrDefault(parent.pid(), List.of())) {
                if (found.putIfAbsent(child.pid(), child) == null) {
                    toVisit.add(child);
                }
            }
        }
    }

    private boolean carriesCookie(Stat stat) {
        return proc.environmentHolds(
                stat.pid(), LaunchSpec.COOKIE, launch.spool().run().toString());
    }

    /** The sessions of the run's living holders: they and their feeders carry the cookie and are to stay. */
    private Set<Long> holderSessions() {
        Set<Long> sessions = new HashSet<>();
        launch.holder().filter(proc::isAlive).map(ProcessIdentity::pid).ifPresent(sessions::add);
        for (int number = launch.spool().lastLaunch(); number > 0; number--) {
            LaunchDirectory.of(launch.spool().directory(), number)
                    .holder()
                    .map(LaunchDirectory.Holder::holder)
                    .filter(proc::isAlive)
                    .map(ProcessIdentity::pid)
                    .ifPresent(sessions::add);
        }
        return sessions;
    }

    /** A feeder whose launch has ended was killed by its holder in that moment: nobody left it running. */
    private boolean isLeavingFeeder(Stat stat) {
        for (int number = launch.spool().lastLaunch(); number > 0; number--) {
            LaunchDirectory directory = LaunchDirectory.of(launch.spool().directory(), number);
            boolean feeds = directory
                    .holder()
                    .filter(holder -> holder.feeder().equals(proc.identity(stat)))
                    .isPresent();
            if (feeds) {
                return directory.exit().isPresent();
            }
        }
        return false;
    }
}
