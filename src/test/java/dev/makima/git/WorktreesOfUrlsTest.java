package dev.makima.git;

import static dev.makima.git.GitFixture.branchOf;
import static dev.makima.git.GitFixture.request;
import static dev.makima.git.GitFixture.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.testkit.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WorktreesOfUrlsTest extends WorktreesBench {
    @Test
    void aUrlIsClonedOnceBareAndFetchedAfterThat() throws InterruptedException {
        Path origin = fixture.repository("app");
        Worktree first = worktrees.create(request(url(origin), null));
        assertThat(first.repository().getParent()).isEqualTo(root.resolve("repos"));
        assertThat(first.repository().getFileName().toString()).matches("app-[0-9a-f]{16}\\.git");
        assertThat(fixture.sh(first.repository(), "rev-parse", "--is-bare-repository"))
                .isEqualTo("true");
        assertThat(first.path().resolve("README")).hasContent("hello");
        assertThat(first.baseBranch()).isEqualTo("main");
        String newer = fixture.commit(origin, "more", "x\n");
        Worktree second = worktrees.create(request(url(origin), null));
        assertThat(second.repository()).isEqualTo(first.repository());
        assertThat(second.baseSha()).isEqualTo(newer);
        assertThat(second.warnings()).isEmpty();
        assertThat(clones()).hasSize(1);
        assertThat(fixture.branches(first.repository()).lines())
                .containsExactlyInAnyOrder(first.branch(), second.branch());
    }

    @Test
    void whatWasRewrittenOrDeletedAtTheOriginIsNotStartedFrom() throws InterruptedException {
        Path origin = fixture.repository("app");
        fixture.sh(origin, "branch", "a");
        worktrees.create(request(url(origin), null));
        fixture.sh(origin, "checkout", "-q", "--orphan", "other");
        String rewritten = fixture.commit(origin, "more", "x\n");
        fixture.sh(origin, "branch", "-M", "main");
        fixture.sh(origin, "branch", "-D", "a");
        fixture.sh(origin, "branch", "a/b");
        Worktree worktree = worktrees.create(request(url(origin), null));
        assertThat(worktree.baseSha()).isEqualTo(rewritten);
        assertThat(worktree.warnings()).isEmpty();
        assertThat(worktrees.create(request(url(origin), "a/b")).baseSha()).isEqualTo(rewritten);
        assertThatExceptionOfType(MakimaException.class)
                .isThrownBy(() -> worktrees.create(request(url(origin), "a")))
                .satisfies(e -> assertThat(e.explain())
                        .contains("has no branch a. There are: ")
                        .contains("a/b"));
    }

    @Test
    void aNewDefaultBranchAtTheOriginIsFollowed() throws InterruptedException {
        Path origin = fixture.repository("app");
        worktrees.create(request(url(origin), null));
        fixture.sh(origin, "checkout", "-q", "-b", "next");
        fixture.commit(origin, "more", "x\n");
        assertThat(worktrees.create(request(url(origin), null)).baseBranch()).isEqualTo("next");
        assertThat(worktrees.create(request(url(origin), "main")).baseBranch()).isEqualTo("main");
    }

    @Test
    void twoUrlsWithTheSameLastPartNeverShareAClone() throws InterruptedException {
        Path one = fixture.repository("one/app");
        Path two = fixture.repository("two/app");
        fixture.commit(two, "only-in-two", "x\n");
        Worktree first = worktrees.create(request(url(one), null));
        Worktree second = worktrees.create(request(url(two), null));
        assertThat(first.repository()).isNotEqualTo(second.repository());
        assertThat(first.path().resolve("only-in-two")).doesNotExist();
        assertThat(second.path().resolve("only-in-two")).exists();
    }

    @Test
    void anOriginThatIsGoneAfterTheCloneIsAWarning() throws Exception {
        Path origin = fixture.repository("app");
        worktrees.create(request(url(origin), null));
        Files.move(origin, root.resolve("moved"));
        Worktree worktree = worktrees.create(request(url(origin), null));
        assertThat(worktree.warnings()).singleElement().asString().startsWith("could not fetch origin of file://");
        assertThat(worktree.baseBranch()).isEqualTo("main");
    }

    @Test
    void aUrlThatCannotBeClonedIsToldAndLeavesNothing() throws IOException {
        MakimaException failure = assertFails(url(root.resolve("nowhere")));
        assertThat(failure.code()).isEqualTo(ErrorCode.COMMAND_FAILED);
        assertThat(failure.explain()).contains("could not clone file://").contains("Check the");
        int port = FreePort.next();
        assertThat(assertFails("http://user:secret@127.0.0.1:" + port + "/app.git")
                        .explain())
                .contains("could not clone http://127.0.0.1:" + port)
                .doesNotContain("secret");
        assertThat(clones()).isEmpty();
    }

    @Test
    void anEmptyRepositoryIsRefusedUntilItHasACommit() throws Exception {
        Path origin = Files.createDirectory(root.resolve("empty"));
        fixture.sh(origin, "init", "-q");
        assertThat(assertFails(url(origin)).what()).contains("no commit yet");
        fixture.commit(origin, "first", "x\n");
        assertThat(worktrees.create(request(url(origin), null)).baseBranch()).isEqualTo("main");
    }

    @Test
    void aHalfMadeCloneIsNeverUsed() throws Exception {
        Path origin = fixture.repository("app");
        Worktree worktree = worktrees.create(request(url(origin), null));
        String name = worktree.repository().getFileName().toString();
        Undisturbed.deleteTree(worktree.repository());
        write(root.resolve("repos/." + name + ".123/clone/.git/HEAD"), "ref: refs/heads/half\n");
        assertThat(worktrees.create(request(url(origin), null)).path().resolve("README"))
                .hasContent("hello");
        assertThat(clones()).containsExactly(name);
    }

    @Test
    void aShallowOriginAndADetachedOneWillDo() throws InterruptedException {
        Path origin = fixture.repository("app");
        fixture.commit(origin, "more", "x\n");
        fixture.sh(origin, "checkout", "-q", "--detach", "HEAD~");
        assertThat(worktrees.create(request(url(origin), null)).baseBranch()).isEqualTo("main");
        fixture.sh(root, "clone", "-q", "--depth=1", "--branch=main", url(origin), "shallow");
        assertThat(worktrees
                        .create(request(url(root.resolve("shallow")), null))
                        .path()
                        .resolve("more"))
                .exists();
    }

    @Test
    void aSlowOriginCostsNoMoreThanTheLimit() throws Exception {
        Path origin = fixture.repository("app");
        Path local = fixture.cloneOf(origin, "local");
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            fixture.sh(local, "remote", "set-url", "origin", "http://127.0.0.1:" + silent.getLocalPort() + "/app.git");
            Worktrees impatient = new Worktrees(fixture.git(), fixture.settings(), Duration.ofMillis(500));
            Worktree worktree = impatient.create(request(local));
            assertThat(worktree.warnings()).singleElement().asString().contains("did not end within 500 ms");
        }
    }

    @Test
    void theWorkGoesToABranchOfTheOriginByAPush() throws InterruptedException {
        Path origin = fixture.repository("app");
        Worktree worktree = worktrees.create(request(url(origin), null));
        Path prePush = fixture.root.resolve("pushed");
        GitFixture.program(
                GitFixture.directory(worktree.repository().resolve("hooks")).resolve("pre-push"),
                "#!/bin/sh\ntouch " + prePush + "\nexit 1\n");
        write(worktree.path().resolve("work"), "done\n");
        CompletionResult result = new Completion(fixture.git()).branch(worktree, "Fix the bug", null);
        String id = worktree.taskId().shortId();
        assertThat(branchOf(result)).isEqualTo("makima/fix-the-bug-" + id);
        assertThat(fixture.sh(origin, "rev-parse", branchOf(result))).isEqualTo(result.commitSha());
        assertThat(prePush).doesNotExist();
        assertThat(fixture.sh(worktree.path(), "symbolic-ref", "--short", "HEAD"))
                .isEqualTo(worktree.branch());
        // Going on with the task and ending it again moves that branch on.
        write(worktree.path().resolve("work"), "done better\n");
        CompletionResult again = new Completion(fixture.git()).branch(worktree, "Fix the bug", null);
        assertThat(fixture.sh(origin, "rev-parse", branchOf(result))).isEqualTo(again.commitSha());
    }

    private MakimaException assertFails(String url) {
        return catchThrowableOfType(MakimaException.class, () -> worktrees.create(request(url, null)));
    }

    private List<String> clones() {
        try (Stream<Path> files = Files.list(root.resolve("repos"))) {
            return files.map(file -> file.getFileName().toString()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String url(Path repository) {
        return "file://" + repository;
    }
}
