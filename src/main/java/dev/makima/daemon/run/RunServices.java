package dev.makima.daemon.run;

import dev.makima.config.DaemonConfig;
import dev.makima.daemon.agent.Agents;
import dev.makima.daemon.agent.TaskLogins;
import dev.makima.daemon.bus.RunOutput;
import dev.makima.daemon.checkpoint.CheckpointMaker;
import dev.makima.daemon.completion.TaskCompletion;
import dev.makima.daemon.lease.Leases;
import dev.makima.daemon.place.Workplaces;
import dev.makima.daemon.store.StoreClient;
import dev.makima.git.GitTools;
import dev.makima.process.Launch;
import dev.makima.process.RunSpool;
import dev.makima.process.Tailer;
import dev.makima.protocol.DaemonFrame;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * What every run works with.
 *
 * @param secrets takes values by name that no output may show; any thread
 * @param masked a text without such values, for what is cut before it goes out: a part of one is not found later
 * @param checkpoints makes checkpoints of tasks
 * @param leases what the runs may do
 * @param logins the daemon's one login that tasks wait for
 * @param spoolRoot where the runs' spools are
 * @param passing sends a frame that is worth sending only now; any thread
 * @param opened says that a run's output is to be sent from now on; any thread
 * @param ids makes ids
 */
public record RunServices(
        DaemonConfig config,
        RunTimers timers,
        Consumer<Map<String, String>> secrets,
        UnaryOperator<String> masked,
        StoreClient store,
        GitTools git,
        CheckpointMaker checkpoints,
        Leases leases,
        Workplaces workplaces,
        Agents agents,
        TaskLogins logins,
        TaskCompletion completion,
        Tailer tailer,
        Path spoolRoot,
        Consumer<DaemonFrame> passing,
        Consumer<RunOutput> opened,
        Clock clock,
        Supplier<UUID> ids) {
    /**
     * Ends what the run's last agent left, if it had one. Blocks.
     *
     * @throws dev.makima.base.MakimaException where a process cannot be looked at
     */
    void endLastAgent(RunSpool spool) {
        if (spool.lastLaunch() > 0) {
            Launch.attach(spool, spool.lastLaunch()).processes().terminate(timers.sweepGrace());
        }
    }
}
