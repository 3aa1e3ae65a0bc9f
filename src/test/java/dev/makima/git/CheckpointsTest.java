package dev.makima.git;

import static dev.makima.git.GitFixture.request;
import static dev.makima.git.GitFixture.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {
    @TempDir
    private Path root;

    private GitFixture fixture;
    private Checkpoints checkpoints;
    private Path origin;
    private Path repository;
    private Worktree worktree;

    @BeforeEach
    void setUp() throws InterruptedException {
        fixture = new GitFixture(root);
        checkpoints = new Checkpoints(fixture.git());
        origin = fixture.repository("origin");
        OddFiles.before(origin);
        fixture.commit(origin, "last", "x\n");
        repository = fixture.cloneOf(origin, "app");
        worktree = fixture.worktrees().create(request(repository));
    }

    @AfterEach
    void tearDown() {
        checkpoints.close();
    }

    private Checkpoint.Made made(String message) throws InterruptedException {
        Checkpoint checkpoint = checkpoints.make(worktree, message, false);
        assertThat(checkpoint).isInstanceOf(Checkpoint.Made.class);
        return (Checkpoint.Made) checkpoint;
    }

    @Test
    void everythingIsInTheCommitAndTheAgentSeesNothingOfIt() throws IOException, InterruptedException {
        OddFiles.change(worktree.path());
        fixture.sh(worktree.path(), "add", "staged", "mode");
        Path admin = GitFiles.adminDirectoryOf(worktree.path()).orElseThrow();
        String status = fixture.sh(worktree.path(), "status", "--porcelain", "-b");
        String head = fixture.sh(worktree.path(), "rev-parse", "HEAD");
        byte[] untouched = Files.readAllBytes(admin.resolve("index"));

        Checkpoint.Made made = made("[WIP] Heartbeat checkpoint - 2026-02-03 04:05:06 UTC");

        assertThat(admin.resolve("index")).hasBinaryContent(untouched);
        assertThat(fixture.sh(worktree.path(), "status", "--porcelain", "-b")).isEqualTo(status);
        assertThat(fixture.sh(worktree.path(), "rev-parse", "HEAD")).isEqualTo(head);
        assertThat(fixture.branches(repository)).doesNotContain("checkpoint");
        assertThat(made.branch()).isEqualTo(worktree.branch());
        assertThat(fixture.sh(repository, "log", "-1", "--format=%s|%P|%an", made.commitSha()))
                .isEqualTo("[WIP] Heartbeat checkpoint - 2026-02-03 04:05:06 UTC|" + head + "|Ada");
        fixture.sh(repository, "checkout", "-q", "--detach", made.commitSha());
        assertThat(OddFiles.everythingIn(repository)).isEqualTo(OddFiles.everythingIn(worktree.path()));
    }

    @Test
    void namesRenamesAndBinaryFilesAreToldRight() throws IOException, InterruptedException {
        Path tree = worktree.path();
        Files.move(tree.resolve("renamed from"), tree.resolve("renamed to größe"));
        write(tree.resolve("a b\tc\nd"), "nothing\nalike\n");
        Files.write(tree.resolve("binary"), new byte[] {0, 1, 2});
        Files.delete(tree.resolve("deleted"));
        assertThat(tree.resolve("mode").toFile().setExecutable(true)).isTrue();
        Files.delete(tree.resolve("becomes link"));
        Files.createSymbolicLink(tree.resolve("becomes link"), Path.of("x"));
        Checkpoint.Made made = made("odd");
        assertThat(made.filesChanged())
                .containsExactlyInAnyOrder(
                        new FileChange("R", "renamed to größe"),
                        new FileChange("A", "a b\tc\nd"),
                        new FileChange("M", "binary"),
                        new FileChange("D", "deleted"),
                        new FileChange("M", "mode"),
                        new FileChange("T", "becomes link"));
        assertThat(made.linesAdded()).isEqualTo(3);
        assertThat(made.linesRemoved()).isEqualTo(3);
    }

    @Test
    void withoutChangesThereIsNone() throws InterruptedException {
        assertThat(checkpoints.make(worktree, "x", true)).isEqualTo(Checkpoint.None.NO_CHANGES);
        write(worktree.path().resolve("new"), "1\n");
        Checkpoint.Made first = made("first");
        assertThat(checkpoints.make(worktree, "x", false)).isEqualTo(Checkpoint.None.NO_CHANGES);
        assertThat(Checkpoint.None.NO_CHANGES.reason()).isEqualTo("No changes to checkpoint");
        fixture.commit(worktree.path(), "new", "1\n");
        assertThat(checkpoints.make(worktree, "x", false)).isEqualTo(Checkpoint.None.NO_CHANGES);
        assertThat(checkpoints.last(worktree)).contains(first.commitSha());
    }

    @Test
    void whatTheAgentHasCommittedIsSavedToo() throws InterruptedException {
        String first = fixture.commit(worktree.path(), "one", "1\n");
        String second = fixture.commit(worktree.path(), "two", "2\n");
        Checkpoint.Made made = made("all committed");
        assertThat(made.filesChanged())
                .containsExactlyInAnyOrder(new FileChange("A", "one"), new FileChange("A", "two"));
        assertThat(made.linesAdded()).isEqualTo(2);
        assertThat(fixture.sh(repository, "log", "--format=%H", "-3", made.commitSha())
                        .lines())
                .containsExactly(made.commitSha(), second, first);
        assertThat(checkpoints.make(worktree, "x", false)).isEqualTo(Checkpoint.None.NO_CHANGES);

        write(worktree.path().resolve("three"), "3\n");
        made("on top");
        fixture.sh(worktree.path(), "clean", "-fdq");
        // Else the patch of the last one would bring back what the agent has thrown away.
        assertThat(made("thrown away").filesChanged()).containsExactly(new FileChange("D", "three"));
    }

    @Test
    void withoutItsBaseOnlyWhatIsNotCommittedCounts() throws InterruptedException {
        Worktree odd = new Worktree(
                worktree.taskId(),
                worktree.path(),
                worktree.repository(),
                worktree.branch(),
                worktree.baseBranch(),
                "0".repeat(40),
                List.of());
        fixture.commit(worktree.path(), "one", "1\n");
        assertThat(checkpoints.make(odd, "x", false)).isEqualTo(Checkpoint.None.NO_CHANGES);
        write(worktree.path().resolve("two"), "2\n");
        assertThat(checkpoints.make(odd, "x", false)).isInstanceOf(Checkpoint.Made.class);
    }

    @Test
    void checkpointsFormAHistoryWithTheAgentsCommits() throws InterruptedException {
        write(worktree.path().resolve("new"), "1\n");
        Checkpoint.Made first = made("first");
        write(worktree.path().resolve("new"), "1\n2\n");
        Checkpoint.Made second = made("second");
        assertThat(second.filesChanged()).containsExactly(new FileChange("M", "new"));
        assertThat(second.linesAdded()).isEqualTo(1);
        String agents = fixture.commit(worktree.path(), "agents", "x\n");
        write(worktree.path().resolve("more"), "1\n");
        Checkpoint.Made third = made("third");
        assertThat(third.filesChanged()).containsExactly(new FileChange("A", "more"));
        assertThat(fixture.sh(repository, "log", "--first-parent", "-2", "--format=%P", second.commitSha())
                        .lines())
                .first()
                .isEqualTo(first.commitSha());
        assertThat(fixture.sh(repository, "log", "-1", "--format=%P", third.commitSha()))
                .isEqualTo(agents + " " + second.commitSha());
        checkpoints.forget(worktree);
        assertThat(checkpoints.last(worktree)).isEmpty();
        checkpoints.forget(worktree);
    }

    @Test
    void aFileChangedWithinTheSecondOfItsCommitIsSeen() throws InterruptedException {
        fixture.commit(worktree.path(), "quick", "one\n");
        write(worktree.path().resolve("quick"), "two\n");
        assertThat(made("x").filesChanged()).containsExactly(new FileChange("M", "quick"));
        assertThat(new Changes(fixture.git()).stat(worktree)).isEqualTo(new DiffStat(1, 1, 0));
    }

    @Test
    void aDetachedHeadHasNoBranch() throws InterruptedException {
        fixture.sh(worktree.path(), "checkout", "-q", "--detach");
        write(worktree.path().resolve("new"), "1\n");
        assertThat(made("x").branch()).isEqualTo("unknown");
        assertThat(fixture.sh(worktree.path(), "status", "--porcelain")).isEqualTo("?? new");
    }

    @Test
    void aHeldIndexLockIsNoReasonToWait() throws InterruptedException {
        Path admin = GitFiles.adminDirectoryOf(worktree.path()).orElseThrow();
        write(admin.resolve("index.lock"), "held by the agent");
        write(worktree.path().resolve("new"), "1\n");
        assertThat(made("x").filesChanged()).containsExactly(new FileChange("A", "new"));
        assertThat(admin.resolve("index.lock")).hasContent("held by the agent");
    }

    @Test
    void mergesRebasesBisectsAndConflictsAreLeftAlone() throws InterruptedException {
        Path tree = worktree.path();
        fixture.sh(tree, "checkout", "-q", "-b", "side");
        fixture.commit(tree, "README", "side\n");
        fixture.sh(tree, "checkout", "-q", worktree.branch());
        fixture.commit(tree, "README", "main\n");
        write(tree.resolve("new"), "1\n");
        for (List<String> begun : List.of(
                List.of("merge", "side"),
                List.of("rebase", "side"),
                List.of("cherry-pick", "side"),
                List.of("revert", "--no-commit", "HEAD"))) {
            fixture.git().run(tree, Duration.ofSeconds(20), begun.toArray(String[]::new));
            assertThat(checkpoints.make(worktree, "x", false))
                    .isEqualTo(new Checkpoint.None("a " + begun.getFirst() + " is in progress, which is left alone"));
            fixture.sh(tree, begun.getFirst(), "--abort");
        }
        fixture.sh(tree, "bisect", "start");
        assertThat(checkpoints.make(worktree, "x", false))
                .isEqualTo(new Checkpoint.None("a bisect is in progress, which is left alone"));
        fixture.sh(tree, "bisect", "reset");
        write(tree.resolve("README"), "stashed\n");
        fixture.sh(tree, "stash", "-q");
        fixture.commit(tree, "README", "other\n");
        fixture.git().run(tree, Duration.ofSeconds(20), "stash", "pop");
        assertThat(checkpoints.make(worktree, "x", false))
                .isEqualTo(new Checkpoint.None("there are unresolved conflicts, which are left alone"));
        assertThat(fixture.sh(tree, "status", "--porcelain")).contains("UU README");
        assertThat(checkpoints.last(worktree)).isEmpty();
    }

    @Test
    void aDirectoryThatIsNoWorktreeAnyMoreIsRefused() throws IOException, InterruptedException {
        write(worktree.path().resolve("new"), "1\n");
        Files.delete(worktree.path().resolve(".git"));
        fixture.sh(root, "init", "-q");
        assertThatExceptionOfType(MakimaException.class)
                .isThrownBy(() -> checkpoints.make(worktree, "x", false))
                .withMessageContaining("is not the worktree of task");
        fixture.sh(worktree.path(), "init", "-q");
        assertThatExceptionOfType(MakimaException.class)
                .isThrownBy(() -> checkpoints.make(worktree, "x", false))
                .withMessageContaining("is not the worktree of task");
    }

    @Test
    void itIsPushedToARefThatIsNoBranch() throws InterruptedException {
        write(worktree.path().resolve("new"), "1\n");
        checkpoints.make(worktree, "first", true);
        write(worktree.path().resolve("new"), "2\n");
        checkpoints.make(worktree, "second", true);
        fixture.commit(worktree.path(), "agents", "x\n");
        write(worktree.path().resolve("new"), "3\n");
        Checkpoint.Made third = (Checkpoint.Made) checkpoints.make(worktree, "third", true);
        assertThat(checkpoints.awaitPushes(Duration.ofSeconds(30))).isTrue();
        assertThat(fixture.sh(origin, "rev-parse", TaskNames.checkpoints(worktree.taskId())))
                .isEqualTo(third.commitSha());
        assertThat(fixture.branches(origin)).isEqualTo("main");
        fixture.sh(worktree.path(), "push", "-q", "origin", "HEAD");
    }

    @Test
    void aLaterHandOverPushesToARefOfItsOwnAndOneThatIsOverToNone() throws InterruptedException {
        AtomicBoolean over = new AtomicBoolean();
        HandOver second = new HandOver(2, () -> {
            if (over.get()) {
                throw new MakimaException(ErrorCode.CONFLICT, "the lease is over");
            }
        });
        write(worktree.path().resolve("new"), "1\n");
        Checkpoint.Made made = (Checkpoint.Made) checkpoints.make(worktree, "first", Optional.of(second));
        assertThat(checkpoints.awaitPushes(Duration.ofSeconds(30))).isTrue();
        String ref = TaskNames.checkpoints(worktree.taskId());
        assertThat(fixture.sh(worktree.path(), "ls-remote", "origin", ref + "*"))
                .isEqualTo(made.commitSha() + "\t" + ref + "-2");
        over.set(true);
        write(worktree.path().resolve("new"), "2\n");
        assertThat(checkpoints.make(worktree, "second", Optional.of(second))).isInstanceOf(Checkpoint.Made.class);
        assertThat(checkpoints.awaitPushes(Duration.ofSeconds(30))).isTrue();
        assertThat(fixture.sh(worktree.path(), "ls-remote", "origin", ref + "*"))
                .contains(made.commitSha());
    }

    @Test
    void aDeadRemoteHoldsNothingUp() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String dead = "http://127.0.0.1:" + silent.getLocalPort() + "/app";
            fixture.sh(repository, "remote", "set-url", "origin", dead);
            for (int i = 0; i < 5; i++) {
                write(worktree.path().resolve("new"), i + "\n");
                assertThat(checkpoints.make(worktree, "x", true)).isInstanceOf(Checkpoint.Made.class);
            }
            assertThat(checkpoints.awaitPushes(Duration.ofMillis(50))).isFalse();
            checkpoints.close();
            assertThat(checkpoints.awaitPushes(Duration.ofSeconds(20))).isTrue();
        }
    }

    @Test
    void withoutAnIdentityAndWithoutAMessageThereIsStillACommit() throws InterruptedException {
        write(
                fixture.home.resolve(".gitconfig"),
                "[user]\n\tuseConfigOnly = true\n[i18n]\n\tcommitEncoding = latin1\n");
        write(worktree.path().resolve("new"), "1\n");
        assertThat(fixture.sh(
                        repository,
                        "log",
                        "-1",
                        "--format=%an <%ae> %B",
                        made(" \0 ").commitSha()))
                .isEqualTo("Makima <makima@localhost> Checkpoint");
        write(worktree.path().resolve("new"), "2\n");
        assertThat(fixture.sh(
                        repository,
                        "log",
                        "-1",
                        "--encoding=UTF-8",
                        "--format=%B",
                        made("größe\n\nbody").commitSha()))
                .isEqualTo("größe\n\nbody");
    }

    @Test
    void helperFilesAndNestedRepositoriesDoNotDisturb() throws InterruptedException {
        Path nested = GitFixture.directory(worktree.path().resolve("nested"));
        fixture.sh(nested, "init", "-q");
        write(worktree.path().resolve(".makima/prompt"), "secret\n");
        write(worktree.path().resolve("new"), "1\n");
        assertThat(made("x").filesChanged()).containsExactly(new FileChange("A", "new"));
    }
}
