package dev.makima.daemon.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.makima.testkit.TestRepository;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Much of everything: files, branches, bytes. */
class HostileSizesTest {
    private static final int FRAME_LIMIT = 16 * 1024 * 1024;

    @TempDir
    private static Path root;

    private static CommandBench bench;

    @BeforeAll
    static void startDaemon() {
        bench = CommandBench.start(root);
    }

    @AfterAll
    static void stopDaemon() {
        bench.close();
    }

    /** A branch made from a stream, without a file in any checkout. */
    private static void fastImport(TestRepository repository, StringBuilder stream) throws IOException {
        Path file = Files.writeString(root.resolve(UUID.randomUUID().toString()), stream);
        Process git;
        ProcessBuilder builder = new ProcessBuilder("git", "fast-import", "--quiet", "--force")
                .directory(repository.directory().toFile())
                .redirectInput(file.toFile())
                .redirectErrorStream(true);
        builder.environment().putAll(TestRepository.environment());
        git = builder.start();
        String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(git.onExit().join().exitValue()).as(said).isZero();
    }

    @Test
    void aRepositoryOfFiftyThousandFilesIsWorkedOnInTime() throws IOException {
        TestRepository repository = TestRepository.empty(root.resolve("large.git"));
        StringBuilder stream = new StringBuilder("""
                blob
                mark :1
                data 2
                x

                commit refs/heads/main
                committer T <t@example.org> 1700000000 +0000
                data 4
                Many
                """);
        for (int i = 0; i < 50_000; i++) {
            stream.append("M 100644 :1 d")
                    .append(i / 500)
                    .append("/f")
                    .append(i)
                    .append('\n');
        }
        fastImport(repository, stream.append('\n'));
        repository.branch("target");
        long start = System.nanoTime();
        // Not its checkout's: nobody has the files but the task.
        WireTask task =
                bench.done(bench.spawn("file://" + repository.directory()), "echo y > d0/f0; echo new > d0/new");
        JsonObject info = task.good("getWorktreeInfo");
        assertThat(info.getInteger("filesChanged")).isEqualTo(2);
        assertThat(task.good("getTaskDiff").getString("diff")).contains("+y", "+new");
        assertThat(WireTask.objects(task.good("createCheckpoint", "message", "it"), "filesChanged"))
                .hasSize(2);
        WireTask.assertGood(task.ask("mergeTaskToTarget", "targetBranch", "target", "squash", true));
        Path place = task.place();
        task.good("cleanupWorktree", "deleteBranch", true);
        assertThat(place).doesNotExist();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(75));
    }

    @Test
    void hundredsOfTaskBranchesAreListedAndCheckedAtOnce() throws IOException {
        TestRepository repository = bench.repository("branches");
        String base = repository.head();
        StringBuilder stream = new StringBuilder();
        for (int i = 0; i < 600; i++) {
            String subject = i + " a | b || \"c\" | größe";
            stream.append("commit refs/heads/makima/task-many-")
                    .append(i)
                    .append("\ncommitter T <t@example.org> 1700000000 +0000\ndata ")
                    .append(subject.getBytes(StandardCharsets.UTF_8).length)
                    .append('\n')
                    .append(subject)
                    .append("\nfrom ")
                    .append(base)
                    .append("\n\n");
        }
        fastImport(repository, stream);
        SourceFingerprint source = SourceFingerprint.of(repository);
        WireTask task = bench.done(repository);
        long start = System.nanoTime();
        List<JsonObject> branches = WireTask.objects(task.ask("listBranches"), "branches");
        assertThat(branches).hasSize(601);
        assertThat(branches).filteredOn(branch -> branch.getBoolean("isMerged")).hasSize(1);
        assertThat(branches)
                .filteredOn(branch -> branch.getString("name").equals("makima/task-many-77"))
                .first()
                .satisfies(branch -> {
                    assertThat(branch.getString("lastCommitMessage")).isEqualTo("77 a | b || \"c\" | größe");
                    assertThat(branch.getString("lastCommit")).hasSizeBetween(7, 12);
                    assertThat(repository.revision("makima/task-many-77")).startsWith(branch.getString("lastCommit"));
                    assertThat(branch.getValue("taskId")).isNull();
                });
        JsonObject check = task.ask("checkMergeComplete");
        assertThat(check.getBoolean("canComplete")).isFalse();
        assertThat(WireTask.strings(check, "unmergedBranches")).hasSize(600).doesNotContain(task.branch());
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
        source.assertUntouched();
    }

    @Test
    void whatIsTooLargeForAFrameIsAnsweredAsAFailureWithItsSize() throws IOException {
        TestRepository repository = bench.repository("large answers");
        WireTask task = bench.done(repository);
        // Every byte of it becomes two in JSON, and a base64 of it does not shrink.
        Files.writeString(task.place().resolve("quotes"), ("\"".repeat(99) + "\n").repeat(FRAME_LIMIT / 160));
        WireTask.assertRefused(task.ask("getWorktreeDiff"), "bytes");
        WireTask.assertRefused(task.ask("getTaskDiff"), "bytes");
        WireTask.assertRefused(task.ask("createExportPatch"), "bytes");
        byte[] noise = new byte[20_000_000];
        new Random(1).nextBytes(noise);
        Files.write(task.place().resolve("noise"), noise);
        JsonObject checkpoint = task.good("createCheckpoint", "message", "large");
        assertThat(checkpoint.getValue("patchData")).isNull();
        assertThat(WireTask.objects(checkpoint, "filesChanged")).hasSize(2);
        Files.write(repository.resolve("large.txt"), new byte[FRAME_LIMIT + 1]);
        JsonObject read = bench.ask(new JsonObject()
                .put("type", "readRepoFile")
                .put("requestId", UUID.randomUUID().toString())
                .put("contractId", UUID.randomUUID().toString())
                .put("filePath", "large.txt")
                .put("repoPath", repository.directory().toString()));
        WireTask.assertRefused(read, "16777217");
        task.good("getWorktreeInfo");
        bench.assertAlive();
    }

    @Test
    void anAnswerThatJustFitsArrivesWhole() throws IOException {
        TestRepository repository = bench.repository("just fits");
        WireTask task = bench.done(repository);
        Path file = task.place().resolve("x");
        Files.writeString(file, ("x".repeat(99) + "\n").repeat(60_000));
        String diff = task.good("getWorktreeDiff").getString("diff");
        assertThat(diff.length()).isGreaterThan(6_000_000);
        assertThat(diff.lines().filter(line -> line.startsWith("+xxx"))).hasSize(60_000);
    }

    @Test
    void aListOfMoreFilesThanFitIsStillAnAnswer() throws IOException {
        TestRepository repository = bench.repository("many changes");
        WireTask task = bench.done(repository);
        for (int i = 0; i < 5200; i++) {
            Path directory = Files.createDirectories(task.place().resolve("d" + i / 1000));
            Files.writeString(directory.resolve("f" + i + "-" + "n".repeat(100)), "");
        }
        JsonObject info = task.good("getWorktreeInfo");
        assertThat(info.getInteger("filesChanged")).isEqualTo(5200);
        assertThat(WireTask.objects(info, "files")).isNotEmpty();
        JsonObject checkpoint = task.good("createCheckpoint", "message", "many");
        assertThat(checkpoint.encode().length()).isLessThan(FRAME_LIMIT);
    }

    @Test
    void aCommandNearTheLimitOfAFrameIsTakenAndOneBeyondItEndsTheConnectionOnly(@TempDir Path other) {
        try (CommandBench own = CommandBench.start(other)) {
            TestRepository repository = own.repository("frames");
            WireTask task = own.done(repository);
            Path file = task.place().resolve("work");
            task.worktree().write("work", "x\n");
            // Git takes a message of that size; what matters is that the frame is read and answered.
            String message = "near\n\n" + ("m".repeat(79) + "\n").repeat((FRAME_LIMIT - 4096) / 81);
            JsonObject near = task.command("commitWorktree").put("message", message);
            assertThat(near.encode().length()).isBetween(FRAME_LIMIT - 300_000, FRAME_LIMIT);
            JsonObject answer = own.ask(near);
            assertThat(answer.getBoolean("success")).as(answer.encode()).isNotNull();
            assertThat(file).exists();
            String beyond = task.command("getTaskDiff")
                    .put("padding", "p".repeat(FRAME_LIMIT))
                    .encode();
            // The connection may end while it is still being written.
            Throwable broken = catchThrowable(() -> own.server.sendText(beyond));
            assertThat(broken == null || broken instanceof AssertionError).isTrue();
            // The reason for the end is lost where the rest of the frame was on its way still.
            assertThat(own.server
                            .awaitClosed(1, CommandBench.PATIENCE)
                            .getFirst()
                            .code())
                    .isIn(1009, 1006);
            own.server.awaitHandshakes(2, CommandBench.PATIENCE);
            task.good("getTaskDiff");
        }
    }

    @Test
    void aBombForAPatchIsRefusedAtOnce() throws IOException {
        TestRepository repository = bench.repository("bomb");
        WireTask task = bench.done(repository);
        String before = task.worktree().head();
        WireTask source = bench.unknown();
        String bomb = Patches.bomb(2000);
        JsonObject line = bench.ask(new JsonObject()
                .put("type", "applyPatchToWorktree")
                .put("targetTaskId", task.id())
                .put("sourceTaskId", source.id())
                .put("patchData", bomb)
                .put("baseSha", before));
        assertThat(line.getString("output")).contains("patch");
        assertThat(task.worktree().head()).isEqualTo(before);
        assertThat(task.worktree().isClean()).isTrue();
    }
}
