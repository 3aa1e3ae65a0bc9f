package dev.makima.git;

import static dev.makima.git.GitFixture.request;
import static dev.makima.git.GitFixture.write;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentHashTest {
    @TempDir
    private Path root;

    private GitFixture fixture;
    private Changes changes;
    private Path repository;
    private Worktree worktree;

    @BeforeEach
    void setUp() throws InterruptedException {
        fixture = new GitFixture(root);
        changes = new Changes(fixture.git());
        repository = fixture.repository("app");
        OddFiles.before(repository);
        fixture.commit(repository, "last", "x\n");
        worktree = fixture.worktrees().create(request(repository));
    }

    @Test
    void whetherCommittedOrStagedMakesNoDifference() throws InterruptedException {
        String before = changes.contentHash(worktree);
        assertThat(changes.contentHash(worktree)).isEqualTo(before);
        OddFiles.change(worktree.path());
        String after = changes.contentHash(worktree);
        assertThat(after).isNotEqualTo(before);
        fixture.sh(worktree.path(), "add", "staged", "mode");
        assertThat(changes.contentHash(worktree)).isEqualTo(after);
        fixture.sh(worktree.path(), "add", "--all");
        fixture.sh(worktree.path(), "commit", "-q", "-m", "all");
        assertThat(changes.contentHash(worktree)).isEqualTo(after);
        fixture.sh(worktree.path(), "reset", "-q", "--hard", worktree.baseSha());
        assertThat(changes.contentHash(worktree)).isEqualTo(before);
    }

    @Test
    void everyChangeMakesADifferenceAndIgnoredOnesNone() throws IOException, InterruptedException {
        Path tree = worktree.path();
        Set<String> seen = new HashSet<>();
        seen.add(changes.contentHash(worktree));
        write(tree.resolve("noise.log"), "ignored\n");
        write(tree.resolve(".makima/prompt"), "helper\n");
        assertThat(seen).contains(changes.contentHash(worktree));
        write(tree.resolve("README"), "HELLO\n");
        assertThat(seen.add(changes.contentHash(worktree))).isTrue();
        write(tree.resolve("untracked"), "one\n");
        assertThat(seen.add(changes.contentHash(worktree))).isTrue();
        write(tree.resolve("untracked"), "two\n");
        assertThat(seen.add(changes.contentHash(worktree))).isTrue();
        assertThat(tree.resolve("mode").toFile().setExecutable(true)).isTrue();
        assertThat(seen.add(changes.contentHash(worktree))).isTrue();
        Files.delete(tree.resolve("deleted"));
        assertThat(seen.add(changes.contentHash(worktree))).isTrue();
        Files.move(tree.resolve("untracked"), tree.resolve("renamed"));
        assertThat(seen.add(changes.contentHash(worktree))).isTrue();
    }

    @Test
    void nestedRepositoriesDoNotCount() throws InterruptedException {
        String before = changes.contentHash(worktree);
        Path nested = GitFixture.directory(worktree.path().resolve("nested"));
        fixture.sh(nested, "init", "-q");
        fixture.commit(nested, "inner", "x\n");
        assertThat(changes.contentHash(worktree)).isEqualTo(before);
        write(worktree.path().resolve("new"), "x\n");
        assertThat(changes.contentHash(worktree)).isNotEqualTo(before);
    }

    @Test
    void nothingIsLeftInTheRepository() throws InterruptedException {
        OddFiles.change(worktree.path());
        String objects = fixture.sh(repository, "count-objects", "-v");
        changes.contentHash(worktree);
        assertThat(fixture.sh(repository, "count-objects", "-v")).isEqualTo(objects);
    }
}
