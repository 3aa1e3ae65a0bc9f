package dev.makima.git;

import static dev.makima.git.GitFixture.request;
import static dev.makima.git.GitFixture.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.RefName;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompletionMergeTest {
    @TempDir
    private Path root;

    private GitFixture fixture;
    private Path origin;
    private Path target;
    private Worktree worktree;
    private CompletionMerge completion;

    /** A task from a clone by URL, with the user's own clone as its target. */
    @BeforeEach
    void setUp() throws InterruptedException {
        fixture = new GitFixture(root);
        origin = fixture.repository("app");
        target = fixture.cloneOf(origin, "target");
        worktree = fixture.worktrees().create(request("file://" + origin, null));
        completion = new CompletionMerge(fixture.git(), fixture.settings());
    }

    @Test
    void aCleanCheckoutThatWasNamedMovesAlong() throws InterruptedException {
        write(worktree.path().resolve("with space"), "x\n");
        write(target.resolve("unknown to git"), "kept\n");
        Path hook = fixture.hook(target, "post-merge");
        fixture.sh(target, "config", "branch.main.mergeOptions", "--no-ff --squash");
        CompletionResult result = merge(target, null);
        assertThat(result.success()).as(result.message()).isTrue();
        assertThat(result.branch()).isEqualTo("main");
        assertThat(result.commitSha()).isEqualTo(fixture.sh(target, "rev-parse", "main"));
        assertThat(result.stat()).isEqualTo(new DiffStat(1, 1, 0));
        String pushed = "makima/fix-it-" + worktree.taskId().shortId();
        assertThat(fixture.sh(target, "log", "-1", "--format=%P|%s"))
                .isEqualTo(worktree.baseSha() + " " + fixture.sh(target, "rev-parse", pushed) + "|feat: Fix it");
        assertThat(target.resolve("with space")).hasContent("x");
        assertThat(fixture.sh(target, "status", "--porcelain")).isEqualTo("?? \"unknown to git\"");
        assertThat(hook).doesNotExist();
        assertThat(fixture.sh(origin, "rev-parse", "main")).isEqualTo(worktree.baseSha());
    }

    @Test
    void aDirtyCheckoutIsRefusedAndTheWorkIsOnItsBranch() throws InterruptedException {
        write(worktree.path().resolve("work"), "x\n");
        write(target.resolve("README"), "the user's edit\n");
        CompletionResult result = merge(target, null);
        assertThat(result.success()).isFalse();
        assertThat(result.message()).contains("uncommitted work").contains("The work is on branch makima/fix-it-");
        assertThat(fixture.sh(target, "rev-parse", "main")).isEqualTo(worktree.baseSha());
        assertThat(target.resolve("README")).hasContent("the user's edit");
        assertThat(fixture.branches(target)).contains(String.valueOf(result.branch()));
        fixture.sh(target, "checkout", "-q", "README");
        fixture.sh(target, "checkout", "-q", "-b", "elsewhere");
        write(target.resolve("README"), "the user's edit\n");
        CompletionResult other = merge(target, new RefName("main"));
        assertThat(other.success()).as(other.message()).isTrue();
        assertThat(fixture.sh(target, "symbolic-ref", "--short", "HEAD")).isEqualTo("elsewhere");
        assertThat(fixture.sh(target, "status", "--porcelain")).isEqualTo("M README");
    }

    @Test
    void anUnknownFileInTheWayIsNotOverwritten() throws InterruptedException {
        write(worktree.path().resolve("work"), "x\n");
        write(target.resolve("work"), "precious\n");
        CompletionResult result = merge(target, null);
        assertThat(result.success()).isFalse();
        assertThat(result.message()).contains("overwritten by merge: work.").contains("Commit those files there");
        assertThat(target.resolve("work")).hasContent("precious");
        assertThat(fixture.sh(target, "rev-parse", "main")).isEqualTo(worktree.baseSha());
    }

    @Test
    void theTargetIsBroughtUpToItsOriginFirst() throws InterruptedException {
        String newer = fixture.commit(origin, "newer", "x\n");
        write(worktree.path().resolve("work"), "x\n");
        CompletionResult result = merge(target, null);
        assertThat(result.success()).as(result.message()).isTrue();
        assertThat(fixture.sh(target, "log", "-1", "--format=%P")).startsWith(newer);
        assertThat(target.resolve("newer")).exists();
        fixture.commit(target, "local", "x\n");
        fixture.commit(origin, "other", "x\n");
        write(worktree.path().resolve("work"), "y\n");
        CompletionResult diverged = merge(target, null);
        assertThat(diverged.success()).as(diverged.message()).isTrue();
        assertThat(target.resolve("other")).doesNotExist();
        fixture.sh(
                target, "remote", "set-url", "origin", root.resolve("nowhere").toString());
        write(worktree.path().resolve("work"), "z\n");
        CompletionResult offline = merge(target, null);
        assertThat(offline.success()).as(offline.message()).isTrue();
        assertThat(offline.message()).contains("origin could not be fetched");
    }

    @Test
    void conflictsAreListedWithTheAdviceToUseAPullRequest() throws InterruptedException {
        String before = fixture.commit(target, "README", "theirs\n");
        write(worktree.path().resolve("README"), "ours\n");
        CompletionResult result = merge(target, null);
        assertThat(result.success()).isFalse();
        assertThat(result.message()).contains("conflicts with main in README").contains("pull request");
        assertThat(result.branch()).startsWith("makima/fix-it-");
        assertThat(fixture.sh(target, "rev-parse", "main")).isEqualTo(before);
        assertThat(fixture.sh(target, "status", "--porcelain")).isEmpty();
        assertThat(target.resolve(".git/MERGE_HEAD")).doesNotExist();
    }

    @Test
    void theWorktreesOwnRepositoryIsATargetWithoutAPush() throws InterruptedException {
        Worktree local = fixture.worktrees().create(request(origin));
        write(local.path().resolve("work"), "x\n");
        CompletionResult result = completion.merge(local, "Fix it", origin, null, false);
        assertThat(result.success()).as(result.message()).isTrue();
        assertThat(fixture.sh(origin, "log", "-1", "--format=%s")).isEqualTo("feat: Fix it");
        assertThat(origin.resolve("work")).hasContent("x");
        assertThat(fixture.branches(origin))
                .isEqualTo("main\nmakima/fix-it-" + local.taskId().shortId());
        assertThat(fixture.sh(local.path(), "rev-parse", "--abbrev-ref", "HEAD"))
                .isEqualTo("HEAD");
    }

    @Test
    void aBareTargetAndOneFromNothingWillDo() throws InterruptedException {
        fixture.sh(root, "clone", "-q", "--bare", origin.toString(), "bare.git");
        Path bare = root.resolve("bare.git");
        write(worktree.path().resolve("work"), "x\n");
        CompletionResult result = merge(bare, null);
        assertThat(result.success()).as(result.message()).isTrue();
        assertThat(fixture.sh(bare, "show", "main:work")).isEqualTo("x");
        Worktree made = fixture.worktrees().create(request("new://x", null));
        write(made.path().resolve("work"), "x\n");
        CompletionResult own = completion.merge(made, "Fix it", made.path(), null, true);
        assertThat(own.success()).as(own.message()).isTrue();
        assertThat(own.message()).contains("on main already");
        assertThat(fixture.sh(made.path(), "symbolic-ref", "--short", "HEAD")).isEqualTo("main");
        assertThat(fixture.sh(made.path(), "log", "-1", "--format=%s")).isEqualTo("feat: Fix it");
        fixture.sh(made.path(), "branch", "release", made.baseSha());
        assertThat(completion
                        .merge(made, "Fix it", made.path(), new RefName("release"), true)
                        .success())
                .isTrue();
        assertThat(fixture.sh(made.path(), "show", "release:work")).isEqualTo("x");
        assertThat(fixture.branches(made.path())).isEqualTo("main\nrelease");
    }

    @Test
    void whatCannotBeDoneIsToldAndNothingElseIsASuccess() throws InterruptedException {
        assertThat(merge(target, null).message()).contains("nothing was changed");
        assertThat(fixture.branches(target)).isEqualTo("main");
        write(worktree.path().resolve("work"), "x\n");
        assertThat(merge(null, null).success()).isFalse();
        assertThat(merge(null, null).message()).contains("no target repository");
        assertThat(merge(root.resolve("nowhere"), null).message()).contains("does not exist");
        assertThat(completion.merge(worktree, "Fix it", target, null, false).success())
                .isFalse();
        assertThat(completion.merge(worktree, "Fix it", target, null, false).message())
                .contains("local only");
        assertThat(fixture.branches(target)).isEqualTo("main");
        CompletionResult nowhere = merge(target, new RefName("nowhere"));
        assertThat(nowhere.success()).isFalse();
        assertThat(nowhere.message()).contains("no branch nowhere").contains("The work is on branch");
        fixture.sh(root, "init", "-q", "empty");
        assertThat(merge(root.resolve("empty"), null).message()).contains("no commit yet");
    }

    private CompletionResult merge(@Nullable Path repository, @Nullable RefName branch) throws InterruptedException {
        return completion.merge(worktree, "Fix it", repository, branch, true);
    }
}
