package dev.makima.git;

import static dev.makima.git.GitFixture.request;
import static dev.makima.git.GitFixture.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.base.MakimaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorktreeInfoTest {
    @TempDir
    private Path root;

    private GitFixture fixture;
    private Path repository;
    private Worktree worktree;

    @BeforeEach
    void setUp() throws InterruptedException {
        fixture = new GitFixture(root);
        repository = fixture.repository("app");
        fixture.commit(repository, "renamed", "a\nlonger\ntext\nto\nrecognise\n");
        fixture.commit(repository, "deleted", "x\n");
        fixture.commit(repository, "typed", "x\n");
        worktree = fixture.worktrees().create(request(repository));
    }

    @Test
    void aCleanWorktreeHasItsBranchAndCommit() throws InterruptedException {
        WorktreeInfo info = info();
        assertThat(info)
                .isEqualTo(new WorktreeInfo(
                        worktree.path(), true, List.of(), DiffStat.NONE, worktree.branch(), worktree.baseSha()));
        fixture.sh(worktree.path(), "checkout", "-q", "--detach");
        assertThat(info().branch()).isNull();
    }

    @Test
    void everyUncommittedFileIsListedWithItsLines() throws InterruptedException, IOException {
        Path path = worktree.path();
        fixture.commit(path, "committed", "not listed\n");
        fixture.sh(path, "mv", "renamed", "new\nname");
        write(path.resolve("new\nname"), "a\nlonger\ntext\nto\nrecognise\nmore\n");
        fixture.sh(path, "rm", "-q", "deleted");
        Files.delete(path.resolve("typed"));
        Files.createSymbolicLink(path.resolve("typed"), Path.of("README"));
        write(path.resolve("README"), "changed\n");
        write(path.resolve("dir/größe \"x\""), "1\n2\n");
        Files.write(path.resolve("binary"), new byte[] {0, 1});
        WorktreeInfo info = info();
        assertThat(info.files())
                .containsExactlyInAnyOrder(
                        new UncommittedFile("new\nname", "R", 1, 0),
                        new UncommittedFile("deleted", "D", 0, 1),
                        new UncommittedFile("typed", "T", 1, 1),
                        new UncommittedFile("README", "M", 1, 1),
                        new UncommittedFile("dir/größe \"x\"", "A", 2, 0),
                        new UncommittedFile("binary", "A", 0, 0));
        assertThat(info.stat()).isEqualTo(new DiffStat(6, 5, 3));
        assertThat(fixture.sh(path, "status", "--porcelain")).contains("?? binary");
    }

    @Test
    void conflictsAreListedOnce() throws InterruptedException {
        fixture.commit(worktree.path(), "README", "ours\n");
        Worktree other = fixture.worktrees().create(request(repository));
        fixture.commit(other.path(), "README", "theirs\n");
        fixture.git().run(worktree.path(), Duration.ofSeconds(20), "merge", other.branch());
        assertThat(info().files()).singleElement().satisfies(file -> {
            assertThat(file.path()).isEqualTo("README");
            assertThat(file.status()).isEqualTo("U");
            assertThat(file.insertions()).isGreaterThan(1);
        });
    }

    @Test
    void aHeadWithoutACommitHasNoSha() throws InterruptedException {
        fixture.sh(worktree.path(), "checkout", "-q", "--orphan", "fresh");
        WorktreeInfo info = info();
        assertThat(info.headSha()).isNull();
        assertThat(info.branch()).isEqualTo("fresh");
        assertThat(info.files()).hasSize(4).allMatch(file -> file.status().equals("A"));
    }

    @Test
    void aDirectoryThatIsGoneDoesNotExistAndOneOfSomebodyElseIsAFailure() throws Exception {
        Files.delete(worktree.path().resolve(".git"));
        assertThatThrownBy(this::info)
                .isInstanceOf(MakimaException.class)
                .hasMessageContaining("is not the worktree of task");
        Undisturbed.deleteTree(worktree.path());
        assertThat(info().exists()).isFalse();
        assertThat(info().files()).isEmpty();
    }

    private WorktreeInfo info() throws InterruptedException {
        return WorktreeInfo.read(fixture.git(), worktree);
    }
}
