package dev.makima.daemon.agent;

import dev.makima.agent.AgentEnvironment;
import dev.makima.agent.AgentInput;
import dev.makima.agent.AgentVersion;
import dev.makima.agent.ClaudeCommand;
import dev.makima.agent.ClaudeOptions;
import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.Secret;
import dev.makima.base.StreamName;
import dev.makima.config.DaemonConfig.ProcessSettings;
import dev.makima.daemon.store.RunProgress;
import dev.makima.daemon.store.SavedTask;
import dev.makima.daemon.store.StoreRequest;
import dev.makima.daemon.store.TaskRecord;
import dev.makima.process.Launch;
import dev.makima.process.LaunchSpec;
import dev.makima.process.RunSpool;
import dev.makima.process.WatchTime;
import dev.makima.protocol.SpawnTask;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;

/** The second part of a run: an agent in its place to work. Used by the run's thread alone. */
final class AgentStart {
    private static final int LONG_PLAN_TOKENS = 50_000;

    private final AgentServices services;
    private final SavedTask saved;
    private final RunSpool spool;
    private final Optional<BigDecimal> money;
    private final Optional<WatchTime> watch;

    /**
     * @param money what the agent may cost, in USD
     * @param watch how long it may work while no daemon says more, where it has a lease
     */
    AgentStart(
            AgentServices services,
            SavedTask saved,
            RunSpool spool,
            Optional<BigDecimal> money,
            Optional<WatchTime> watch) {
        this.services = services;
        this.saved = saved;
        this.spool = spool;
        this.money = money;
        this.watch = watch;
    }

    /** See {@link Agents#first}. */
    Launch first() throws InterruptedException {
        warnOfLongPlan(saved.record().spawn().plan());
        return start(has -> Opening.of(
                saved.record().spawn(), Optional.ofNullable(saved.record().sessionId()), has, services.ids()));
    }

    /** See {@link Agents#again}. */
    Launch again(String message) throws InterruptedException {
        TaskRecord task = saved.record();
        UUID session = Objects.requireNonNull(task.sessionId(), "a run with a launch has a conversation");
        return start(has -> Opening.again(task.spawn(), session, task.progress().answered(), has, message));
    }

    private Launch start(Function<Predicate<UUID>, Opening> choice) throws InterruptedException {
        Path executable = services.probe().executable();
        AgentVersion version = services.probe().version(executable);
        spool.appendDaemonLine("Agent " + executable + ", version " + version + ".");
        AgentRole role = AgentRole.of(saved.record().spawn());
        Map<String, String> environment = environment(saved.record(), role);
        Opening opening = choice.apply(new Conversations(environment)::has);
        if (opening.said() != null) {
            spool.appendDaemonLine(opening.said());
        }
        UUID messageId = services.ids().get();
        String message = AgentInput.userMessage(role.opened(opening, version), messageId);
        services.store().await(new StoreRequest.NoteMessage(saved.record().runId(), messageId, message));
        spool.endTornLines();
        RunProgress progress =
                saved.record().progress().launched(startOfTime(), spool.length(StreamName.STDOUT), opening.resume());
        saved.update(task -> task.withLaunch(opening.session(), progress));
        TaskRecord task = saved.record();
        Launch launch = Launch.start(
                spool,
                task.launches(),
                new LaunchSpec(
                        command(task.spawn(), opening, executable, version, role.save(spool.directory())),
                        Objects.requireNonNull(task.directory(), "a launch has a directory"),
                        environment),
                watch);
        try {
            launch.send(message);
        } catch (MakimaException e) {
            if (e.code() != ErrorCode.CONFLICT) {
                throw e;
            }
            // It ended before it read a word: how it ended tells people more than that it could not be told the plan.
        }
        return launch;
    }

    /** A supervisor lives on for days: its time limit is for each stretch of work, a run's for all of it. */
    private Instant startOfTime() {
        Instant now = services.clock().instant();
        TaskRecord task = saved.record();
        return task.spawn().isSupervisor()
                ? now
                : Objects.requireNonNullElse(task.progress().startedAt(), now);
    }

    private List<String> command(
            SpawnTask spawn, Opening opening, Path executable, AgentVersion version, Path systemPrompt) {
        ProcessSettings settings = services.config().process();
        ClaudeOptions options = new ClaudeOptions(
                executable.toString(),
                settings.claudePreArgs(),
                settings.claudeArgs(),
                opening.session(),
                opening.resume(),
                !settings.enablePermissions(),
                !settings.disableVerbose(),
                Optional.of(systemPrompt),
                version,
                Optional.ofNullable(spawn.model()),
                money);
        return ClaudeCommand.build(options);
    }

    private Map<String, String> environment(TaskRecord task, AgentRole role) throws InterruptedException {
        ProcessSettings settings = services.config().process();
        Map<String, String> own =
                new LinkedHashMap<>(Objects.requireNonNullElse(task.spawn().env(), Map.of()));
        if (role.callsMakima()) {
            // Known to the server before the agent can use it: the event is on disk before the process exists.
            Secret key = services.keys().take(task.taskId(), task.runId());
            own.putAll(role.connection(services.config().api().url(), key));
        }
        Map<String, String> environment = AgentEnvironment.build(
                services.environment(),
                settings.envPass(),
                revealed(settings.envVars()),
                own,
                "root".equals(System.getProperty("user.name")));
        if (role.callsMakima()) {
            MakimaCommand.in(services.config().home()).putFirst(environment);
            role.habits().forEach(environment::putIfAbsent);
        }
        return environment;
    }

    private void warnOfLongPlan(String plan) {
        int tokens = plan.length() / 4;
        if (tokens > LONG_PLAN_TOKENS) {
            spool.appendDaemonLine(
                    "The plan has about " + tokens + " tokens: much of the agent's context is used before it begins.");
        }
    }

    static Map<String, String> revealed(Map<String, Secret> secrets) {
        Map<String, String> plain = new LinkedHashMap<>();
        secrets.forEach((name, value) -> plain.put(name, value.reveal()));
        return plain;
    }
}
