package dev.makima.daemon.task;

import dev.makima.base.RunId;
import dev.makima.daemon.lease.Leases;
import dev.makima.daemon.run.Control;
import dev.makima.daemon.run.Run;
import dev.makima.daemon.run.RunServices;
import dev.makima.daemon.store.TaskRecord;
import dev.makima.protocol.SpawnRefused;
import dev.makima.protocol.SpawnTask;
import dev.makima.protocol.TaskState;
import dev.makima.protocol.TaskStatusChange;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What becomes of a task that is handed over under a lease. Used on the task runner's context. */
final class Renewed {
    /** Of a server that says by which hand-over a task comes, but not for how long. */
    private static final Duration USUAL_LEASE = Duration.ofMinutes(2);

    private final RunServices services;

    Renewed(RunServices services) {
        this.services = services;
    }

    /** Counts the lease that came with the task, if one did. */
    static void grant(Leases leases, SpawnTask spawn, RunId runId) {
        @Nullable Long fence = spawn.fence();
        @Nullable Long seconds = spawn.leaseSecs();
        if (fence != null && fence > 0) {
            leases.grant(spawn.taskId(), runId, fence, seconds == null ? USUAL_LEASE : Duration.ofSeconds(seconds));
        }
    }

    /**
     * The task is active here. By a later hand-over its run goes on, which stands for that one from here on; else the
     * spawn is refused.
     */
    void again(SpawnTask spawn, long fence, Run running) {
        TaskRecord task = running.record();
        if (fence <= task.fence()) {
            services.passing()
                    .accept(new SpawnRefused(
                            task.taskId(),
                            fence,
                            SpawnRefused.ACTIVE,
                            "it is " + task.state().wire() + " on this daemon",
                            spawn.requestId()));
            return;
        }
        running.handedOver(fence);
        TaskState state = running.told();
        grant(services.leases(), spawn, task.runId());
        services.passing()
                .accept(TaskStatusChange.of(task.taskId(), state, state).withFence(fence));
        running.tell(new Control.Say("The task was handed over to this daemon again: it goes on."));
    }
}
