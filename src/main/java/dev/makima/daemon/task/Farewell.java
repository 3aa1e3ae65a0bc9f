package dev.makima.daemon.task;

import dev.makima.base.TaskId;
import java.util.List;
import java.util.stream.Collectors;

/** The last word of a daemon that ends: what becomes of its tasks, for people who read its log. Stateless. */
final class Farewell {
    private static final int NAMED = 20;

    private Farewell() {}

    /**
     * One line.
     *
     * @param tasks those that are not over
     * @param stops whether their agents are stopped with the daemon
     * @param leased whether some of them have a lease
     */
    static String of(List<TaskId> tasks, boolean stops, boolean leased) {
        if (tasks.isEmpty()) {
            return "this daemon ends, and has no task";
        }
        String count = tasks.size() == 1 ? "1 task" : tasks.size() + " tasks";
        String named = tasks.stream().limit(NAMED).map(TaskId::toString).collect(Collectors.joining(", "))
                + (tasks.size() > NAMED ? ", ..." : "");
        return stops
                ? "this daemon ends, and stops its " + count + " (shutdown.agents): " + named
                : "this daemon ends; " + count + (tasks.size() == 1 ? " goes" : " go") + " on without it"
                        + (leased ? " while the lease lasts, no longer: " : ": ") + named
                        + ". The next daemon of this home takes them up: makima daemon";
    }
}
