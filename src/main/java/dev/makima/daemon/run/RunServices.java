package dev.makima.daemon.run;

import dev.makima.base.UserHome;
import dev.makima.config.DaemonConfig;
import dev.makima.daemon.bus.RunOutput;
import dev.makima.daemon.checkpoint.CheckpointMaker;
import dev.makima.daemon.lease.Leases;
import dev.makima.daemon.store.StoreClient;
import dev.makima.git.GitTools;
import dev.makima.process.Tailer;
import dev.makima.protocol.DaemonFrame;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What every run works with.
 *
 * @param environment the daemon's own environment, of which agents get the allowed part
 * @param secrets takes values by name that no output may show; any thread
 * @param toolKeys the keys that agents have for the server
 * @param checkpoints makes checkpoints of tasks
 * @param leases what the runs may do
 * @param spoolRoot where the runs' spools are
 * @param passing sends a frame that is worth sending only now; any thread
 * @param opened says that a run's output is to be sent from now on; any thread
 * @param home expands ~ in paths of tasks
 * @param ids makes ids
 */
record RunServices(
        DaemonConfig config,
        RunTimers timers,
        Consumer<Map<String, String>> secrets,
        Map<String, String> environment,
        StoreClient store,
        ToolKeys toolKeys,
        GitTools git,
        CheckpointMaker checkpoints,
        Leases leases,
        TemporaryPlaces temporary,
        AgentProbe agents,
        Tailer tailer,
        Path spoolRoot,
        Consumer<DaemonFrame> passing,
        Consumer<RunOutput> opened,
        UserHome home,
        Clock clock,
        Supplier<UUID> ids) {}
