package dev.makima.process;

import dev.makima.base.RunId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The cgroups of a run's launches that are there now; none where the daemon may not make any. */
record RunCgroups(List<Cgroup> cgroups) {
    /**
     * Those of the run.
     *
     * @param directory its spool
     * @param launches how many it had
     */
    static RunCgroups of(Path directory, RunId run, int launches) {
        List<Cgroup> found = new ArrayList<>();
        for (int number = launches; number > 0; number--) {
            LaunchDirectory.of(directory, number)
                    .cgroup(run)
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
