package dev.makima.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The unit files that are shipped. Whether systemd understands them is asked of systemd-analyze. */
class UnitFilesTest {
    private static final Path UNITS = Path.of("conf/systemd");

    @TempDir
    private Path temp;

    @ParameterizedTest
    @ValueSource(strings = {"makima-daemon.service", "makima-server.service", "user/makima-daemon.service"})
    void systemdUnderstandsEveryLine(String name) throws IOException, InterruptedException {
        Optional<Path> analyze = ShellTools.lookUp("", "systemd-analyze");
        assumeTrue(analyze.isPresent(), "no systemd-analyze here");
        // All but where it is installed, which has to exist.
        String text = Files.readString(UNITS.resolve(name)).replaceAll("(?m)^ExecStart=\\S+", "ExecStart=/bin/true");
        Path unit = Files.writeString(temp.resolve("makima-test.service"), text);
        ProcessBuilder builder = new ProcessBuilder(
                        analyze.get().toString(),
                        name.startsWith("user/") ? "--user" : "--system",
                        "--man=no",
                        "--generators=no",
                        "verify",
                        unit.toString())
                .redirectErrorStream(true);
        builder.environment().put("XDG_RUNTIME_DIR", temp.toString());
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        assertThat(said.lines()).noneMatch(line -> line.contains("makima-test.service"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"makima-daemon.service", "user/makima-daemon.service"})
    void aDaemonsUnitKeepsItsAgentsAliveAndStartsItAgain(String name) throws IOException {
        assertThat(Files.readAllLines(UNITS.resolve(name)))
                .contains("KillMode=process", "Delegate=yes", "OOMPolicy=continue", "RestartForceExitStatus=42")
                // Each would break agents that live on, or their cgroups.
                .noneMatch(line -> line.matches("(PrivateTmp|ProtectControlGroups|ProtectProc|RestrictNamespaces)=.*"));
    }

    @Test
    void noSecretIsInAUnit() throws IOException {
        for (String name : new String[] {"makima-daemon.service", "makima-server.service"}) {
            assertThat(Files.readAllLines(UNITS.resolve(name))).noneMatch(line -> line.matches("Environment=.*mk_.*"));
        }
    }
}
