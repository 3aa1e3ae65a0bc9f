package dev.makima.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.RunId;
import dev.makima.base.TaskId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The numbers that a launch has recorded are another process's by now, which has nothing to do with it. */
class ReusedNumberTest {
    private static final ProcFs PROC = ProcFs.system();

    @TempDir
    private Path temp;

    private Process bystander;
    private ProcessIdentity stranger;

    @BeforeEach
    void startABystander() throws IOException {
        // The first of a group and a session, as an agent is: a signal to the group would reach it.
        bystander = new ProcessBuilder("setsid", "sleep", "600").start();
        stranger = PROC.identity(bystander.pid()).orElseThrow();
        Agents.await(
                "a group of its own",
                () -> PROC.stat(bystander.pid())
                        .filter(stat -> stat.group() == stat.pid())
                        .isPresent());
    }

    @AfterEach
    void endIt() throws InterruptedException {
        bystander.destroyForcibly().waitFor();
    }

    /** What tells a recorded process from the stranger of the same number; and what is said of it then. */
    static Stream<Arguments> differences() {
        return Stream.of(
                difference("start", "left no exit status", it -> with(it, it.startTicks() - 1, it.bootId(), 0)),
                difference("boot", "started anew", it -> with(it, it.startTicks(), UUID.randomUUID() + "", 0)),
                difference("namespace", "another PID namespace", it -> with(it, it.startTicks(), it.bootId(), 1)));
    }

    private static Arguments difference(String name, String said, UnaryOperator<ProcessIdentity> change) {
        return Arguments.argumentSet(name, said, change);
    }

    private static ProcessIdentity with(ProcessIdentity it, long ticks, String boot, long namespaceBeyond) {
        return new ProcessIdentity(it.pid(), ticks, boot, it.pidNamespace() + namespaceBeyond);
    }

    private Launch recorded(ProcessIdentity recorded) throws IOException {
        RunSpool spool =
                RunSpool.create(temp.resolve("spool"), new TaskId(UUID.randomUUID()), new RunId(UUID.randomUUID()));
        LaunchDirectory directory = LaunchDirectory.of(spool.directory(), 1);
        directory.prepare(PROC, Optional.empty());
        String line = recorded.line() + "\n";
        Files.writeString(directory.path().resolve("id"), line);
        Files.writeString(directory.path().resolve("holder"), line + line);
        Files.writeString(directory.path().resolve("origin"), recorded.bootId() + " " + recorded.pidNamespace() + "\n");
        return Launch.attach(spool, 1);
    }

    @ParameterizedTest
    @MethodSource("differences")
    void theLaunchIsLostAndTheStrangerIsNeverSignalled(String said, UnaryOperator<ProcessIdentity> change)
            throws IOException {
        Launch launch = recorded(change.apply(stranger));
        AgentProcesses processes = launch.processes();
        assertThat(processes.all()).isEmpty();
        assertThat(processes.signalAgent(Signal.KILL)).isFalse();
        assertThat(processes.pause()).isFalse();
        assertThat(processes.resume()).isFalse();
        assertThat(processes.terminate(Duration.ZERO)).isEmpty();
        assertThat(launch.endInput()).isTrue();
        assertThat(launch.state())
                .isInstanceOfSatisfying(
                        LaunchState.Lost.class,
                        lost -> assertThat(lost.reason()).contains(said));
        launch.spool().delete();
        assertThat(PROC.stat(stranger.pid()))
                .hasValueSatisfying(stat -> assertThat(stat.state()).isNotIn('T', 'Z', 'X'));
        assertThat(bystander.isAlive()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("differences")
    void theStrangerIsNotTakenForTheFeederEither(String said, UnaryOperator<ProcessIdentity> change)
            throws IOException {
        // The agent lives; only what fed it is gone, and its number went to the stranger.
        Launch launch = recorded(change.apply(stranger));
        Path directory = launch.directory();
        String line = PROC.identity(ProcessHandle.current().pid()).orElseThrow().line() + "\n";
        Files.writeString(directory.resolve("id"), line);
        Files.writeString(
                directory.resolve("holder"), line + change.apply(stranger).line() + "\n");
        assertThat(launch.state()).as(said).isInstanceOf(LaunchState.Running.class);
        launch.endInput();
        assertThat(bystander.isAlive()).isTrue();
        assertThat(PROC.stat(stranger.pid()))
                .hasValueSatisfying(stat -> assertThat(stat.state()).isNotIn('T', 'Z', 'X'));
    }
}
