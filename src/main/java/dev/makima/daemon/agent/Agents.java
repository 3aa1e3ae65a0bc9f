package dev.makima.daemon.agent;

import dev.makima.agent.AgentEnvironment;
import dev.makima.config.DaemonConfig;
import dev.makima.daemon.store.SavedTask;
import dev.makima.daemon.store.StoreClient;
import dev.makima.process.Launch;
import dev.makima.process.RunSpool;
import dev.makima.process.WatchTime;
import io.vertx.core.Future;
import java.math.BigDecimal;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The agents that this daemon starts. Thread-safe; starting blocks. */
public final class Agents {
    private static final Set<String> UNSET = Set.of("", "0", "false");

    private static final List<String> KEYS = List.of(
            "CLAUDE_CODE_USE_BEDROCK",
            "CLAUDE_CODE_USE_VERTEX",
            "ANTHROPIC_AUTH_TOKEN",
            "ANTHROPIC_API_KEY",
            "CLAUDE_CODE_OAUTH_TOKEN");

    private final AgentServices services;

    /**
     * The agents of one daemon.
     *
     * @param environment the daemon's own, of which agents get the allowed part
     * @param secrets takes values by name that no output may show; any thread
     * @param ids makes ids
     */
    public Agents(
            DaemonConfig config,
            Map<String, String> environment,
            StoreClient store,
            Consumer<Map<String, String>> secrets,
            Clock clock,
            Supplier<UUID> ids) {
        // The agent's --version sees what the agent sees, and so not the daemon's own key.
        Map<String, String> asked =
                AgentEnvironment.build(environment, config.process().envPass(), Map.of(), Map.of(), false);
        this.services = new AgentServices(
                config,
                environment,
                store,
                new AgentProbe(config.process().claudeCommand(), environment, asked),
                new ToolKeys(store, secrets, new SecureRandom()),
                clock,
                ids);
    }

    /**
     * Starts the first agent process of a run with the plan as its first message. The row says which launch it is before
     * the process exists, so that a crash in between is found.
     *
     * @param money what it may cost, in USD
     * @param watch how long it may work while no daemon says more, where it has a lease
     * @throws dev.makima.base.MakimaException where there is no such agent
     */
    public Launch first(SavedTask task, RunSpool spool, Optional<BigDecimal> money, Optional<WatchTime> watch)
            throws InterruptedException {
        return new AgentStart(services, task, spool, money, watch).first();
    }

    /**
     * Starts another agent process of the run, which goes on with the conversation of the last.
     *
     * @param money what it may cost, in USD
     * @param watch how long it may work while no daemon says more, where it has a lease
     * @param message its first
     * @throws dev.makima.base.MakimaException where there is no such agent any more
     */
    public Launch again(
            SavedTask task, RunSpool spool, Optional<BigDecimal> money, Optional<WatchTime> watch, String message)
            throws InterruptedException {
        return new AgentStart(services, task, spool, money, watch).again(message);
    }

    /**
     * The variable by which the task's agent is given what it shows to its model; empty where it uses its own login. A
     * login replaces none of them: the agent prefers what it is given.
     */
    public Optional<String> givenKey(SavedTask task) {
        Map<String, String> environment = AgentEnvironment.build(
                services.environment(),
                services.config().process().envPass(),
                AgentStart.revealed(services.config().process().envVars()),
                Objects.requireNonNullElse(task.record().spawn().env(), Map.of()),
                false);
        return KEYS.stream()
                .filter(name ->
                        !UNSET.contains(environment.getOrDefault(name, "").strip()))
                .findFirst();
    }

    /** After a start: what earlier daemons' agents were given is in output that may still have to be sent. */
    public Future<?> hideKeys() {
        return services.keys().hideAll();
    }
}
