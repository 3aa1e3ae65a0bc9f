package dev.makima.git;

import static dev.makima.git.GitFixture.request;
import static dev.makima.git.GitFixture.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.RefName;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorktreeChangesTest {
    @TempDir
    private Path root;

    private GitFixture fixture;
    private Path repository;
    private Worktree worktree;
    private WorktreeChanges changes;

    @BeforeEach
    void setUp() throws InterruptedException {
        fixture = new GitFixture(root);
        repository = fixture.repository("app");
        worktree = fixture.worktrees().create(request(repository));
        changes = new WorktreeChanges(fixture.git());
    }

    @Test
    void everythingIsCommittedAndNothingIsNoFailure() throws Exception {
        assertThat(changes.commit(worktree, null)).isEmpty();
        Path hook = fixture.hook(repository, "pre-commit");
        write(worktree.path().resolve("with space"), "x\n");
        Files.delete(worktree.path().resolve("README"));
        assertThat(changes.commit(worktree, "# My | message \"größe\"\n\nbody\n\n"))
                .contains(fixture.sh(worktree.path(), "rev-parse", "HEAD"));
        assertThat(fixture.sh(worktree.path(), "log", "-1", "--format=%B"))
                .isEqualTo("# My | message \"größe\"\n\nbody");
        assertThat(fixture.sh(worktree.path(), "ls-files")).isEqualTo("with space");
        assertThat(hook).doesNotExist();
        write(worktree.path().resolve("more"), "x\n");
        assertThat(changes.commit(worktree, " ")).isPresent();
        assertThat(fixture.sh(worktree.path(), "log", "-1", "--format=%s"))
                .isEqualTo("Work of task " + worktree.taskId());
    }

    @Test
    void halfDoneWorkIsNotCommitted() throws Exception {
        write(worktree.path().resolve("work"), "x\n");
        Path merging = write(TaskCheckout.admin(worktree).resolve("MERGE_HEAD"), worktree.baseSha() + "\n");
        assertThatThrownBy(() -> changes.commit(worktree, "x")).hasMessageContaining("a merge is in progress");
        Files.delete(merging);
        Path lock = write(TaskCheckout.admin(worktree).resolve("index.lock"), "");
        assertThatThrownBy(() -> changes.commit(worktree, "x")).hasMessageContaining("index.lock");
        Files.delete(lock);
        Undisturbed.deleteTree(worktree.path());
        assertThatThrownBy(() -> changes.commit(worktree, "x")).hasMessageContaining("is not the worktree of task");
    }

    @Test
    void aBranchIsMadeAndCheckedOutWithUncommittedWork() throws InterruptedException {
        write(worktree.path().resolve("work"), "x\n");
        Path hook = fixture.hook(repository, "post-checkout");
        WorktreeChanges.CreatedBranch made = changes.createBranch(worktree, new RefName("makima/größe"), null);
        assertThat(made).isEqualTo(new WorktreeChanges.CreatedBranch("makima/größe", worktree.baseSha()));
        assertThat(fixture.sh(worktree.path(), "symbolic-ref", "--short", "HEAD"))
                .isEqualTo("makima/größe");
        assertThat(worktree.path().resolve("work")).hasContent("x");
        assertThat(hook).doesNotExist();
    }

    @Test
    void itStartsFromABranchOfOriginATagOrACommit() throws InterruptedException {
        Path clone = fixture.cloneOf(repository, "clone");
        Worktree cloned = fixture.worktrees().create(request(clone));
        fixture.sh(repository, "checkout", "-q", "-b", "published");
        String published = fixture.commit(repository, "published", "x\n");
        fixture.sh(clone, "fetch", "-q");
        assertThat(changes.createBranch(cloned, new RefName("one"), new RefName("published"))
                        .commitSha())
                .isEqualTo(published);
        assertThat(cloned.path().resolve("published")).exists();
        assertThat(fixture.sh(clone, "config", "--get-regexp", "branch\\..*")).doesNotContain("branch.one.");
        fixture.sh(clone, "tag", "v1", "main");
        assertThat(changes.createBranch(cloned, new RefName("two"), new RefName("v1"))
                        .commitSha())
                .isEqualTo(cloned.baseSha());
        RefName sha = new RefName(published);
        assertThat(changes.createBranch(cloned, new RefName("refs/heads/three"), sha)
                        .name())
                .isEqualTo("three");
        assertThat(fixture.branches(clone)).doesNotContain("refs");
    }

    @Test
    void whatCannotBeMadeIsTold() throws InterruptedException {
        assertFails(ErrorCode.CONFLICT, "there is a branch main", new RefName("main"), null);
        assertFails(ErrorCode.NOT_FOUND, "no branch or commit nowhere", new RefName("x"), new RefName("nowhere"));
        assertFails(ErrorCode.COMMAND_FAILED, "main/sub", new RefName("main/sub"), null);
        assertFails(ErrorCode.COMMAND_FAILED, "HEAD", new RefName("HEAD"), null);
        fixture.commit(repository, "README", "other\n");
        write(worktree.path().resolve("README"), "mine\n");
        assertFails(ErrorCode.COMMAND_FAILED, "would be overwritten", new RefName("x"), new RefName("main"));
        assertThat(worktree.path().resolve("README")).hasContent("mine");
        assertThat(fixture.branches(repository)).isEqualTo("main\n" + worktree.branch());
        write(TaskCheckout.admin(worktree).resolve("MERGE_HEAD"), worktree.baseSha() + "\n");
        assertFails(ErrorCode.CONFLICT, "a merge is in progress", new RefName("x"), null);
    }

    private void assertFails(ErrorCode code, String what, RefName name, @Nullable RefName from) {
        assertThatThrownBy(() -> changes.createBranch(worktree, name, from))
                .isInstanceOfSatisfying(
                        MakimaException.class,
                        failure -> assertThat(failure.code()).isEqualTo(code))
                .hasMessageContaining(what);
    }
}
