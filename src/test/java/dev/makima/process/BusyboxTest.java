package dev.makima.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.StreamName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The holder under another family of tools. Needs a busybox: -Dmakima.busybox, or the usual places. */
class BusyboxTest {
    @TempDir
    private Path directory;

    @Test
    void theHolderWorksWithBusyboxAlone() throws IOException {
        Path bin = Busybox.install(directory.resolve("bin"));
        ShellTools tools = ShellTools.find(bin.toString());
        assertThat(tools.coreutilsTail()).isFalse();
        assertThat(tools.envResetsSignals()).isFalse();
        try (Agents agents = new Agents(directory)) {
            Map<String, String> environment = Map.of("PATH", bin.toString());
            List<String> command = List.of("sh", "-c", "cat; echo \"$1\"; exit 11", "x", "-a 'b'\n");
            Launch launch = agents.start(new LaunchSpec(command, directory, environment), tools);
            launch.send("x".repeat(200_000));
            Agents.await("the end of input", launch::endInput);
            assertThat(Agents.ended(launch)).isEqualTo(new LaunchState.Exited(11));
            assertThat(agents.spool.file(StreamName.STDOUT)).hasContent("x".repeat(200_000) + "\n-a 'b'\n\n");
            Launch missing = agents.start(new LaunchSpec(List.of("-nothing"), directory, environment), tools);
            assertThat(Agents.ended(missing)).isEqualTo(new LaunchState.Exited(127));
            Launch killed = agents.start(new LaunchSpec(List.of("sleep", "1000"), directory, environment), tools);
            Agents.running(killed);
            assertThat(killed.processes().terminate(Agents.LONG)).isEmpty();
            assertThat(Agents.ended(killed)).isEqualTo(new LaunchState.Exited(143));
        }
    }
}
