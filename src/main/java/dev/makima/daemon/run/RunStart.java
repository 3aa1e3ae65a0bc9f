package dev.makima.daemon.run;

import dev.makima.agent.AgentEnvironment;
import dev.makima.agent.AgentInput;
import dev.makima.agent.AgentVersion;
import dev.makima.agent.ClaudeCommand;
import dev.makima.agent.ClaudeOptions;
import dev.makima.base.Secret;
import dev.makima.config.DaemonConfig.ProcessSettings;
import dev.makima.daemon.store.StoreRequest;
import dev.makima.daemon.store.TaskRecord;
import dev.makima.git.Worktree;
import dev.makima.git.WorktreeRequest;
import dev.makima.process.Launch;
import dev.makima.process.LaunchSpec;
import dev.makima.process.RunSpool;
import dev.makima.protocol.SpawnTask;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The first half of a run: a place to work, then an agent in it. Used by the run's thread alone. */
final class RunStart {
    private static final int LONG_PLAN_TOKENS = 50_000;

    private final RunServices services;
    private final TaskMachine machine;
    private final RunSpool spool;

    RunStart(RunServices services, TaskMachine machine, RunSpool spool) {
        this.services = services;
        this.machine = machine;
        this.spool = spool;
    }

    /**
     * Makes the working directory: a worktree where the task names a repository, else a temporary directory.
     *
     * @throws dev.makima.base.MakimaException where the repository, the branch or the disk does not allow it
     */
    void prepareDirectory() throws InterruptedException {
        SpawnTask spawn = machine.record().spawn();
        @Nullable String repository = spawn.repoUrl();
        if (repository == null || repository.isBlank()) {
            Path directory = services.temporary().create(spawn.taskId());
            machine.update(task -> task.withDirectory(directory, null));
            spool.appendDaemonLine("Working in " + directory + " (the task names no repository).");
            return;
        }
        Worktree worktree = services.worktrees()
                .create(new WorktreeRequest(spawn.taskId(), spawn.taskName(), repository, spawn.baseBranch()));
        machine.update(task -> task.withDirectory(worktree.path(), worktree));
        worktree.warnings().forEach(spool::appendDaemonLine);
        spool.appendDaemonLine("Working in " + worktree.path() + " on branch " + worktree.branch() + ", from "
                + worktree.baseBranch() + " at " + shortSha(worktree.baseSha()) + ".");
    }

    /**
     * Starts the agent with the plan as its first message. The row says which launch it is before the process exists,
     * so that a crash in between is found.
     *
     * @throws dev.makima.base.MakimaException where there is no such agent
     */
    Launch launchAgent() throws InterruptedException {
        Path executable = services.agents().executable();
        AgentVersion version = services.agents().version(executable);
        spool.appendDaemonLine("Agent " + executable + ", version " + version + ".");
        warnOfLongPlan(machine.record().spawn().plan());

        machine.update(task -> task.withLaunch(services.ids().get()));
        TaskRecord task = machine.record();
        UUID messageId = services.ids().get();
        String plan = AgentInput.userMessage(task.spawn().plan(), messageId);
        services.store().await(new StoreRequest.NoteMessage(task.runId(), messageId, plan));
        Launch launch = spool.start(task.launches(), launchSpec(task, executable, version));
        launch.send(plan);
        return launch;
    }

    private LaunchSpec launchSpec(TaskRecord task, Path executable, AgentVersion version) {
        ProcessSettings settings = services.config().process();
        SpawnTask spawn = task.spawn();
        ClaudeOptions options = new ClaudeOptions(
                executable.toString(),
                settings.claudePreArgs(),
                settings.claudeArgs(),
                java.util.Objects.requireNonNull(task.sessionId()),
                false,
                !settings.enablePermissions(),
                !settings.disableVerbose(),
                Optional.empty(),
                version,
                Optional.ofNullable(spawn.model()),
                Optional.ofNullable(spawn.maxCostUsd()));
        return new LaunchSpec(
                ClaudeCommand.build(options),
                java.util.Objects.requireNonNull(task.directory()),
                AgentEnvironment.build(
                        services.environment(),
                        settings.envPass(),
                        revealed(settings.envVars()),
                        spawn.env() == null ? Map.of() : spawn.env(),
                        "root".equals(System.getProperty("user.name"))));
    }

    private void warnOfLongPlan(String plan) {
        int tokens = plan.length() / 4;
        if (tokens > LONG_PLAN_TOKENS) {
            spool.appendDaemonLine(
                    "The plan has about " + tokens + " tokens: much of the agent's context is used before it begins.");
        }
    }

    private static Map<String, String> revealed(Map<String, Secret> secrets) {
        Map<String, String> plain = new LinkedHashMap<>();
        secrets.forEach((name, value) -> plain.put(name, value.reveal()));
        return plain;
    }

    private static String shortSha(String sha) {
        return sha.length() > 10 ? sha.substring(0, 10) : sha;
    }
}
