package dev.makima.git;

import static dev.makima.git.GitFixture.request;
import static dev.makima.git.GitFixture.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.TaskId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorktreeCleanupTest {
    @TempDir
    private Path root;

    private GitFixture fixture;
    private Path repository;
    private Worktree worktree;
    private WorktreeCleanup cleanup;

    @BeforeEach
    void setUp() throws InterruptedException {
        fixture = new GitFixture(root);
        repository = fixture.repository("app");
        worktree = fixture.worktrees().create(request(repository));
        cleanup = new WorktreeCleanup(fixture.git());
    }

    @Test
    void theWorktreeAndItsRecordGoAndTheBranchStays() throws InterruptedException {
        fixture.commit(worktree.path(), "work", "x\n");
        CleanupResult result = cleanup.cleanup(worktree, false);
        assertThat(result.success()).as(result.message()).isTrue();
        assertThat(worktree.path()).doesNotExist();
        assertThat(repository.resolve(".git/makima/" + worktree.taskId())).doesNotExist();
        assertThat(fixture.sh(repository, "worktree", "list").lines()).hasSize(1);
        assertThat(fixture.branches(repository)).isEqualTo("main\n" + worktree.branch());
        Worktree again = fixture.worktrees()
                .create(new WorktreeRequest(worktree.taskId(), "Fix the bug", repository.toString(), null));
        assertThat(again.branch()).isEqualTo(worktree.branch());
        assertThat(again.path().resolve("work")).exists();
    }

    @Test
    void unsavedWorkGoesOnlyWhereSomebodySaysSo() throws InterruptedException {
        write(worktree.path().resolve("work"), "x\n");
        CleanupResult refused = cleanup.cleanup(worktree, true);
        assertThat(refused.success()).isFalse();
        assertThat(refused.message()).contains("uncommitted work");
        assertThat(worktree.path().resolve("work")).exists();
        fixture.sh(worktree.path(), "checkout", "-q", "--detach");
        fixture.commit(worktree.path(), "work", "x\n");
        assertThat(cleanup.cleanup(worktree, true).message()).contains("on no branch");
        write(worktree.path().resolve("more"), "x\n");
        CleanupResult result = cleanup.cleanup(worktree, true, UnsavedWork.DISCARD);
        assertThat(result.success()).as(result.message()).isTrue();
        assertThat(worktree.path()).doesNotExist();
        assertThat(fixture.branches(repository)).isEqualTo("main");
        assertThat(fixture.git()
                        .run(repository, Duration.ofSeconds(9), "config", "--get-regexp", "^branch")
                        .text())
                .isEmpty();
    }

    @Test
    void aBranchWithCommitsOfItsOwnStaysUnlessSomebodySaysSo() throws InterruptedException {
        fixture.commit(worktree.path(), "work", "x\n");
        String checkpoints = "refs/makima/checkpoints/";
        fixture.sh(repository, "update-ref", checkpoints + worktree.taskId(), "HEAD");
        assertThat(cleanup.cleanup(worktree, false).success()).isTrue();
        assertThat(fixture.sh(repository, "for-each-ref", checkpoints)).isNotEmpty();
        CleanupResult kept = cleanup.cleanup(worktree, true);
        assertThat(fixture.sh(repository, "for-each-ref", checkpoints)).isEmpty();
        assertThat(kept.success()).isTrue();
        assertThat(kept.message()).contains("stays, it has commits that no other branch has");
        assertThat(worktree.path()).doesNotExist();
        assertThat(fixture.branches(repository)).contains(worktree.branch());
        assertThat(cleanup.cleanup(worktree, true, UnsavedWork.DISCARD).message())
                .contains("deleted branch");
        assertThat(fixture.branches(repository)).isEqualTo("main");
        Worktree merged = fixture.worktrees().create(request(repository));
        fixture.commit(merged.path(), "work", "x\n");
        fixture.sh(repository, "merge", "-q", merged.branch());
        assertThat(cleanup.cleanup(merged, true).message()).contains("deleted branch " + merged.branch());
    }

    @Test
    void aBranchThatWasMergedAsOneCommitGoesAndNoneThatHasMore() throws InterruptedException {
        fixture.commit(worktree.path(), "work", "x\n");
        fixture.commit(worktree.path(), "more", "y\n");
        fixture.commit(repository, "else", "z\n");
        fixture.sh(repository, "merge", "-q", "--squash", worktree.branch());
        fixture.sh(repository, "commit", "-q", "-m", "squashed");
        fixture.commit(repository, "later", "z\n");
        assertThat(cleanup.cleanup(worktree, true).message()).contains("deleted branch " + worktree.branch());

        Worktree further = fixture.worktrees().create(request(repository));
        fixture.commit(further.path(), "indented", "  x\n");
        fixture.commit(repository, "indented", " x\n");
        assertThat(cleanup.cleanup(further, true).message()).contains("branch " + further.branch() + " stays");

        Worktree undone = fixture.worktrees().create(request(repository));
        fixture.commit(undone.path(), "tried", "x\n");
        fixture.sh(undone.path(), "revert", "--no-edit", "HEAD");
        assertThat(cleanup.cleanup(undone, true).message()).contains("branch " + undone.branch() + " stays");
    }

    @Test
    void theBranchThatACompletionActionMadeIsTheTasksToo() throws InterruptedException {
        write(worktree.path().resolve("work"), "x\n");
        String made = GitFixture.branchOf(new Completion(fixture.git()).branch(worktree, "Fix", repository));
        fixture.sh(repository, "branch", "makima/other");
        assertThat(cleanup.cleanup(worktree, true, UnsavedWork.DISCARD).message())
                .contains("deleted branch " + made);
        assertThat(fixture.branches(repository)).isEqualTo("main\nmakima/other");
    }

    @Test
    void nothingThereIsASuccess() throws Exception {
        Undisturbed.deleteTree(worktree.path());
        assertThat(cleanup.cleanup(worktree, false).success()).isTrue();
        assertThat(fixture.sh(repository, "worktree", "list").lines()).hasSize(1);
        CleanupResult again = cleanup.cleanup(worktree, true);
        assertThat(again.success()).isTrue();
        assertThat(fixture.branches(repository)).isEqualTo("main");
        assertThat(cleanup.cleanup(worktree, true)).isEqualTo(new CleanupResult(true, "nothing was there to remove"));
        Undisturbed.deleteTree(repository);
        assertThat(cleanup.cleanup(worktree, true).success()).isTrue();
    }

    @Test
    void aRepositoryMadeForATaskIsNeverRemoved() throws InterruptedException {
        Worktree made = fixture.worktrees().create(request("new://x", null));
        write(made.path().resolve("work"), "x\n");
        CleanupResult result = cleanup.cleanup(made, true, UnsavedWork.DISCARD);
        assertThat(result.success()).isTrue();
        assertThat(result.message()).contains("stays");
        assertThat(made.path().resolve("work")).exists();
        assertThat(fixture.branches(made.path())).isEqualTo("main");
        assertThat(fixture.worktrees().find(made.taskId())).contains(made);
    }

    @Test
    void aDirectoryThatIsNotTheTasksWorktreeStays() throws Exception {
        fixture.sh(repository, "worktree", "remove", worktree.path().toString());
        write(worktree.path().resolve("precious"), "kept\n");
        assertThat(cleanup.cleanup(worktree, true, UnsavedWork.DISCARD).success())
                .isFalse();
        assertThat(worktree.path().resolve("precious")).exists();
        fixture.sh(worktree.path(), "init", "-q");
        assertThat(cleanup.cleanup(worktree, true, UnsavedWork.DISCARD).success())
                .isTrue();
        assertThat(worktree.path().resolve("precious")).exists();
        Worktree other = fixture.worktrees().create(request(fixture.repository("other")));
        Undisturbed.deleteTree(other.repository());
        CleanupResult orphan = cleanup.cleanup(other, true, UnsavedWork.DISCARD);
        assertThat(orphan.success()).isFalse();
        assertThat(orphan.message()).contains("is gone, so the directory stays");
        assertThat(other.path()).exists();
    }

    @Test
    void aTaskInAnothersWorktreeRemovesNothing() throws InterruptedException {
        Worktree guest = new Worktree(
                GitFixture.newId(),
                worktree.path(),
                worktree.repository(),
                worktree.branch(),
                worktree.baseBranch(),
                worktree.baseSha(),
                List.of());
        CleanupResult result = cleanup.cleanup(guest, true, UnsavedWork.DISCARD);
        assertThat(result.success()).isFalse();
        assertThat(result.message()).contains("is the worktree of task " + worktree.taskId());
        assertThat(worktree.path().resolve("README")).exists();
        assertThat(fixture.branches(repository)).contains(worktree.branch());
    }

    @Test
    void aRemovalThatWasInterruptedIsEndedByTheNext() throws IOException, InterruptedException {
        Files.delete(worktree.path().resolve(".git"));
        assertThat(cleanup.cleanup(worktree, false).success()).isFalse();
        CleanupResult result = cleanup.cleanup(worktree, false, UnsavedWork.DISCARD);
        assertThat(result.success()).as(result.message()).isTrue();
        assertThat(worktree.path()).doesNotExist();
        assertThat(fixture.sh(repository, "worktree", "list").lines()).hasSize(1);
    }

    @Test
    void whatTheUserHoldsStays() throws InterruptedException {
        fixture.sh(worktree.path(), "checkout", "-q", "--detach");
        fixture.sh(repository, "checkout", "-q", worktree.branch());
        CleanupResult result = cleanup.cleanup(worktree, true, UnsavedWork.DISCARD);
        assertThat(result.success()).isTrue();
        assertThat(result.message()).contains("branch " + worktree.branch() + " stays");
        assertThat(worktree.path()).doesNotExist();
        Worktree locked = fixture.worktrees().create(request(repository));
        fixture.sh(repository, "worktree", "lock", locked.path().toString());
        CleanupResult refused = cleanup.cleanup(locked, true, UnsavedWork.DISCARD);
        assertThat(refused.success()).isFalse();
        assertThat(refused.message()).contains("Unlock it");
        assertThat(locked.path().resolve("README")).exists();
    }

    @Test
    void symlinksAreRemovedAndNotFollowedAndOthersAreUntouched() throws InterruptedException, IOException {
        Path outside = write(root.resolve("outside/precious"), "kept\n");
        Files.createSymbolicLink(worktree.path().resolve("link"), outside.getParent());
        Worktree other = fixture.worktrees().create(request("file://" + repository, null));
        Worktree neighbour = fixture.worktrees().create(request("file://" + repository, null));
        assertThat(cleanup.cleanup(worktree, true, UnsavedWork.DISCARD).success())
                .isTrue();
        assertThat(outside).exists();
        assertThat(cleanup.cleanup(other, true).success()).isTrue();
        assertThat(neighbour.path().resolve("README")).exists();
        assertThat(new TaskBranches(fixture.git(), "makima/task-").list(neighbour))
                .extracting(TaskBranch::taskId)
                .containsExactly(neighbour.taskId());
        TaskId id = neighbour.taskId();
        assertThat(fixture.worktrees().find(id)).isPresent();
    }
}
