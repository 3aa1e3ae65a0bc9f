package dev.makima.daemon.run;

import dev.makima.base.TaskId;
import dev.makima.config.DaemonConfig.ProcessSettings;
import dev.makima.protocol.SpawnTask;
import java.util.Collection;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides whether a task may start now. Pure: the tasks that are active are handed in. */
final class Admission {
    /** The code of a refusal for the limit over all tasks; costs the task no retry. */
    static final String CONCURRENCY_LIMIT = "CONCURRENCY_LIMIT";

    /** The code of a refusal for the limit of one contract; costs the task no retry. */
    static final String CONTRACT_CONCURRENCY_LIMIT = "CONTRACT_CONCURRENCY_LIMIT";

    private final int overAll;
    private final int perContract;

    Admission(ProcessSettings settings) {
        this.overAll = settings.maxConcurrentTasks();
        this.perContract = settings.maxTasksPerContract();
    }

    /**
     * Why a task is not admitted.
     *
     * @param code for the server
     * @param message for people
     */
    record Refusal(@Nullable String code, String message) {}

    /** The reason against it, or nothing. Whether its id is active is not asked here: that answer is another one. */
    Optional<Refusal> refuse(SpawnTask spawn, Collection<SpawnTask> active) {
        Optional<String> missing = notBuilt(spawn);
        if (missing.isPresent()) {
            return Optional.of(new Refusal(null, missing.get() + " is not in this version yet"));
        }
        if (active.size() >= overAll) {
            return Optional.of(new Refusal(
                    CONCURRENCY_LIMIT,
                    active.size() + " of " + overAll + " tasks are running (process.maxConcurrentTasks)"));
        }
        Object group = group(spawn);
        long inGroup = active.stream().filter(task -> group.equals(group(task))).count();
        if (inGroup >= perContract) {
            return Optional.of(new Refusal(
                    CONTRACT_CONCURRENCY_LIMIT,
                    inGroup + " of " + perContract
                            + " tasks of this contract are running (process.maxTasksPerContract)"));
        }
        return Optional.empty();
    }

    /** A contract's tasks are one group, a task without a contract is its own. */
    private static Object group(SpawnTask spawn) {
        TaskId own = spawn.taskId();
        return Objects.requireNonNullElse((Object) spawn.contractId(), own);
    }

    private static Optional<String> notBuilt(SpawnTask spawn) {
        record Feature(boolean asked, String name) {}
        return java.util.stream.Stream.of(
                        new Feature(spawn.isOrchestrator(), "an orchestrator (isOrchestrator)"),
                        new Feature(spawn.isSupervisor(), "a supervisor (isSupervisor)"),
                        new Feature(spawn.autonomousLoop(), "the autonomous loop (autonomousLoop)"),
                        new Feature(spawn.contractId() != null, "a contract's task (contractId)"),
                        new Feature(spawn.directiveId() != null, "a directive's task (directiveId)"),
                        new Feature(
                                spawn.agent() != null && !"claude".equals(spawn.agent()), "the agent " + spawn.agent()))
                .filter(Feature::asked)
                .map(Feature::name)
                .findFirst();
    }
}
