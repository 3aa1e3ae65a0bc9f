package dev.makima.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.StreamName;
import dev.makima.testkit.Executable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LaunchTest {
    @TempDir
    private Path directory;

    @Test
    void everyKindOfExitIsRecorded() {
        try (Agents agents = new Agents(directory)) {
            assertThat(Agents.ended(agents.sh("exit 0"))).isEqualTo(new LaunchState.Exited(0));
            assertThat(Agents.ended(agents.sh("exit 3"))).isEqualTo(new LaunchState.Exited(3));
            assertThat(Agents.ended(agents.sh("exit 255"))).isEqualTo(new LaunchState.Exited(255));
            assertThat(Agents.ended(agents.sh("kill -TERM $$"))).isEqualTo(new LaunchState.Exited(143));
            assertThat(Agents.ended(agents.sh("kill -INT $$"))).isEqualTo(new LaunchState.Exited(130));
        }
    }

    @Test
    void killingTheAgentsGroupLeavesTheHolderToRecordIt() {
        try (Agents agents = new Agents(directory)) {
            Launch launch = agents.sh("sleep 1000 & wait");
            Agents.running(launch);
            assertThat(launch.processes().signalAgent(Signal.KILL)).isTrue();
            assertThat(Agents.ended(launch)).isEqualTo(new LaunchState.Exited(137));
            assertThat(launch.processes().signalAgent(Signal.KILL)).isFalse();
        }
    }

    @Test
    void whatKillsTheAgentAddsNothingToItsErrorStream() throws IOException {
        try (Agents agents = new Agents(directory)) {
            Launch launch = agents.sh("echo mine >&2; kill -9 $$");
            assertThat(Agents.ended(launch)).isEqualTo(new LaunchState.Exited(137));
            assertThat(errors(agents)).isEqualTo("mine\n");
            assertThat(Agents.ended(agents.sh("kill -SEGV $$"))).isEqualTo(new LaunchState.Exited(139));
            assertThat(errors(agents)).isEqualTo("mine\n");
        }
    }

    @Test
    void anAgentThatCannotBeStartedSaysWhyOnItsErrorStream() throws IOException {
        try (Agents agents = new Agents(directory)) {
            Launch missing = agents.start(spec("no-such-agent-anywhere"));
            assertThat(Agents.ended(missing)).isEqualTo(new LaunchState.Exited(127));
            assertThat(errors(agents)).contains("no-such-agent-anywhere");
            Path plain = Files.writeString(directory.resolve("plain"), "no program");
            assertThat(Agents.ended(agents.start(spec(plain.toString())))).isEqualTo(new LaunchState.Exited(126));
            assertThat(errors(agents)).contains("plain");
        }
    }

    @Test
    void programArgumentsAndPathsMayHoldAnything() throws IOException {
        Path odd = Files.createDirectories(directory.resolve("-a b\n'\"$(touch x)`ü\\日 *"));
        Path program = odd.resolve("-p r=o'g\n");
        Executable.write(program, "#!/bin/sh\nprintf '<%s>' \"$@\"\npwd\n");
        List<String> command = List.of(
                program.toString(), "-n", "--", "", " ", "a'b\"c", "$HOME `id` $(id)", "\n\n", "ü日😀", "*", "-c");
        try (Agents agents = new Agents(odd)) {
            Launch launch = agents.start(new LaunchSpec(command, odd, Map.of("PATH", "/bin:/usr/bin")));
            assertThat(Agents.ended(launch)).isEqualTo(new LaunchState.Exited(0));
            String expected = "<-n><--><>< ><a'b\"c><$HOME `id` $(id)><\n\n><ü日😀><*><-c>" + odd + "\n";
            assertThat(Files.readString(agents.spool.file(StreamName.STDOUT))).isEqualTo(expected);
        }
        assertThat(odd.resolve("x")).doesNotExist();
    }

    @Test
    void aProgramOnThePathOfItsOwnEnvironmentMayBeginWithADash() throws IOException {
        Executable.write(directory.resolve("-agent"), "#!/bin/sh\nexit 7\n");
        try (Agents agents = new Agents(directory)) {
            Map<String, String> environment = Map.of("PATH", directory.toString());
            Launch launch = agents.start(new LaunchSpec(List.of("-agent", "-x"), directory, environment));
            assertThat(Agents.ended(launch)).isEqualTo(new LaunchState.Exited(7));
        }
    }

    @Test
    void theEnvironmentIsExactlyTheOneGivenAndTheCookie() throws IOException {
        try (Agents agents = new Agents(directory)) {
            Map<String, String> environment = new TreeMap<>(Map.of(
                    "PATH", "/nowhere", "SECRET", "a b\n'$x' ü", "OPTION", "", "launch", "mine", "stat", "mine"));
            Launch launch = agents.start(new LaunchSpec(List.of("/usr/bin/env", "-0"), directory, environment));
            assertThat(Agents.ended(launch)).isEqualTo(new LaunchState.Exited(0));
            environment.put("MAKIMA_RUN", agents.run.toString());
            assertThat(Files.readString(agents.spool.file(StreamName.STDOUT)).split("\0"))
                    .containsExactlyInAnyOrder(environment.entrySet().stream()
                            .map(entry -> entry.getKey() + "=" + entry.getValue())
                            .toArray(String[]::new));
        }
    }

    @Test
    void whatCannotBeHandedOnIsRefused() {
        assertThat(LaunchSpec.isEnvironmentName("A_1")).isTrue();
        assertThatThrownBy(() -> new LaunchSpec(List.of("x"), directory, Map.of("A-B", "")))
                .isInstanceOf(MakimaException.class)
                .hasMessageContaining("A-B");
        assertThatThrownBy(() -> new LaunchSpec(List.of("x", "\0"), directory, Map.of()))
                .isInstanceOf(MakimaException.class);
        assertThatThrownBy(() -> new LaunchSpec(List.of(), directory, Map.of())).isInstanceOf(MakimaException.class);
        assertThatThrownBy(() -> new LaunchSpec(List.of("x"), Path.of("here"), Map.of()))
                .isInstanceOf(MakimaException.class);
        LaunchSpec spec = new LaunchSpec(List.of("x", "hush"), directory, Map.of("KEY", "hush"));
        assertThat(spec.toString()).doesNotContain("hush");
    }

    @Test
    void signalDispositionsUmaskAndGroupAreOrdinary() throws IOException {
        try (Agents agents = new Agents(directory)) {
            Launch launch = agents.sh("umask; exec cat /proc/self/status");
            ProcessIdentity agent = Agents.running(launch);
            Agents.ended(launch);
            List<String> lines = Files.readAllLines(agents.spool.file(StreamName.STDOUT));
            assertThat(lines).contains("SigBlk:\t0000000000000000");
            assertThat(lines).anyMatch(line -> line.matches("SigIgn:\t0000000[01][08]0000000"));
            assertThat(lines).contains("NSpgid:\t" + agent.pid(), "NSsid:\t" + agent.pid());
            String umask = Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("Umask:\t"))
                    .findFirst()
                    .orElseThrow();
            assertThat(lines).contains(umask).contains(umask.substring(7));
        }
    }

    @Test
    void anUnusableStartLeavesNothingAndItsNumberFree() {
        try (Agents agents = new Agents(directory)) {
            LaunchSpec tooLong = spec("/bin/echo", "x".repeat(200_000));
            assertThatThrownBy(() -> agents.start(tooLong))
                    .isInstanceOfSatisfying(
                            MakimaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.COMMAND_FAILED))
                    .hasMessageNotContaining("xxx");
            assertThat(agents.spool.lastLaunch()).isZero();
            LaunchSpec elsewhere = new LaunchSpec(List.of("true"), directory.resolve("gone"), Map.of());
            assertThatThrownBy(() -> agents.start(elsewhere)).hasMessageContaining("gone");
            assertThat(agents.spool.lastLaunch()).isZero();
            agents.sh("exit 0");
            assertThatThrownBy(() -> Launch.start(agents.spool, 1, spec("true"), Optional.empty()))
                    .isInstanceOfSatisfying(
                            MakimaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT));
        }
    }

    @Test
    void aGrandchildThatHoldsTheOutputDoesNotDelayTheEnd() throws IOException {
        try (Agents agents = new Agents(directory)) {
            Launch launch = agents.sh("sleep 1000 & echo $!; exit 5");
            assertThat(Agents.ended(launch)).isEqualTo(new LaunchState.Exited(5));
            long sleeper = Long.parseLong(
                    Files.readString(agents.spool.file(StreamName.STDOUT)).strip());
            assertThat(Agents.isAlive(sleeper)).isTrue();
        }
    }

    @Test
    void outputIsKeptByteByByte() throws IOException {
        try (Agents agents = new Agents(directory)) {
            Launch launch = agents.sh(
                    "printf '\\377\\376\\000\\303'; printf 'e\\200' >&2; head -c 20000000 /dev/zero | tr '\\0' x; echo");
            Agents.ended(launch);
            byte[] out = Files.readAllBytes(agents.spool.file(StreamName.STDOUT));
            assertThat(out).hasSize(20_000_005).startsWith(0xff, 0xfe, 0x00, 0xc3, 'x');
            assertThat(Files.readAllBytes(agents.spool.file(StreamName.STDERR))).containsExactly('e', 0x80);
            assertThat(agents.spool.length(StreamName.STDOUT)).isEqualTo(20_000_005);
        }
    }

    @Test
    void outputOfTheNextLaunchGoesOnBehindTheLast() throws IOException {
        try (Agents agents = new Agents(directory)) {
            Agents.ended(agents.sh("echo one"));
            Agents.ended(agents.sh("echo two"));
            assertThat(Files.readString(agents.spool.file(StreamName.STDOUT))).isEqualTo("one\ntwo\n");
            assertThat(agents.spool.lastLaunch()).isEqualTo(2);
        }
    }

    @Test
    void anotherDaemonSeesWhatTheFirstOneSaw() {
        try (Agents agents = new Agents(directory)) {
            Launch launch = agents.sh("read line; exit 9");
            Launch other = Launch.attach(RunSpool.open(agents.root, agents.task, agents.run), 1);
            assertThat(Agents.running(other)).isEqualTo(Agents.running(launch));
            assertThat(other.state()).isEqualTo(new LaunchState.Running(Agents.running(launch)));
            other.send("go");
            assertThat(Agents.ended(other)).isEqualTo(new LaunchState.Exited(9));
            assertThat(other.state().isFinal()).isTrue();
            assertThatThrownBy(() -> Launch.attach(agents.spool, 7)).hasMessageContaining("launch-7");
        }
    }

    @Test
    void withoutHolderAndAgentTheLaunchIsLost() {
        try (Agents agents = new Agents(directory)) {
            Launch launch = agents.sh("sleep 1000");
            ProcessIdentity agent = Agents.running(launch);
            Posix.kill(launch.holder().orElseThrow().pid(), Signal.KILL);
            Agents.await(
                    "the holder's end", () -> !Agents.isAlive(launch.holder().orElseThrow()));
            assertThat(launch.state()).isEqualTo(new LaunchState.Running(agent));
            assertThat(launch.processes().terminate(Agents.LONG)).isEmpty();
            assertThat(Agents.ended(launch))
                    .isEqualTo(new LaunchState.Lost(
                            "its holder was killed and left no exit status, and it is gone", true));
        }
    }

    @Test
    void signalsToTheHolderDoNotEndIt() {
        try (Agents agents = new Agents(directory)) {
            Launch launch = agents.sh("read line; exit 4");
            Agents.running(launch);
            for (Signal signal : List.of(Signal.HUP, Signal.INT, Signal.TERM)) {
                Posix.kill(launch.holder().orElseThrow().pid(), signal);
            }
            launch.send("go");
            assertThat(Agents.ended(launch)).isEqualTo(new LaunchState.Exited(4));
        }
    }

    private LaunchSpec spec(String... command) {
        return new LaunchSpec(List.of(command), directory, Map.of("PATH", "/usr/bin:/bin"));
    }

    private static String errors(Agents agents) throws IOException {
        return Files.readString(agents.spool.file(StreamName.STDERR), StandardCharsets.UTF_8);
    }
}
