package dev.makima.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.base.StreamName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentProcessesTest {
    @TempDir
    private Path directory;

    @Test
    void aToolInASessionOfItsOwnIsSweptWithoutItsCookie() {
        assertSwept("env -i setsid sleep 1000 & echo $!; wait", 1, 143);
    }

    @Test
    void whatIgnoresTermIsKilled() {
        try (Agents agents = new Agents(directory)) {
            Launch launch = agents.sh(
                    "trap '' TERM; (trap '' TERM; echo x; while :; do sleep 1000; done) & echo x; while :; do sleep 1000; done");
            Agents.await("both traps", () -> agents.spool.length(StreamName.STDOUT) == 4);
            assertThat(launch.processes().terminate(Duration.ofMillis(100))).isEmpty();
            assertThat(Agents.ended(launch)).isEqualTo(new LaunchState.Exited(137));
        }
    }

    @Test
    void anOrphanIsFoundByItsCookieAfterTheAgentsEnd() {
        try (Agents agents = new Agents(directory)) {
            Launch launch = agents.sh("(setsid sh -c 'sleep 1000 & echo $!') ; exit 0");
            assertThat(Agents.ended(launch)).isEqualTo(new LaunchState.Exited(0));
            long orphan = pids(agents).getFirst();
            assertThat(launch.processes().all())
                    .extracting(ProcessIdentity::pid)
                    .containsExactly(orphan);
            assertThat(launch.processes().terminate(Agents.LONG)).isEmpty();
            assertThat(ProcessIdentity.of(orphan).filter(ProcessIdentity::isAlive))
                    .isEmpty();
        }
    }

    @Test
    void aProcessThatKeepsForkingIsCaught() {
        try (Agents agents = new Agents(directory)) {
            Launch launch =
                    agents.sh("trap '' TERM; echo x; while :; do (trap '' TERM; exec sleep 0.01) & sleep 0.005; done");
            Agents.await("the first round", () -> agents.spool.length(StreamName.STDOUT) > 0);
            assertThat(launch.processes().terminate(Duration.ofMillis(50))).isEmpty();
            assertThat(Agents.ended(launch)).isEqualTo(new LaunchState.Exited(137));
        }
    }

    @Test
    void aLaunchThatHasHardlyBegunIsEndedToo() {
        for (int i = 0; i < 5; i++) {
            try (Agents agents = new Agents(directory)) {
                Launch launch = agents.sh("sleep 1000");
                assertThat(launch.processes().terminate(Agents.LONG)).isEmpty();
                assertThat(Agents.ended(launch).isFinal()).isTrue();
                Launch next = agents.sh("sleep 1000");
                assertThat(next.processes().terminate(Duration.ZERO)).isEmpty();
                assertThat(Agents.ended(next).isFinal()).isTrue();
            }
        }
    }

    @Test
    void pauseStopsEverySessionAndResumeLetsThemGoOn() {
        try (Agents agents = new Agents(directory)) {
            Launch launch = agents.sh("setsid sleep 1000 & echo $$ $!; read line; kill $!; exit 8");
            Agents.await("its processes", () -> pids(agents).size() == 2);
            AgentProcesses processes = launch.processes();
            Agents.await("the tool's session", () -> sessions(processes) == 2);
            assertThat(processes.pause()).isTrue();
            assertThat(states(processes)).containsOnly('T');
            launch.send("go");
            assertThat(states(processes)).containsOnly('T');
            assertThat(processes.resume()).isTrue();
            assertThat(Agents.ended(launch)).isEqualTo(new LaunchState.Exited(8));
            Agents.await("no process", () -> processes.all().isEmpty());
            assertThat(processes.pause()).isFalse();
            assertThat(processes.resume()).isFalse();
        }
    }

    @Test
    void aStoppedAgentHearsTerm() {
        try (Agents agents = new Agents(directory)) {
            Launch launch = agents.sh("trap 'exit 21' TERM; echo x; while :; do sleep 0.01; done");
            Agents.await("the trap", () -> agents.spool.length(StreamName.STDOUT) > 0);
            assertThat(launch.processes().pause()).isTrue();
            assertThat(launch.processes().terminate(Agents.LONG)).isEmpty();
            assertThat(Agents.ended(launch)).isEqualTo(new LaunchState.Exited(21));
        }
    }

    @Test
    void anInterruptCutsTheGraceShortAndIsKept() {
        try (Agents agents = new Agents(directory)) {
            Launch launch = agents.sh("trap '' TERM; echo x; while :; do sleep 1000; done");
            Agents.await("the trap", () -> agents.spool.length(StreamName.STDOUT) > 0);
            Thread.currentThread().interrupt();
            assertThat(launch.processes().terminate(Duration.ofHours(1))).isEmpty();
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void anotherRunIsLeftAlone() {
        try (Agents one = new Agents(directory.resolve("one"), directory);
                Agents other = new Agents(directory.resolve("other"), directory)) {
            Launch first = one.sh("sleep 1000");
            Launch second = other.sh("sleep 1000");
            ProcessIdentity agent = Agents.running(second);
            first.processes().terminate(Agents.LONG);
            assertThat(agent.isAlive()).isTrue();
        }
    }

    @Test
    void theNumbersThatMeanOthersAreRefused() {
        for (long pid : List.of(0L, 1L, -1L, -5L, ProcessHandle.current().pid())) {
            assertThatThrownBy(() -> Posix.kill(pid, Signal.CONT)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> Posix.killGroup(pid, Signal.CONT)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private void assertSwept(String script, int tools, int status) {
        try (Agents agents = new Agents(directory)) {
            Launch launch = agents.sh(script);
            Agents.await("the tools", () -> pids(agents).size() == tools);
            List<Long> pids = pids(agents);
            Agents.await(
                    "the sweep's view",
                    () -> launch.processes().all().stream()
                            .map(ProcessIdentity::pid)
                            .toList()
                            .containsAll(pids));
            assertThat(launch.processes().all().getFirst()).isEqualTo(Agents.running(launch));
            assertThat(launch.processes().terminate(Agents.LONG)).isEmpty();
            assertThat(Agents.ended(launch)).isEqualTo(new LaunchState.Exited(status));
            assertThat(pids)
                    .noneMatch(pid -> ProcessIdentity.of(pid)
                            .filter(ProcessIdentity::isAlive)
                            .isPresent());
        }
    }

    private static List<Character> states(AgentProcesses processes) {
        return processes.all().stream()
                .flatMap(process -> ProcFs.system().stat(process.pid()).stream())
                .map(ProcFs.Stat::state)
                .toList();
    }

    private static long sessions(AgentProcesses processes) {
        return processes.all().stream()
                .flatMap(process -> ProcFs.system().stat(process.pid()).stream())
                .map(ProcFs.Stat::session)
                .distinct()
                .count();
    }

    private static List<Long> pids(Agents agents) {
        try {
            String text = Files.readString(agents.spool.file(StreamName.STDOUT));
            return text.isBlank()
                    ? List.of()
                    : List.of(text.strip().split("\\s+")).stream()
                            .map(Long::valueOf)
                            .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
