package dev.makima.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StrayAgentsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path temp;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void end() {
        started.forEach(Process::destroyForcibly);
    }

    private Process start(Path home, boolean ofARun) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("sleep", "600");
        builder.environment().put("HOME", home.toString());
        builder.environment().remove("MAKIMA_RUN");
        if (ofARun) {
            builder.environment().put("MAKIMA_RUN", "a-run");
        }
        Process process = builder.start();
        started.add(process);
        return process;
    }

    @Test
    void onlyWhatBelongsToARunInThatDirectoryIsEnded() throws Exception {
        Path ours = Files.createDirectories(temp.resolve("ours/home"));
        Process agent = start(ours, true);
        Process noAgent = start(ours, false);
        Process neighbour = start(Files.createDirectories(temp.resolve("ours-too")), true);
        List<Long> ended = new ArrayList<>();
        // Between fork and exec a process still has this one's environment.
        Await.until(PATIENCE, "the agent to be ended", () -> {
            ended.addAll(StrayAgents.end(temp.resolve("ours")));
            return ended.contains(agent.pid());
        });
        assertThat(agent.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(ended).containsOnly(agent.pid());
        assertThat(noAgent.isAlive()).isTrue();
        assertThat(neighbour.isAlive()).isTrue();
    }

    @Test
    void itKnowsTheDirectoriesOfATestAndOfWhatItExtends() {
        class Below extends StrayAgentsTest {}
        StrayAgentsTest test = new Below();
        test.temp = temp;
        assertThat(StrayAgents.directories(test)).containsExactly(temp);
    }

    @Test
    void junitKnowsIt() throws IOException {
        assertThat(java.util.ServiceLoader.load(org.junit.jupiter.api.extension.Extension.class).stream()
                        .map(java.util.ServiceLoader.Provider::type))
                .anyMatch(StrayAgents.class::equals);
    }
}
