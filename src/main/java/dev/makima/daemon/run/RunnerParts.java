package dev.makima.daemon.run;

import dev.makima.agent.AgentEnvironment;
import dev.makima.base.TaskId;
import dev.makima.base.UserHome;
import dev.makima.config.DaemonConfig;
import dev.makima.daemon.bus.Addresses;
import dev.makima.daemon.bus.PassingFrame;
import dev.makima.daemon.checkpoint.CheckpointMaker;
import dev.makima.daemon.lease.Leases;
import dev.makima.daemon.store.StoreClient;
import dev.makima.daemon.store.StoreRequest;
import dev.makima.git.GitTools;
import dev.makima.git.TempDirectories;
import dev.makima.process.Tailer;
import io.vertx.core.eventbus.EventBus;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What a task runner is made of.
 *
 * @param environment the daemon's own environment
 * @param git the process's one set of git tools
 * @param checkpoints the daemon's one maker of checkpoints
 * @param leases the daemon's one object of them
 * @param tailer the one reader of all spools
 * @param timers the waits of runs
 * @param secrets takes values by name that no output may show
 * @param ids makes ids
 */
public record RunnerParts(
        DaemonConfig config,
        Map<String, String> environment,
        UserHome home,
        GitTools git,
        CheckpointMaker checkpoints,
        Leases leases,
        Tailer tailer,
        RunTimers timers,
        Consumer<Map<String, String>> secrets,
        Clock clock,
        Supplier<UUID> ids) {

    /** The agent's {@code --version} sees what the agent sees, and so not the daemon's own key. */
    private Map<String, String> probeEnvironment() {
        return AgentEnvironment.build(environment, config.process().envPass(), Map.of(), Map.of(), false);
    }

    RunServices services(EventBus bus) {
        StoreClient store = new StoreClient(bus);
        return new RunServices(
                config,
                timers,
                secrets,
                environment,
                store,
                new ToolKeys(store, secrets, new SecureRandom()),
                git,
                checkpoints,
                leases,
                new TemporaryPlaces(
                        new TempDirectories(config.home().resolve("temp")),
                        config.temp().maxBytes(),
                        task -> isFinished(store, task),
                        clock),
                new AgentProbe(config.process().claudeCommand(), environment, probeEnvironment()),
                tailer,
                config.home().resolve("spool"),
                frame -> Addresses.PASSING_FRAME.send(bus, new PassingFrame(frame)),
                opened -> Addresses.RUN_OPENED.send(bus, opened),
                home,
                clock,
                ids);
    }

    /** Of a task that is not known nothing is known to be over either. */
    private static boolean isFinished(StoreClient store, TaskId task) {
        return store.awaitCalmly(new StoreRequest.FindTask(task))
                .filter(known -> known.state().isTerminal())
                .isPresent();
    }
}
