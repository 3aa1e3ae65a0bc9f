package dev.makima.git;

import static dev.makima.git.GitFixture.branchOf;
import static dev.makima.git.GitFixture.request;
import static dev.makima.git.GitFixture.write;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompletionTest {
    @TempDir
    private Path root;

    private GitFixture fixture;
    private Completion completion;
    private Path repository;
    private Worktree worktree;

    @BeforeEach
    void setUp() throws InterruptedException {
        fixture = new GitFixture(root);
        completion = new Completion(fixture.git());
        repository = fixture.repository("app");
        worktree = fixture.worktrees().create(request(repository));
    }

    @Test
    void inItsOwnRepositoryTheWorkBecomesABranchAndTheTasksOwnGoes() throws InterruptedException {
        write(worktree.path().resolve("new file"), "one\ntwo\n");
        write(worktree.path().resolve("README"), "changed\n");
        write(repository.resolve("README"), "the user's edit\n");
        CompletionResult result = branch(repository);
        String name = "makima/fix-the-bug-" + worktree.taskId().shortId();
        assertThat(branchOf(result)).isEqualTo(name);
        assertThat(result.stat()).isEqualTo(new DiffStat(2, 3, 1));
        assertThat(result.commitSha()).isEqualTo(fixture.sh(repository, "rev-parse", name));
        assertThat(fixture.sh(repository, "log", "-1", "--format=%s|%an|%ae|%P", name))
                .isEqualTo("feat: Fix the bug|Ada|ada@example.org|" + worktree.baseSha());
        assertThat(fixture.branches(repository)).isEqualTo("main\n" + name);
        assertThat(fixture.sh(worktree.path(), "rev-parse", "--abbrev-ref", "HEAD"))
                .isEqualTo("HEAD");
        assertThat(fixture.sh(worktree.path(), "status", "--porcelain")).isEmpty();
        assertThat(fixture.sh(repository, "config", "--local", "--get-regexp", "makimatask"))
                .isEqualTo("branch." + name + ".makimatask " + worktree.taskId());
        assertThat(fixture.sh(repository, "status", "--porcelain")).isEqualTo("M README");
        assertThat(repository.resolve("README")).hasContent("the user's edit");
        assertThat(fixture.sh(repository, "symbolic-ref", "--short", "HEAD")).isEqualTo("main");
    }

    @Test
    void theUserMayNameTheTargetByAnyPathOfTheRepository() throws InterruptedException {
        write(worktree.path().resolve("work"), "x\n");
        assertThat(branchOf(branch(GitFixture.directory(repository.resolve("sub")))))
                .startsWith("makima/fix-the-bug-");
        assertThat(fixture.branches(repository)).doesNotContain("makima/task-");
    }

    @Test
    void aTaskThatGoesOnMovesItsBranchOn() throws Exception {
        write(worktree.path().resolve("work"), "x\n");
        CompletionResult first = branch(repository);
        write(worktree.path().resolve("work"), "y\n");
        Worktree reused = fixture.worktrees()
                .create(new WorktreeRequest(worktree.taskId(), "Fix the bug", repository.toString(), null));
        assertThat(reused.path()).isEqualTo(worktree.path());
        CompletionResult second = completion.branch(reused, "Fix the bug", repository);
        assertThat(branchOf(second)).isEqualTo(branchOf(first));
        assertThat(fixture.sh(repository, "rev-list", "--count", "main.." + branchOf(second)))
                .isEqualTo("2");

        fixture.sh(repository, "worktree", "remove", worktree.path().toString());
        Worktree again = fixture.worktrees()
                .create(new WorktreeRequest(worktree.taskId(), "Fix the bug", repository.toString(), null));
        assertThat(again.branch()).isEqualTo(branchOf(first));
        write(again.path().resolve("work"), "z\n");
        CompletionResult third = completion.branch(again, "Fix the bug", repository);
        assertThat(branchOf(third)).isEqualTo(branchOf(first));
        assertThat(fixture.sh(again.path(), "rev-parse", "--abbrev-ref", "HEAD"))
                .isEqualTo("HEAD");
        assertThat(fixture.branches(repository).lines()).hasSize(2);
    }

    @Test
    void aBranchThatTheUserHasCheckedOutIsNotMoved() throws InterruptedException {
        write(worktree.path().resolve("work"), "x\n");
        String first = branchOf(branch(repository));
        fixture.sh(repository, "checkout", "-q", first);
        write(worktree.path().resolve("work"), "y\n");
        String second = branchOf(branch(repository));
        assertThat(second).startsWith(first).hasSizeGreaterThan(first.length());
        assertThat(fixture.sh(repository, "status", "--porcelain")).isEmpty();
    }

    @Test
    void commitsThatTheAgentLeftOnTheTasksBranchAreNotLost() throws InterruptedException {
        String kept = fixture.commit(worktree.path(), "first", "x\n");
        fixture.sh(worktree.path(), "checkout", "-q", "-b", "another", worktree.baseSha());
        write(worktree.path().resolve("second"), "y\n");
        CompletionResult result = branch(repository);
        assertThat(branchOf(result)).isNotEqualTo(worktree.branch());
        assertThat(result.message()).contains("has other commits and stays");
        assertThat(fixture.sh(repository, "rev-parse", worktree.branch())).isEqualTo(kept);
        assertThat(fixture.sh(repository, "ls-tree", "--name-only", branchOf(result)))
                .isEqualTo("README\nsecond");
    }

    @Test
    void anotherTargetGetsTheBranchByAPush() throws InterruptedException {
        Path target = fixture.cloneOf(repository, "target");
        write(worktree.path().resolve("work"), "x\n");
        CompletionResult result = branch(target);
        assertThat(fixture.sh(target, "rev-parse", branchOf(result))).isEqualTo(result.commitSha());
        assertThat(fixture.sh(target, "symbolic-ref", "--short", "HEAD")).isEqualTo("main");
        assertThat(fixture.sh(target, "status", "--porcelain")).isEmpty();
        assertThat(fixture.branches(repository)).isEqualTo("main\n" + worktree.branch());
    }

    @Test
    void aPushThatFailsIsAResultWithItsReason() throws InterruptedException {
        Path target = fixture.cloneOf(repository, "target");
        fixture.hook(target, "pre-receive");
        write(worktree.path().resolve("work"), "x\n");
        CompletionResult result = branch(target);
        assertThat(result.success()).isFalse();
        assertThat(result.branch()).isNull();
        assertThat(result.message()).contains("could not push").contains("pre-receive hook declined");
        assertThat(result.stat()).isEqualTo(new DiffStat(1, 1, 0));
        assertThat(fixture.sh(repository, "rev-parse", worktree.branch())).isEqualTo(result.commitSha());
        assertThat(branch(root.resolve("nowhere")).message()).contains("nowhere does not exist");
        assertThat(branch(Path.of("~/nowhere")).success()).isFalse();
    }

    @Test
    void withoutATargetAndAnOriginTheWorkStaysOnTheTasksBranch() throws InterruptedException {
        write(worktree.path().resolve("work"), "x\n");
        CompletionResult result = branch(null);
        assertThat(result.success()).isTrue();
        assertThat(result.branch()).isNull();
        assertThat(result.message())
                .contains("no target repository and no origin")
                .contains(worktree.branch());
        assertThat(fixture.sh(repository, "rev-parse", worktree.branch())).isEqualTo(result.commitSha());
    }

    @Test
    void nothingIsPushedForATaskThatIsLocalOnly() throws InterruptedException {
        Path target = fixture.cloneOf(repository, "target");
        write(worktree.path().resolve("work"), "x\n");
        assertThat(completion.branch(worktree, "x", target, false).message()).contains("local only");
        assertThat(fixture.branches(target)).isEqualTo("main");
        assertThat(branchOf(completion.branch(worktree, "x", repository, false)))
                .startsWith("makima/x-");
    }

    @Test
    void whereNothingChangedThereIsNoBranch() throws InterruptedException {
        write(repository.resolve(".git/info/exclude"), "*.log\n/.makima/\n");
        write(worktree.path().resolve("debug.log"), "ignored\n");
        CompletionResult result = branch(repository);
        assertThat(result.success()).isTrue();
        assertThat(result.message()).contains("nothing was changed");
        assertThat(result.branch()).isNull();
        assertThat(result.stat()).isEqualTo(DiffStat.NONE);
        assertThat(fixture.branches(repository)).isEqualTo("main\n" + worktree.branch());
    }

    @Test
    void workThatTheAgentCommittedItselfNeedsNoCommitOfOurs() throws InterruptedException {
        String commit = fixture.commit(worktree.path(), "work", "x\n");
        CompletionResult result = branch(repository);
        assertThat(result.commitSha()).isEqualTo(commit);
        assertThat(fixture.sh(repository, "rev-parse", branchOf(result))).isEqualTo(commit);
    }

    @Test
    void withoutAnIdentityAnywhereMakimaCommits() throws InterruptedException {
        GitFixture nobody = new GitFixture(root.resolve("nobody"), "[user]\n\tuseConfigOnly = true\n");
        Path source = nobody.repository("app");
        Worktree own = nobody.worktrees().create(request(source));
        write(own.path().resolve("work"), "x\n");
        String made = branchOf(new Completion(nobody.git()).branch(own, "x", source));
        assertThat(nobody.sh(source, "log", "-1", "--format=%an <%ae> %cn <%ce>", made))
                .isEqualTo("Makima <makima@localhost> Makima <makima@localhost>");
        assertThat(nobody.sh(source, "config", "--local", "--list")).doesNotContain("user.name");
    }

    @Test
    void anUnfinishedMergeOrRebaseIsRefusedAndLeftAsItIs() throws InterruptedException {
        fixture.commit(repository, "README", "theirs\n");
        fixture.commit(worktree.path(), "README", "ours\n");
        for (String operation : new String[] {"merge", "rebase"}) {
            GitResult conflict =
                    fixture.git().run(worktree.path(), Duration.ofSeconds(20), "-c", "user.name=x", operation, "main");
            assertThat(conflict.ok()).isFalse();
            String before = fixture.sh(worktree.path(), "status", "--porcelain");
            CompletionResult result = branch(repository);
            assertThat(result.success()).isFalse();
            assertThat(result.message()).contains("a " + operation + " is in progress");
            assertThat(fixture.sh(worktree.path(), "status", "--porcelain")).isEqualTo(before);
            fixture.sh(worktree.path(), operation, "--abort");
        }
    }

    @Test
    void conflictsOfAStashAreNotCommitted() throws InterruptedException {
        write(worktree.path().resolve("README"), "stashed\n");
        fixture.sh(worktree.path(), "stash", "-q");
        fixture.commit(worktree.path(), "README", "other\n");
        fixture.git().run(worktree.path(), Duration.ofSeconds(20), "stash", "pop");
        assertThat(branch(repository).message()).contains("there are conflicts").contains("README");
    }

    @Test
    void aLockedIndexIsToldWithACureAndNothingIsLost() throws IOException, InterruptedException {
        write(worktree.path().resolve("work"), "x\n");
        Path lock = write(repository.resolve(".git/worktrees/" + worktree.path().getFileName() + "/index.lock"), "");
        CompletionResult result = branch(repository);
        assertThat(result.success()).isFalse();
        assertThat(result.message()).contains("index.lock").contains("remove the lock file");
        assertThat(worktree.path().resolve("work")).hasContent("x");
        Files.delete(lock);
        assertThat(branchOf(branch(repository))).startsWith("makima/");
    }

    @Test
    void aDirectoryThatIsNoWorktreeAnyMoreNeverLeadsToAnotherRepository() throws IOException, InterruptedException {
        fixture.sh(root, "init", "-q");
        write(worktree.path().resolve("work"), "x\n");
        Files.delete(worktree.path().resolve(".git"));
        assertThat(branch(repository).message()).contains("is not the worktree of task");
        assertThat(fixture.branches(root)).isEmpty();
        Undisturbed.deleteTree(worktree.path());
        assertThat(branch(repository).success()).isFalse();
    }

    @Test
    void aNestedRepositoryWithoutACommitIsToldWithACure() throws InterruptedException {
        GitFixture.directory(worktree.path().resolve("nested"));
        fixture.sh(worktree.path().resolve("nested"), "init", "-q");
        write(worktree.path().resolve("nested/file"), "x\n");
        write(worktree.path().resolve("work"), "x\n");
        CompletionResult result = branch(repository);
        assertThat(result.success()).isFalse();
        assertThat(result.message()).contains("nested").contains("Remove that nested repository's .git");
    }

    @Test
    void aNameMayHoldAnythingAndIsOneLineOfTheMessage() throws InterruptedException {
        write(worktree.path().resolve("work"), "x\n");
        CompletionResult result = completion.branch(worktree, "# not a comment\n-m\0\"x\" | größe", repository);
        assertThat(fixture.sh(repository, "log", "-1", "--format=%B", branchOf(result)))
                .isEqualTo("feat: # not a comment -m \"x\" | größe");
    }

    private CompletionResult branch(@Nullable Path target) throws InterruptedException {
        return completion.branch(worktree, "Fix the bug", target);
    }
}
