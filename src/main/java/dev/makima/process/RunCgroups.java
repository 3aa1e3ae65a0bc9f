package dev.makima.process;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The cgroups of a run's launches that are there now; none where the daemon may not make any. */
record RunCgroups(List<Cgroup> cgroups) {
    /** Those of the run. */
    static RunCgroups of(RunSpool spool) {
        List<Cgroup> found = new ArrayList<>();
        for (int number = spool.lastLaunch(); number > 0; number--) {
            LaunchDirectory.of(spool.directory(), number)
                    .cgroup(spool.run())
                    .filter(Cgroup::exists)
                    .ifPresent(found::add);
        }
        return new RunCgroups(List.copyOf(found));
    }

    /** Everything in them, by number. */
    Set<Long> members() {
        Set<Long> found = new HashSet<>();
        cgroups.forEach(cgroup -> found.addAll(cgroup.members()));
        return found;
    }

    /** Kills everything in them. */
    void kill() {
        cgroups.forEach(Cgroup::kill);
    }

    /** Begins to stop everything in them; those that the kernel took it for. */
    RunCgroups freeze() {
        return new RunCgroups(cgroups.stream().filter(Cgroup::freeze).toList());
    }

    /** Lets everything in them go on. */
    void thaw() {
        cgroups.forEach(Cgroup::thaw);
    }

    /** Whether each that is still there stands still. */
    boolean areFrozen() {
        return cgroups.stream().allMatch(cgroup -> !cgroup.exists() || cgroup.isFrozen());
    }

    /** Whether one stands still. */
    boolean isAnyFrozen() {
        return cgroups.stream().anyMatch(Cgroup::isFrozen);
    }

    /** Removes those that are empty. */
    void remove() {
        cgroups.forEach(Cgroup::remove);
    }
}
