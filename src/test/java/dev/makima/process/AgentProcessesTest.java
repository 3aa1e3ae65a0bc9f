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
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("tiers")
class AgentProcessesTest {
    private final Containment containment;

    @TempDir
    private Path directory;

    AgentProcessesTest(Containment containment) {
        this.containment = containment;
    }

    /** The lower tier everywhere, and the highest that this machine has. */
    static List<Containment> tiers() {
        return List.of(Containment.tree("asked for"), Containment.system());
    }

    private Agents agents() {
        return agents("spool");
    }

    private Agents agents(String root) {
        return new Agents(directory.resolve(root), directory, containment);
    }

    @Test
    void aToolInASessionOfItsOwnIsSweptWithoutItsCookie() {
        assertSwept("env -i setsid sleep 1000 & echo $!; wait", 1, 143);
    }

    @Test
    void whatIgnoresTermIsKilled() {
        try (Agents agents = agents()) {
            Launch launch = agents.sh(
                    "trap '' TERM; (trap '' TERM; echo x; while :; do sleep 1000; done) & echo x; while :; do sleep 1000; done");
            Agents.await("both traps", () -> agents.spool.length(StreamName.STDOUT) == 4);
            assertThat(launch.processes().terminate(Duration.ofMillis(100))).isEmpty();
            assertThat(Agents.ended(launch)).isEqualTo(new LaunchState.Exited(137));
        }
    }

    @Test
    void anOrphanIsFoundByItsCookieAfterTheAgentsEnd() {
        try (Agents agents = agents()) {
            Launch launch = agents.sh("(setsid sh -c 'sleep 1000 & echo $!') ; exit 0");
            assertThat(Agents.ended(launch)).isEqualTo(new LaunchState.Exited(0));
            long orphan = pids(agents).getFirst();
            assertThat(launch.processes().all())
                    .extracting(ProcessIdentity::pid)
                    .containsExactly(orphan);
            assertThat(launch.processes().terminate(Agents.LONG)).isEmpty();
            assertThat(Agents.isAlive(orphan)).isFalse();
        }
    }

    @Test
    void aProcessThatKeepsForkingIsCaught() {
        try (Agents agents = agents()) {
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
            try (Agents agents = agents()) {
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
        try (Agents agents = agents()) {
            Launch launch = agents.sh("setsid sleep 1000 & echo $$ $!; read line; kill $!; exit 8");
            Agents.await("its processes", () -> pids(agents).size() == 2);
            AgentProcesses processes = launch.processes();
            Agents.await("the tool's session", () -> sessions(processes) == 2);
            assertThat(processes.pause()).isTrue();
            assertThat(moving(launch)).isEmpty();
            launch.send("go");
            assertThat(moving(launch)).isEmpty();
            assertThat(processes.all()).hasSize(2);
            assertThat(processes.resume()).isTrue();
            assertThat(Agents.ended(launch)).isEqualTo(new LaunchState.Exited(8));
            Agents.await("no process", () -> processes.all().isEmpty());
            assertThat(processes.pause()).isFalse();
            assertThat(processes.resume()).isFalse();
        }
    }

    @Test
    void aStoppedAgentHearsTerm() {
        try (Agents agents = agents()) {
            Launch launch = agents.sh("trap 'exit 21' TERM; echo x; while :; do sleep 0.01; done");
            Agents.await("the trap", () -> agents.spool.length(StreamName.STDOUT) > 0);
            assertThat(launch.processes().pause()).isTrue();
            assertThat(launch.processes().terminate(Agents.LONG)).isEmpty();
            assertThat(Agents.ended(launch)).isEqualTo(new LaunchState.Exited(21));
        }
    }

    @Test
    void anInterruptCutsTheGraceShortAndIsKept() {
        try (Agents agents = agents()) {
            Launch launch = agents.sh("trap '' TERM; echo x; while :; do sleep 1000; done");
            Agents.await("the trap", () -> agents.spool.length(StreamName.STDOUT) > 0);
            Thread.currentThread().interrupt();
            assertThat(launch.processes().terminate(Duration.ofHours(1))).isEmpty();
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    /** Double-forked, in a session of its own, without the cookie, deaf to SIGTERM, and holding the output open. */
    private static final String ESCAPES =
            "(env -i setsid sh -c 'trap \"\" TERM HUP INT; echo $$; while :; do sleep 1; done' &); ";

    @Test
    void whatLeftTheTreeAndItsEnvironmentIsEndedAsTheTierPromises() {
        try (Agents agents = agents()) {
            Launch launch = agents.sh(ESCAPES + "exit 3");
            assertThat(Agents.ended(launch)).isEqualTo(new LaunchState.Exited(3));
            Agents.await("the one that leaves", () -> pids(agents).size() == 1);
            long escaped = pids(agents).getFirst();
            List<ProcessIdentity> left = launch.processes().terminate(Duration.ofMillis(50));
            boolean lives = Agents.isAlive(escaped);
            assertThat(left).isEmpty();
            switch (containment.tier()) {
                case CGROUP, SCOPE -> assertThat(lives).isFalse();
                case PROCESS_TREE -> {
                    assertThat(containment.description()).contains("clears its environment outlives its task");
                    ProcessHandle.of(escaped).ifPresent(ProcessHandle::destroyForcibly);
                }
            }
        }
    }

    @Test
    void whatLeftTheTreeAndItsEnvironmentIsStoppedAsTheTierPromises() {
        try (Agents agents = agents()) {
            Launch launch = agents.sh(ESCAPES + "read line; exit 4");
            Agents.await("the one that leaves", () -> pids(agents).size() == 1);
            long escaped = pids(agents).getFirst();
            assertThat(launch.processes().pause()).isTrue();
            boolean seen = launch.processes().all().stream().anyMatch(process -> process.pid() == escaped);
            assertThat(seen).isEqualTo(containment.tier() != Containment.Tier.PROCESS_TREE);
            assertThat(moving(launch)).isEmpty();
            // The kill needs no thaw.
            assertThat(launch.processes().terminate(Duration.ZERO)).isEmpty();
            assertThat(Agents.ended(launch)).isEqualTo(new LaunchState.Exited(137));
            ProcessHandle.of(escaped).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    @Test
    void aLaterLaunchOfTheRunSweepsWhatAnEarlierOneLeft() {
        try (Agents agents = agents()) {
            Launch first = agents.sh("(setsid sh -c 'echo $$; exec sleep 1000' &); exit 0");
            Agents.ended(first);
            Agents.await("its tool", () -> pids(agents).size() == 1);
            Launch second = agents.sh("exec sleep 1000");
            Agents.running(second);
            assertThat(second.processes().terminate(Agents.LONG)).isEmpty();
            assertThat(Agents.isAlive(pids(agents).getFirst())).isFalse();
        }
    }

    @Test
    void anotherRunIsLeftAlone() {
        try (Agents one = agents("one");
                Agents other = agents("other")) {
            Launch first = one.sh("sleep 1000");
            Launch second = other.sh("sleep 1000");
            ProcessIdentity agent = Agents.running(second);
            first.processes().terminate(Agents.LONG);
            assertThat(Agents.isAlive(agent)).isTrue();
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
        try (Agents agents = agents()) {
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
            assertThat(pids).noneMatch(pid -> Agents.isAlive(pid));
        }
    }

    /** The processes that do not stand still. */
    private static List<ProcessIdentity> moving(Launch launch) {
        RunCgroups cgroups = launch.spool().cgroups();
        Set<Long> frozen = cgroups.areFrozen() ? cgroups.members() : Set.of();
        return launch.processes().all().stream()
                .filter(process -> !frozen.contains(process.pid()))
                .filter(process -> ProcFs.system()
                        .stat(process.pid())
                        .filter(stat -> stat.state() != 'T')
                        .isPresent())
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
