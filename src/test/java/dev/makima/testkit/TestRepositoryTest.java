package dev.makima.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Repositories for tests are real, quick to make, and free of the user's configuration. */
class TestRepositoryTest {
    @TempDir
    Path directory;

    @Test
    void aRepositoryHasItsFilesBranchesAndARemote() {
        TestRepository repository = TestRepository.create(directory.resolve("r"), 250);
        assertThat(repository.files("main")).hasSize(251).contains("src/d2/f249.txt");
        TestRepository remote = repository.bareClone(directory.resolve("remote.git"));
        repository.remote("origin", remote).branch("feature").checkout("feature");
        String commit = repository.commit("a b.txt", "text\n", "feat: a | b");
        repository.git("push", "-q", "origin", "feature");
        assertThat(remote.revision("feature")).isEqualTo(commit);
        assertThat(remote.content("feature", "a b.txt")).isEqualTo("text\n");
        assertThat(repository.subjects("feature")).containsExactly("feat: a | b", "Initial commit");
        assertThat(repository.branches()).containsExactly("feature", "main");
        assertThat(repository.isClean()).isTrue();
    }

    @Test
    void aHookLeavesItsMarkWhenGitRunsIt() {
        TestRepository repository = TestRepository.create(directory.resolve("r"));
        Path mark = repository.markingHook("post-checkout");
        assertThat(mark).doesNotExist();
        TestRepository worktree = repository.worktree(directory.resolve("w"), "work");
        assertThat(mark).exists();
        assertThat(worktree.git("symbolic-ref", "--short", "HEAD")).isEqualTo("work\n");
    }
}
