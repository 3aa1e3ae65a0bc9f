package dev.makima.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.makima.base.StreamName;
import dev.makima.testkit.HostileAgent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lets an agent stand still when its time is over and no daemon looks: here there is none. */
class WatchTest {
    private static final Duration LOOKS = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofHours(1);
    private static final Map<String, String> ENVIRONMENT = Map.of("PATH", "/usr/bin:/bin");

    @TempDir
    private Path directory;

    private static Duration now() throws IOException {
        String uptime = Files.readString(Path.of("/proc/uptime"));
        return Duration.ofMillis((long) (Double.parseDouble(uptime.substring(0, uptime.indexOf(' '))) * 1000));
    }

    private static WatchTime in(Duration time) throws IOException {
        return new WatchTime(now().plus(time), LOOKS);
    }

    /** An agent with all that is hard to stop, which has shown all of it. */
    private Launch clinging(Agents agents, Containment containment, ShellTools tools, WatchTime time)
            throws IOException {
        boolean contained = containment.tier() != Containment.Tier.PROCESS_TREE;
        HostileAgent hostile = new HostileAgent(Files.createDirectories(directory.resolve("agents")));
        Launch launch = agents.keep(Launch.start(
                agents.spool,
                agents.spool.lastLaunch() + 1,
                new LaunchSpec(List.of(hostile.clings(contained).toString()), directory, ENVIRONMENT),
                Optional.of(time),
                tools,
                containment));
        launch.send("go");
        Agents.await(
                "what it starts",
                () -> agents.spool.tail(StreamName.STDOUT, 10_000).contains("clinging"));
        List<Long> all = new ArrayList<>(hostile.clinging());
        all.add(Agents.running(launch).pid());
        this.family = all;
        return launch;
    }

    private List<Long> family = List.of();

    private void awaitStill(Launch launch) {
        Agents.await("the watch", launch::isStoppedByWatch);
        Agents.await(
                "all to stand still",
                () -> launch.spool().cgroups().isAnyFrozen() || family.stream().allMatch(pid -> state(pid) == 'T'));
    }

    private static char state(long pid) {
        return ProcFs.system().stat(pid).map(ProcFs.Stat::state).orElse('X');
    }

    /** A watch that was still at it says so again. */
    private void letGo(Launch launch) {
        Agents.await("all to go on", () -> {
            if (launch.isStoppedByWatch()) {
                launch.forgetStop();
                // One that needed no more than to go on may have ended meanwhile.
                assertThat(launch.processes().resume()
                                || launch.processes().all().isEmpty())
                        .isTrue();
            }
            return watches(launch).stream().allMatch(WatchTest::sleeps)
                    && !launch.isStoppedByWatch()
                    && family.stream().noneMatch(pid -> state(pid) == 'T');
        });
    }

    /** It waits for a child of its own, which is no mv and no grep. */
    private static boolean sleeps(long watch) {
        return ProcFs.system().others().stream()
                .anyMatch(stat ->
                        stat.parent() == watch && commandLine(stat.pid()).contains("sleep"));
    }

    private void standsStillAndGoesOn(Containment containment, ShellTools tools) throws IOException {
        try (Agents agents = new Agents(directory.resolve("spool"), directory, containment)) {
            Launch launch = clinging(agents, containment, tools, in(LONG));
            assertThat(launch.isStoppedByWatch()).isFalse();
            launch.mayRun(in(Duration.ZERO));
            awaitStill(launch);
            // A daemon of a later start lets it go on.
            Launch adopted = Launch.attach(RunSpool.open(agents.root, agents.task, agents.run), launch.number());
            adopted.mayRun(in(LONG));
            letGo(adopted);
            launch.send("good-bye");
            assertThat(Agents.ended(launch)).isEqualTo(new LaunchState.Exited(0));
            awaitNoWatch(launch);
        }
    }

    private static List<Long> watches(Launch launch) {
        return ProcFs.system().others().stream()
                .map(ProcFs.Stat::pid)
                .filter(pid -> commandLine(pid)
                        .contains(launch.directory().resolve("watch.sh").toString()))
                .toList();
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/cmdline")).replace('\0', ' ');
        } catch (IOException gone) {
            return "";
        }
    }

    private static void awaitNoWatch(Launch launch) {
        Agents.await("the end of the watch", () -> watches(launch).isEmpty());
    }

    @Test
    void allOfTheRunStandsStillWhenItsTimeIsOverAndGoesOnWhenADaemonLetsIt() throws IOException {
        standsStillAndGoesOn(Containment.tree("not wanted"), ShellTools.system());
    }

    private void beginsOnceItsTimeIsNotOver(ShellTools tools) throws IOException {
        try (Agents agents = new Agents(directory.resolve("spool"), directory, Containment.tree("not wanted"))) {
            Launch launch = agents.keep(Launch.start(
                    agents.spool,
                    1,
                    new LaunchSpec(List.of("/bin/cat", "/proc/uptime"), directory, ENVIRONMENT),
                    Optional.of(in(Duration.ZERO)),
                    tools,
                    Containment.tree("not wanted")));
            family = List.of(Agents.running(launch).pid());
            awaitStill(launch);
            assertThat(agents.spool.length(StreamName.STDOUT)).isZero();
            launch.mayRun(in(LONG));
            letGo(launch);
            assertThat(Agents.ended(launch)).isEqualTo(new LaunchState.Exited(0));
            assertThat(agents.spool.length(StreamName.STDOUT)).isPositive();
            awaitNoWatch(launch);
        }
    }

    @Test
    void anAgentWhoseTimeIsOverBeforeItBeginsDoesNotBegin() throws IOException {
        beginsOnceItsTimeIsNotOver(ShellTools.system());
    }

    @Test
    void aCgroupIsStoppedAsAWhole() throws IOException {
        assumeTrue(Containment.system().tier() == Containment.Tier.CGROUP, "no cgroup to make others in");
        standsStillAndGoesOn(Containment.system(), ShellTools.system());
    }

    @Test
    void itWorksWithBusyboxAlone() throws IOException {
        Path bin = Busybox.install(directory.resolve("bin"));
        ShellTools tools = ShellTools.find(bin.toString());
        standsStillAndGoesOn(Containment.tree("not wanted"), tools);
        beginsOnceItsTimeIsNotOver(tools);
    }

    @Test
    void anAgentWhoseTimeIsRenewedWorksOnAndItsWatchEndsWithItWithoutATrace() throws IOException {
        try (Agents agents = new Agents(directory)) {
            Launch launch = start(agents, "read -r go; exit 3", in(Duration.ofSeconds(3)));
            launch.mayRun(in(LONG));
            Agents.running(launch);
            Agents.await("its watch", () -> watches(launch).size() == 1);
            List<Long> watch = watches(launch);
            // Nothing takes it, or what it sleeps by, for a part of the run.
            List<Long> members =
                    launch.processes().all().stream().map(ProcessIdentity::pid).toList();
            assertThat(members).doesNotContainAnyElementsOf(watch);
            assertThat(RunProcesses.system().byRun().get(agents.run))
                    .noneMatch(process -> watch.contains(process.pid()));
            Duration over = now().plus(Duration.ofSeconds(4));
            Agents.await("the first time to be over", () -> uptime().compareTo(over) > 0);
            assertThat(launch.isStoppedByWatch()).isFalse();
            launch.send("go");
            assertThat(Agents.ended(launch)).isEqualTo(new LaunchState.Exited(3));
            assertThat(launch.processes().all()).isEmpty();
            awaitNoWatch(launch);
        }
    }

    private static Duration uptime() {
        try {
            return now();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Launch start(Agents agents, String script, WatchTime time) {
        return agents.keep(Launch.start(
                agents.spool,
                agents.spool.lastLaunch() + 1,
                new LaunchSpec(List.of("/bin/sh", "-c", script), directory, ENVIRONMENT),
                Optional.of(time)));
    }

    @Test
    void oneWhoseHolderWasKilledIsWatchedOnAndTheWatchEndsWithTheAgent() throws IOException {
        try (Agents agents = new Agents(directory.resolve("spool"), directory, Containment.tree("not wanted"))) {
            Launch launch = agents.keep(Launch.start(
                    agents.spool,
                    1,
                    new LaunchSpec(List.of("/bin/sleep", "1000"), directory, ENVIRONMENT),
                    Optional.of(in(LONG)),
                    ShellTools.system(),
                    Containment.tree("not wanted")));
            ProcessIdentity agent = Agents.running(launch);
            Posix.kill(launch.holder().orElseThrow().pid(), Signal.KILL);
            launch.mayRun(in(Duration.ZERO));
            Agents.await("the watch", launch::isStoppedByWatch);
            Agents.await("the stop", () -> state(agent.pid()) == 'T');
            assertThat(launch.processes().terminate(Duration.ZERO)).isEmpty();
            awaitNoWatch(launch);
        }
    }

    /** Where the file is damaged, as by a full disk, nothing says that the agent may work. */
    @Test
    void aTimeThatCannotBeReadIsOver() throws IOException {
        try (Agents agents = new Agents(directory)) {
            Launch launch = start(agents, "sleep 1000", in(LONG));
            Agents.running(launch);
            Path file = launch.directory().resolve("lease");
            assertThat(Files.readString(file)).hasSize(19).endsWith("\n");
            launch.mayRun(new WatchTime(Duration.ofDays(1_000_000), LONG));
            assertThat(Files.readString(file)).isEqualTo("  8640000000000 99\n");
            Files.writeString(file, "\0\0\0\0");
            watches(launch).forEach(pid -> Posix.kill(pid, Signal.TERM));
            Agents.await("the watch", launch::isStoppedByWatch);
        }
    }

    @Test
    void anAgentWithoutATimeHasNoWatch() throws IOException {
        try (Agents agents = new Agents(directory)) {
            Launch launch = agents.sh("read -r go");
            Agents.running(launch);
            launch.mayRun(in(Duration.ZERO));
            assertThat(launch.directory().resolve("lease")).doesNotExist();
            assertThat(watches(launch)).isEmpty();
            assertThat(launch.isStoppedByWatch()).isFalse();
            launch.forgetStop();
            launch.send("go");
            assertThat(Agents.ended(launch)).isEqualTo(new LaunchState.Exited(0));
        }
    }
}
