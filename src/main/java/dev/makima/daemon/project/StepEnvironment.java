package dev.makima.daemon.project;

import dev.makima.agent.AgentEnvironment;
import dev.makima.config.DaemonConfig.ProcessSettings;
import dev.makima.git.Worktree;
import dev.makima.process.LaunchSpec;
import dev.makima.protocol.SpawnTask;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What commands of a project file find in their environment: what the task's agent finds, never the daemon's own key or a
 * task's key for the server, and where they are. Pure.
 */
final class StepEnvironment {
    private final ProcessSettings settings;
    private final Map<String, String> inherited;

    StepEnvironment(ProcessSettings settings, Map<String, String> inherited) {
        this.settings = settings;
        this.inherited = Map.copyOf(inherited);
    }

    Map<String, String> of(SpawnTask spawn, Worktree worktree, Optional<Path> source) {
        Map<String, String> configured = new HashMap<>();
        settings.envVars().forEach((name, value) -> configured.put(name, value.reveal()));
        Map<String, String> environment = new HashMap<>(AgentEnvironment.build(
                inherited,
                settings.envPass(),
                configured,
                spawn.env() == null ? Map.of() : spawn.env(),
                "root".equals(System.getProperty("user.name"))));
        environment.remove("MAKIMA_API_KEY");
        environment.put("MAKIMA_TASK_ID", spawn.taskId().toString());
        environment.put("MAKIMA_WORKTREE", worktree.path().toString());
        source.ifPresent(path -> environment.put("MAKIMA_SOURCE", path.toString()));
        environment.keySet().removeIf(name -> !LaunchSpec.isEnvironmentName(name));
        return environment;
    }
}
