package dev.makima.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.RunId;
import dev.makima.base.StreamName;
import dev.makima.base.TaskId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DaemonDeathTest {
    private static final String AGENT =
            "echo ready; while read -r line; do echo \"got $line\"; done; sleep 0.01; exit 42";

    @TempDir
    private Path directory;

    /** Starts an agent as a daemon would and then only stands there. */
    public static final class Daemon {
        private Daemon() {}

        /** Takes the spool's root, the task, the run and the directory to work in. */
        public static void main(String[] arguments) throws Exception {
            Launch launch = Launch.start(
                    RunSpool.open(Path.of(arguments[0]), TaskId.of(arguments[1]), RunId.of(arguments[2])),
                    1,
                    new LaunchSpec(List.of("/bin/sh", "-c", AGENT), Path.of(arguments[3]), Map.of("PATH", "/bin")),
                    Optional.empty());
            launch.send("from the first daemon");
            new CountDownLatch(1).await();
        }
    }

    @Test
    void theAgentOutlivesAKilledDaemonAndItsExitIsRecorded() throws Exception {
        assertOutlives(List.of());
    }

    @Test
    void anAgentOfADaemonUnderNohupHearsInterruptsAllTheSame() throws Exception {
        assertOutlives(List.of("/bin/sh", "-c", "trap '' HUP INT QUIT; exec \"$@\"", "sh"));
    }

    private void assertOutlives(List<String> starter) throws Exception {
        try (Agents agents = new Agents(directory)) {
            Process daemon = daemon(agents, starter);
            try {
                Agents.await("the agent's answer", () -> output(agents).contains("got from the first daemon\n"));
            } finally {
                daemon.destroyForcibly();
            }
            assertThat(daemon.waitFor(20, TimeUnit.SECONDS)).isTrue();
            Launch launch = agents.keep(Launch.attach(RunSpool.open(agents.root, agents.task, agents.run), 1));
            ProcessIdentity agent = Agents.running(launch);
            assertThat(launch.state()).isEqualTo(new LaunchState.Running(agent));
            assertThat(Agents.isAlive(agent)).isTrue();
            assertThat(Files.readAllLines(Path.of("/proc/" + agent.pid() + "/status")))
                    .anyMatch(line -> line.matches("SigIgn:\t0000000[01][08]0000000"));
            launch.send("from the second daemon");
            Agents.await("the end of input", launch::endInput);
            assertThat(Agents.ended(launch)).isEqualTo(new LaunchState.Exited(42));
            assertThat(output(agents)).isEqualTo("ready\ngot from the first daemon\ngot from the second daemon\n");
        }
    }

    private Process daemon(Agents agents, List<String> starter) throws IOException {
        List<String> command = new ArrayList<>(starter);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Daemon.class.getName(),
                agents.root.toString(),
                agents.task.toString(),
                agents.run.toString(),
                directory.toString()));
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String output(Agents agents) {
        try {
            return Files.readString(agents.spool.file(StreamName.STDOUT));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
