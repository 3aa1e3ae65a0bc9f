package dev.makima.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.RunId;
import dev.makima.base.StreamName;
import dev.makima.base.TaskId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunSpoolTest {
    private final TaskId task = new TaskId(UUID.randomUUID());
    private final RunId run = new RunId(UUID.randomUUID());

    @TempDir
    private Path root;

    @Test
    void aNewSpoolHasItsStreamsForItsOwnerAlone() throws IOException {
        RunSpool spool = RunSpool.create(root.resolve("spool"), task, run);
        assertThat(spool.directory()).isEqualTo(root.resolve("spool/" + task + "/" + run));
        assertThat(mode(spool.directory())).isEqualTo("rwx------");
        for (StreamName stream : StreamName.values()) {
            assertThat(mode(spool.file(stream))).isEqualTo("rw-------");
            assertThat(spool.length(stream)).isZero();
        }
        assertThat(spool.lastLaunch()).isZero();
    }

    @Test
    void aSpoolIsCreatedOnceAndOpenedWhereItIs() {
        assertCode(ErrorCode.NOT_FOUND, () -> RunSpool.open(root, task, run));
        RunSpool.create(root, task, run).appendDaemonLine("here");
        assertCode(ErrorCode.CONFLICT, () -> RunSpool.create(root, task, run));
        assertThat(RunSpool.open(root, task, run).length(StreamName.DAEMON)).isEqualTo(5);
    }

    @Test
    void aDaemonLineIsOneHarmlessLine() {
        RunSpool spool = RunSpool.create(root, task, run);
        spool.appendDaemonLine("a\nb\r\nc\td\u001b[31m\u0000\u009b\u2028ü😀");
        assertThat(spool.file(StreamName.DAEMON)).hasContent("a b  c d\ufffd[31m\ufffd\ufffd ü😀");
    }

    @Test
    void linesThatAFullDiskDoesNotTakeComeWhenItDoes() throws IOException {
        RunSpool spool = RunSpool.create(root, task, run);
        spool.appendDaemonLine("before");
        byte[] before = Files.readAllBytes(spool.file(StreamName.DAEMON));
        full(spool.file(StreamName.DAEMON));
        spool.appendDaemonLine("one");
        spool.appendDaemonLine("two");
        spool.catchUp();
        Files.delete(spool.file(StreamName.DAEMON));
        Files.write(spool.file(StreamName.DAEMON), before);
        spool.catchUp();
        assertThat(spool.file(StreamName.DAEMON)).hasContent("before\none\ntwo\n");
        spool.appendDaemonLine("three");
        assertThat(spool.file(StreamName.DAEMON)).hasContent("before\none\ntwo\nthree\n");
    }

    @Test
    void onlySoMuchIsKeptOfWhatAFullDiskDoesNotTake() throws IOException {
        RunSpool spool = RunSpool.create(root, task, run);
        full(spool.file(StreamName.DAEMON));
        for (int i = 0; i < 1000; i++) {
            spool.appendDaemonLine("x".repeat(999));
        }
        Files.delete(spool.file(StreamName.DAEMON));
        Files.createFile(spool.file(StreamName.DAEMON));
        spool.catchUp();
        assertThat(spool.length(StreamName.DAEMON))
                .isBetween(DaemonLines.MOST_KEPT_BYTES - 1000L, (long) DaemonLines.MOST_KEPT_BYTES);
    }

    /** A device that answers each write as a full disk does. */
    private static void full(Path file) throws IOException {
        Files.delete(file);
        Files.createSymbolicLink(file, Path.of("/dev/full"));
    }

    @Test
    void aTornDaemonLineIsEndedBeforeTheNextOne() throws IOException {
        RunSpool spool = RunSpool.create(root, task, run);
        Files.writeString(spool.file(StreamName.DAEMON), "whole\ntor", StandardOpenOption.APPEND);
        spool.appendDaemonLine("next");
        spool.appendDaemonLine("last");
        assertThat(Files.readString(spool.file(StreamName.DAEMON))).isEqualTo("whole\ntor\nnext\nlast\n");
    }

    @Test
    void daemonLinesOfManyThreadsStayWhole() throws Exception {
        RunSpool spool = RunSpool.create(root, task, run);
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            String line = String.valueOf(t).repeat(500);
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 50; i++) {
                    spool.appendDaemonLine(line);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        List<String> lines = Files.readAllLines(spool.file(StreamName.DAEMON), StandardCharsets.UTF_8);
        assertThat(lines).hasSize(200).allMatch(line -> line.matches("(0{500}|1{500}|2{500}|3{500})"));
    }

    @Test
    void deletingARunLeavesTheTasksOtherRuns() throws IOException {
        RunSpool spool = RunSpool.create(root, task, run);
        RunSpool other = RunSpool.create(root, task, new RunId(UUID.randomUUID()));
        Path outside =
                Files.writeString(Files.createDirectory(root.resolve("outside")).resolve("f"), "keep");
        Files.createSymbolicLink(spool.directory().resolve("launch-3"), root.resolve("outside"));
        Files.createDirectory(spool.directory().resolve("launch-x"));
        assertThat(spool.lastLaunch()).isEqualTo(3);
        spool.delete();
        assertThat(spool.directory()).doesNotExist();
        assertThat(outside).exists();
        assertThat(other.directory()).exists();
        spool.delete();
        other.delete();
        assertThat(root.resolve(task.toString())).doesNotExist();
        assertThat(root).exists();
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private static void assertCode(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        MakimaException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
