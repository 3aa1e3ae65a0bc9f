package dev.makima.daemon.task;

import dev.makima.base.UserHome;
import dev.makima.config.DaemonConfig;
import dev.makima.daemon.agent.AgentLogin;
import dev.makima.daemon.agent.Agents;
import dev.makima.daemon.agent.TaskLogins;
import dev.makima.daemon.bus.Addresses;
import dev.makima.daemon.bus.PassingFrame;
import dev.makima.daemon.checkpoint.CheckpointMaker;
import dev.makima.daemon.completion.TaskCompletion;
import dev.makima.daemon.lease.Leases;
import dev.makima.daemon.place.Workplaces;
import dev.makima.daemon.run.RunServices;
import dev.makima.daemon.run.RunTimers;
import dev.makima.daemon.store.StoreClient;
import dev.makima.git.GitTools;
import dev.makima.process.Tailer;
import dev.makima.protocol.DaemonFrame;
import io.vertx.core.eventbus.EventBus;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

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
 * @param masked a text without such values
 * @param login logs the agent in anew, the daemon's one
 * @param hostname of this machine, for people
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
        UnaryOperator<String> masked,
        AgentLogin login,
        String hostname,
        Clock clock,
        Supplier<UUID> ids) {

    RunServices services(EventBus bus) {
        StoreClient store = new StoreClient(bus);
        Consumer<DaemonFrame> passing = frame -> Addresses.PASSING_FRAME.send(bus, new PassingFrame(frame));
        return new RunServices(
                config,
                timers,
                secrets,
                masked,
                store,
                git,
                checkpoints,
                leases,
                new Workplaces(config, environment, store, git, clock),
                new Agents(config, environment, store, secrets, clock, ids),
                new TaskLogins(login, hostname, store, passing),
                new TaskCompletion(config, git, home, leases),
                tailer,
                config.home().resolve("spool"),
                passing,
                opened -> Addresses.RUN_OPENED.send(bus, opened),
                clock,
                ids);
    }
}
