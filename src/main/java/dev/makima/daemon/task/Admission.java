package dev.makima.daemon.task;

import dev.makima.base.TaskId;
import dev.makima.config.DaemonConfig.ProcessSettings;
import dev.makima.protocol.SpawnRefused;
import dev.makima.protocol.SpawnTask;
import dev.makima.protocol.WireCodes;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Decides whether a task may start now. Pure: the tasks that are active are handed in. */
final class Admission {
    private static final String AGENT = "claude";

    private final int overAll;
    private final int perContract;

    Admission(ProcessSettings settings) {
        this.overAll = settings.maxConcurrentTasks();
        this.perContract = settings.maxTasksPerContract();
    }

    /** The reason against it, or nothing. Whether its id is active is not asked here: that answer is another one. */
    Optional<Refusal> refuse(SpawnTask spawn, Collection<SpawnTask> active) {
        if (spawn.agent() != null && !AGENT.equals(spawn.agent())) {
            return Optional.of(new Refusal(
                    null,
                    null,
                    "this daemon cannot run the agent '" + spawn.agent() + "': it has '" + AGENT + "' only"));
        }
        List<SpawnTask> counted =
                active.stream().filter(task -> !waitsFor(task, spawn)).toList();
        if (counted.size() >= overAll) {
            return Optional.of(new Refusal(
                    SpawnRefused.CAPACITY,
                    WireCodes.CONCURRENCY_LIMIT,
                    counted.size() + " of " + overAll + " tasks are running (process.maxConcurrentTasks)"));
        }
        Object group = group(spawn);
        long inGroup =
                counted.stream().filter(task -> group.equals(group(task))).count();
        if (inGroup >= perContract) {
            return Optional.of(new Refusal(
                    SpawnRefused.CAPACITY,
                    WireCodes.CONTRACT_CONCURRENCY_LIMIT,
                    inGroup + " of " + perContract
                            + " tasks of this contract are running (process.maxTasksPerContract)"));
        }
        return Optional.empty();
    }

    /**
     * A supervisor takes no place from a contract's member: it waits for its own, also while its agent lives and calls
     * {@code makima supervisor wait}, and with few places all of them would wait for each other's for ever.
     */
    private static boolean waitsFor(SpawnTask task, SpawnTask spawn) {
        return task.isSupervisor() && spawn.contractId() != null && !spawn.isSupervisor();
    }

    /** A contract's tasks are one group, a task without a contract is its own. */
    private static Object group(SpawnTask spawn) {
        TaskId own = spawn.taskId();
        return Objects.requireNonNullElse((Object) spawn.contractId(), own);
    }
}
