package dev.makima.git;

import static dev.makima.git.GitFixture.request;
import static dev.makima.git.GitFixture.write;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChangesTest {
    @TempDir
    private Path root;

    private GitFixture fixture;
    private Changes changes;
    private Worktree worktree;

    @BeforeEach
    void setUp() throws InterruptedException {
        fixture = new GitFixture(root);
        changes = new Changes(fixture.git());
        Path repository = fixture.repository("app");
        write(repository.resolve(".gitignore"), "*.log\n");
        write(repository.resolve("old"), "1\n2\n3\n4\n5\n6\n7\n8\n");
        fixture.commit(repository, "gone", "1\n2\n");
        worktree = fixture.worktrees().create(request(repository));
    }

    @Test
    void committedStagedUnstagedAndUntrackedAllCount() throws InterruptedException {
        assertThat(changes.stat(worktree)).isEqualTo(DiffStat.NONE);
        fixture.commit(worktree.path(), "committed", "1\n");
        write(worktree.path().resolve("staged"), "1\n2\n");
        fixture.sh(worktree.path(), "add", "staged");
        write(worktree.path().resolve("README"), "changed\n");
        write(worktree.path().resolve("a/b/untracked"), "1\n2\n3");
        write(worktree.path().resolve("noise.log"), "ignored\n");
        assertThat(changes.stat(worktree)).isEqualTo(new DiffStat(4, 7, 1));
    }

    @Test
    void renamesDeletionsBinaryFilesAndOddNamesAreCountedRight() throws IOException, InterruptedException {
        Files.move(worktree.path().resolve("old"), worktree.path().resolve("re\tnamed\nfile"));
        Files.delete(worktree.path().resolve("gone"));
        Files.write(worktree.path().resolve("bin ary"), new byte[] {0, 1, 2, 10, 0});
        write(worktree.path().resolve("\"größe\""), "nothing alike\n");
        assertThat(changes.stat(worktree)).isEqualTo(new DiffStat(4, 1, 2));
    }

    @Test
    void theAgentsIndexIsNeitherReadLockedNorChanged() throws IOException, InterruptedException {
        write(worktree.path().resolve("untracked"), "1\n");
        write(worktree.path().resolve("README"), "changed\n");
        Path admin = GitFiles.adminDirectoryOf(worktree.path()).orElseThrow();
        byte[] before = Files.readAllBytes(admin.resolve("index"));
        write(admin.resolve("index.lock"), "held by the agent");
        assertThat(changes.stat(worktree)).isEqualTo(new DiffStat(2, 2, 1));
        assertThat(admin.resolve("index")).hasBinaryContent(before);
        Files.delete(admin.resolve("index.lock"));
        assertThat(fixture.sh(worktree.path(), "status", "--porcelain")).isEqualTo("M README\n?? untracked");
    }

    @Test
    void nestedRepositoriesDoNotKeepTheRestFromBeingCounted() throws InterruptedException {
        Path nested = GitFixture.directory(worktree.path().resolve("nested"));
        fixture.sh(nested, "init", "-q");
        write(worktree.path().resolve("untracked"), "1\n");
        assertThat(changes.stat(worktree)).isEqualTo(new DiffStat(1, 1, 0));
    }

    @Test
    void numbersReadLikeASentence() {
        assertThat(new DiffStat(1, 0, 1)).hasToString("1 file changed, 0 insertions, 1 deletion");
    }
}
