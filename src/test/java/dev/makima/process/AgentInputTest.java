package dev.makima.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.base.ErrorCode;
import dev.makima.base.FullDiskException;
import dev.makima.base.MakimaException;
import dev.makima.base.StreamName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentInputTest {
    @TempDir
    private Path directory;

    @Test
    void theAgentReadsEveryLineAndThenTheEnd() throws IOException {
        try (Agents agents = new Agents(directory)) {
            Launch launch = agents.sh("cat");
            launch.send("before it is even there: ü");
            launch.send("");
            Agents.await("the first lines", () -> agents.spool.length(StreamName.STDOUT) > 10);
            launch.send("later");
            Agents.await("the end of input", launch::endInput);
            assertThat(Agents.ended(launch)).isEqualTo(new LaunchState.Exited(0));
            assertThat(Files.readString(agents.spool.file(StreamName.STDOUT)))
                    .isEqualTo("before it is even there: ü\n\nlater\n");
            assertThat(launch.endInput()).isTrue();
            assertThat(launch.inputLength()).isEqualTo(agents.spool.length(StreamName.STDOUT));
        }
    }

    @Test
    void twoMegabytesInOneLineArrive() {
        try (Agents agents = new Agents(directory)) {
            Launch launch = agents.sh("wc -c");
            launch.send("x".repeat(2 * 1024 * 1024));
            Agents.await("the end of input", launch::endInput);
            assertThat(Agents.ended(launch)).isEqualTo(new LaunchState.Exited(0));
            assertThat(agents.spool.file(StreamName.STDOUT)).hasContent("2097153");
        }
    }

    @Test
    void aLineThatAFullDiskDoesNotTakeIsRefusedAndTheNextOneArrives() throws IOException {
        try (Agents agents = new Agents(directory)) {
            Launch launch = agents.sh("cat");
            launch.send("first");
            Path out = agents.spool.file(StreamName.STDOUT);
            Agents.await("the feeder to have the file", () -> out.toFile().length() > 0);
            Path in = launch.directory().resolve("in");
            Path aside = Files.move(in, directory.resolve("aside"));
            // It answers each write as a full disk does; the agent's feeder has the file itself open.
            Files.createSymbolicLink(in, Path.of("/dev/full"));
            assertThatThrownBy(() -> launch.send("refused"))
                    .isInstanceOf(FullDiskException.class)
                    .hasMessageContaining("the disk is full");
            Files.delete(in);
            Files.move(aside, in);
            launch.catchUp();
            launch.send("second");
            Agents.await("the end of input", launch::endInput);
            assertThat(Agents.ended(launch)).isEqualTo(new LaunchState.Exited(0));
            assertThat(out).hasContent("first\nsecond\n");
        }
    }

    @Test
    void aSlowReaderLosesNothingWhenTheInputEnds() {
        try (Agents agents = new Agents(directory)) {
            // The shell's read takes one byte at a time, so the end comes while the pipe is still full.
            Launch launch = agents.sh("while read -r line; do last=$line; n=$((n + 1)); done; echo $n $last");
            for (int i = 1; i <= 4000; i++) {
                launch.send("line " + i + " " + "x".repeat(60));
            }
            Agents.await("the end of input", launch::endInput);
            assertThat(Agents.ended(launch)).isEqualTo(new LaunchState.Exited(0));
            assertThat(agents.spool.file(StreamName.STDOUT)).hasContent("4000 line 4000 " + "x".repeat(60));
        }
    }

    @Test
    void anAgentThatNeverReadsHoldsNobodyUp() {
        try (Agents agents = new Agents(directory)) {
            Launch launch = agents.sh("sleep 1000");
            Agents.running(launch);
            launch.send("x".repeat(1_000_000));
            for (int i = 0; i < 50; i++) {
                assertThat(launch.endInput()).isFalse();
            }
            launch.send("more");
            assertThat(launch.inputLength()).isEqualTo(1_000_006);
        }
    }

    @Test
    void theEndOfInputAtOnceIsNoLoss() {
        for (int i = 0; i < 10; i++) {
            try (Agents agents = new Agents(directory.resolve("spool" + i), directory)) {
                Launch launch = agents.start(new LaunchSpec(List.of("/bin/cat"), directory, Map.of()));
                launch.send("only line");
                while (!launch.endInput()) {
                    Thread.onSpinWait();
                }
                assertThat(Agents.ended(launch)).isEqualTo(new LaunchState.Exited(0));
                assertThat(agents.spool.file(StreamName.STDOUT)).hasContent("only line");
            }
        }
    }

    @Test
    void anEmptyInputEndsToo() {
        try (Agents agents = new Agents(directory)) {
            Launch launch = agents.sh("cat; exit 6");
            Agents.await("the end of input", launch::endInput);
            assertThat(Agents.ended(launch)).isEqualTo(new LaunchState.Exited(6));
        }
    }

    @Test
    void nothingCanBeSentBehindTheEnd() {
        try (Agents agents = new Agents(directory)) {
            Launch launch = agents.sh("sleep 1000");
            Agents.running(launch);
            Agents.await("the end of input", launch::endInput);
            assertConflict(() -> launch.send("late"));
            Launch other = Launch.attach(RunSpool.open(agents.root, agents.task, agents.run), 1);
            Agents.await("the feeder's end", () -> feederIsGone(launch));
            assertConflict(() -> other.send("late"));
            assertThat(other.endInput()).isTrue();
        }
    }

    @Test
    void aLineBreakInAMessageIsRefused() {
        try (Agents agents = new Agents(directory)) {
            Launch launch = agents.sh("cat");
            assertThatThrownBy(() -> launch.send("a\nb"))
                    .isInstanceOfSatisfying(
                            MakimaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.VALIDATION));
            assertThat(launch.inputLength()).isZero();
        }
    }

    @Test
    void aTornLineIsCompletedByTheSameMessageOnly() throws IOException {
        try (Agents agents = new Agents(directory)) {
            Launch launch = agents.sh("cat");
            launch.send("first");
            Path in = launch.directory().resolve("in");
            String message = "m".repeat(200_000) + "ü";
            Files.writeString(in, message.substring(0, 150_000), StandardOpenOption.APPEND);
            assertConflict(() -> launch.send("another"));
            assertConflict(() -> launch.send("m".repeat(149_999)));
            launch.send(message);
            launch.send("last");
            Agents.await("the end of input", launch::endInput);
            Agents.ended(launch);
            assertThat(Files.readString(agents.spool.file(StreamName.STDOUT)))
                    .isEqualTo("first\n" + message + "\nlast\n");
        }
    }

    @Test
    void onlyItsOwnerMayReadTheInput() throws IOException {
        try (Agents agents = new Agents(directory)) {
            Launch launch = agents.sh("exit 0");
            assertThat(mode(launch.directory())).isEqualTo("rwx------");
            assertThat(mode(launch.directory().resolve("in"))).isEqualTo("rw-------");
            assertThat(mode(launch.directory().resolve("p"))).isEqualTo("rw-------");
        }
    }

    @Test
    void theFeederGoesWithTheAgent() {
        try (Agents agents = new Agents(directory)) {
            Launch launch = agents.sh("exit 0");
            Agents.ended(launch);
            Agents.await("the feeder's end", () -> feederIsGone(launch));
        }
    }

    @Test
    void theFeederGoesWithAKilledHolder() {
        try (Agents agents = new Agents(directory)) {
            Launch launch = agents.sh("sleep 1000");
            Agents.running(launch);
            Posix.kill(launch.holder().orElseThrow().pid(), Signal.KILL);
            Agents.await("the feeder's end", () -> feederIsGone(launch));
        }
    }

    private static boolean feederIsGone(Launch launch) {
        ProcessIdentity feeder =
                new LaunchDirectory(launch.directory()).holder().orElseThrow().feeder();
        return !Agents.isAlive(feeder);
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private static void assertConflict(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        MakimaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT));
    }
}
