package dev.makima.daemon.task;

import dev.makima.daemon.bus.RunOutput;
import dev.makima.daemon.run.RunServices;
import dev.makima.daemon.store.StoreRequest;
import dev.makima.process.RunSpool;
import java.util.Optional;

/**
 * Whether the output of runs that the server does not have to their end takes all that spools may take. It is never
 * deleted, so a server that takes none of it is given no further tasks, which would only add to it. Blocking.
 */
final class SpoolQuota {
    private final RunServices services;

    SpoolQuota(RunServices services) {
        this.services = services;
    }

    /** The reason against a new task, or nothing. */
    Optional<Refusal> refuse() throws InterruptedException {
        long quota = services.config().spool().quotaBytes();
        long waiting = 0;
        for (RunOutput run : services.store().await(new StoreRequest.OpenRuns())) {
            waiting += RunSpool.size(services.spoolRoot(), run.taskId(), run.runId());
        }
        return waiting <= quota
                ? Optional.empty()
                : Optional.of(Refusal.noRoom(
                        "output that the server has not confirmed to its end takes " + waiting + " bytes in "
                                + services.spoolRoot() + ", and spools may take " + quota
                                + " (spool.quotaBytes). See to it that the server takes it, or allow more"));
    }
}
