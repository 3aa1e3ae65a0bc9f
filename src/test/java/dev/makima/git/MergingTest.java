package dev.makima.git;

import static dev.makima.git.GitFixture.read;
import static dev.makima.git.GitFixture.request;
import static dev.makima.git.GitFixture.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.base.MakimaException;
import dev.makima.base.RefName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MergingTest {
    @TempDir
    private Path root;

    private GitFixture fixture;
    private Path repository;
    private Worktree own;
    private Worktree other;
    private Merging merging;

    @BeforeEach
    void setUp() throws InterruptedException {
        fixture = new GitFixture(root);
        repository = fixture.repository("app");
        fixture.commit(repository, "shared", "base\n");
        own = fixture.worktrees().create(request(repository));
        other = fixture.worktrees()
                .create(new WorktreeRequest(GitFixture.newId(), "Other", repository.toString(), null));
        merging = new Merging(fixture.git());
    }

    @Test
    void aMergeIsPreparedAndThenCommittedAndCountsForItsTask() throws InterruptedException {
        String work = fixture.commit(other.path(), "new", "x\n");
        Path hook = fixture.hook(repository, "pre-merge-commit");
        Path message = fixture.hook(repository, "commit-msg");
        MergeOutcome started = merging.start(own, new RefName(other.branch()));
        assertThat(started.success()).as(started.message()).isTrue();
        assertThat(started.commitSha()).isNull();
        assertThat(fixture.sh(own.path(), "rev-parse", "HEAD")).isEqualTo(own.baseSha());
        assertThat(own.path().resolve("new")).hasContent("x");
        assertThat(merging.status(own)).isEqualTo(new MergeState(true, other.branch(), List.of()));
        MergeOutcome done = merging.commit(own, "Take it in | größe");
        assertThat(done.success()).as(done.message()).isTrue();
        assertThat(done.commitSha()).isEqualTo(fixture.sh(own.path(), "rev-parse", "HEAD"));
        assertThat(done.completed()).isEqualTo(other.branch());
        assertThat(done.completedTask()).isEqualTo(other.taskId());
        assertThat(fixture.sh(own.path(), "log", "-1", "--format=%P|%s|%an"))
                .isEqualTo(own.baseSha() + " " + work + "|Take it in | größe|Ada");
        assertThat(merging.status(own)).isEqualTo(new MergeState(false, null, List.of()));
        assertThat(hook).doesNotExist();
        assertThat(message).doesNotExist();
    }

    @Test
    void conflictsAreListedEachOnceAndTheMergeIsLeft() throws InterruptedException {
        conflict("with space", "quote\"s", "größe", "line\nbreak", "dir/shared");
        MergeOutcome started = merging.start(own, new RefName(other.branch()));
        assertThat(started.success()).isFalse();
        assertThat(started.conflicts())
                .containsExactlyInAnyOrder("with space", "quote\"s", "größe", "line\nbreak", "dir/shared");
        assertThat(merging.status(own).inProgress()).isTrue();
        assertThat(merging.status(own).conflictedFiles()).hasSize(5);
        MergeOutcome refused = merging.commit(own, "too early");
        assertThat(refused.success()).isFalse();
        assertThat(refused.conflicts()).hasSize(5);
        assertThat(fixture.sh(own.path(), "log", "-1", "--format=%s")).isEqualTo("ours");
    }

    @Test
    void nothingIsBegunWhileSomethingElseIs() throws InterruptedException {
        conflict("shared");
        merging.start(own, new RefName(other.branch()));
        MergeOutcome second = merging.start(own, new RefName(other.branch()));
        assertThat(second.success()).isFalse();
        assertThat(second.message()).contains("a merge is in progress");
        assertThat(merging.abort(own).success()).isTrue();
        fixture.git().run(own.path(), Duration.ofSeconds(20), "rebase", other.branch());
        assertThat(merging.start(own, new RefName("main")).message()).contains("a rebase is in progress");
        assertThat(merging.status(own).inProgress()).isFalse();
        assertThat(merging.status(own).conflictedFiles()).containsExactly("shared");
        assertThat(merging.abort(own).message()).contains("no merge is in progress");
        assertThat(own.path()).isDirectoryContaining(path -> path.endsWith("shared"));
    }

    @Test
    void anAbortedMergeLeavesTheWorktreeAsItWas() throws InterruptedException {
        conflict("shared");
        write(own.path().resolve("uncommitted"), "kept\n");
        write(own.path().resolve("README"), "edited\n");
        merging.start(own, new RefName(other.branch()));
        MergeOutcome aborted = merging.abort(own);
        assertThat(aborted.success()).as(aborted.message()).isTrue();
        assertThat(own.path().resolve("shared")).hasContent("ours");
        assertThat(own.path().resolve("README")).hasContent("edited");
        assertThat(fixture.sh(own.path(), "status", "--porcelain")).isEqualTo("M README\n?? uncommitted");
        MergeOutcome again = merging.abort(own);
        assertThat(again.success()).isFalse();
        assertThat(again.message()).contains("no merge is in progress");
    }

    @Test
    void uncommittedWorkInTheWayIsNamedAndKept() throws InterruptedException {
        fixture.commit(other.path(), "README", "theirs\n");
        fixture.commit(other.path(), "fresh file", "theirs\n");
        write(own.path().resolve("README"), "mine\n");
        write(own.path().resolve("fresh file"), "mine\n");
        MergeOutcome refused = merging.start(own, new RefName(other.branch()));
        assertThat(refused.success()).isFalse();
        assertThat(refused.message()).contains("README").contains("fresh file").contains("Commit it");
        assertThat(refused.conflicts()).isEmpty();
        assertThat(own.path().resolve("README")).hasContent("mine");
        assertThat(merging.status(own).inProgress()).isFalse();
        fixture.sh(own.path(), "add", "README");
        assertThat(merging.start(own, new RefName(other.branch())).message()).contains("README");
    }

    @Test
    void whatIsMergedAlreadyIsNoFailure() throws InterruptedException {
        MergeOutcome nothing = merging.start(own, new RefName("main"));
        assertThat(nothing.success()).isTrue();
        assertThat(nothing.message()).contains("merged already");
        assertThat(merging.status(own).inProgress()).isFalse();
        assertThat(merging.commit(own, "x").message()).contains("no merge is in progress");
    }

    @Test
    void aBranchIsMeantBeforeATagOfThatNameAndOneOfOriginWillDo() throws InterruptedException {
        Path clone = fixture.cloneOf(repository, "clone");
        fixture.sh(repository, "checkout", "-q", "-b", "published");
        fixture.commit(repository, "published", "x\n");
        fixture.sh(clone, "fetch", "-q");
        Worktree cloned = fixture.worktrees().create(request(clone.toString(), "main"));
        fixture.sh(clone, "tag", "published", "main");
        assertThat(merging.start(cloned, new RefName("published")).success()).isTrue();
        assertThat(merging.status(cloned).sourceBranch()).isEqualTo("origin/published");
        merging.abort(cloned);
        String sha = fixture.sh(clone, "rev-parse", "origin/published");
        fixture.sh(clone, "branch", "local-copy", sha);
        assertThat(merging.start(cloned, new RefName(sha)).success()).isTrue();
        assertThat(merging.status(cloned).sourceBranch()).isEqualTo("local-copy");
        MergeOutcome done = merging.commit(cloned, " ");
        assertThat(fixture.sh(cloned.path(), "log", "-1", "--format=%s")).isEqualTo("Merge branch 'local-copy'");
        assertThat(done.completedTask()).isNull();
    }

    @Test
    void aBranchThatIsNotThereIsTold() throws InterruptedException {
        MergeOutcome missing = merging.start(own, new RefName("nowhere"));
        assertThat(missing.success()).isFalse();
        assertThat(missing.message()).contains("no branch or commit nowhere");
        assertThatThrownBy(() -> new RefName("--upload-pack=x")).isInstanceOf(MakimaException.class);
        fixture.sh(own.path(), "checkout", "-q", "--orphan", "alone");
        fixture.sh(own.path(), "commit", "-q", "-m", "alone");
        assertThat(merging.start(own, new RefName("main")).message()).contains("unrelated histories");
    }

    @Test
    void aMergeThatTheAgentBeganIsEndedHereAlike() throws InterruptedException {
        fixture.commit(other.path(), "new", "x\n");
        fixture.sh(own.path(), "merge", "-q", "--no-commit", "--no-ff", other.branch());
        assertThat(merging.status(own).sourceBranch()).isEqualTo(other.branch());
        assertThat(merging.commit(own, "done").completedTask()).isEqualTo(other.taskId());
    }

    @Test
    void aDetachedHeadMergesToo() throws InterruptedException {
        fixture.commit(other.path(), "new", "x\n");
        fixture.sh(own.path(), "checkout", "-q", "--detach");
        assertThat(merging.start(own, new RefName(other.branch())).success()).isTrue();
        assertThat(merging.status(own).sourceBranch()).isEqualTo(other.branch());
        assertThat(merging.commit(own, "x").success()).isTrue();
    }

    @Test
    void configurationThatChangesMergesChangesNothingHere() throws InterruptedException {
        fixture.commit(other.path(), "new", "x\n");
        for (String setting : List.of(
                "merge.ff=only",
                "merge.verifySignatures=true",
                "merge.autoStash=true",
                "pull.twohead=ours",
                "commit.gpgSign=true",
                "core.editor=false")) {
            fixture.sh(repository, "config", setting.replaceAll("=.*", ""), setting.replaceAll(".*=", ""));
        }
        fixture.sh(repository, "config", "branch." + own.branch() + ".mergeOptions", "--squash --no-ff");
        assertThat(merging.start(own, new RefName(other.branch())).message()).contains("without conflicts");
        assertThat(merging.commit(own, "x").success()).isTrue();
        assertThat(read(own.path().resolve("new"))).isEqualTo("x\n");
    }

    @Test
    void withoutAnIdentityAnywhereMakimaCommitsTheMerge() throws InterruptedException {
        GitFixture nobody = new GitFixture(root.resolve("nobody"), "[user]\n\tuseConfigOnly = true\n");
        Path app = nobody.repository("app");
        Worktree one = nobody.worktrees().create(request(app));
        Worktree two = nobody.worktrees().create(request(app));
        nobody.commit(two.path(), "new", "x\n");
        Merging anonymous = new Merging(nobody.git());
        assertThat(anonymous.start(one, new RefName(two.branch())).success()).isTrue();
        MergeOutcome done = anonymous.commit(one, "x");
        assertThat(done.success()).as(done.message()).isTrue();
        assertThat(nobody.sh(one.path(), "log", "-1", "--format=%an <%ae>")).isEqualTo("Makima <makima@localhost>");
    }

    @Test
    void aLockedIndexAndAMissingWorktreeAreAnswers() throws Exception {
        fixture.commit(other.path(), "new", "x\n");
        Path lock = write(TaskCheckout.admin(own).resolve("index.lock"), "");
        MergeOutcome locked = merging.start(own, new RefName(other.branch()));
        assertThat(locked.success()).isFalse();
        assertThat(locked.message()).contains("index.lock").contains("works there or died there");
        assertThat(merging.status(own).inProgress()).isFalse();
        Files.delete(lock);
        Undisturbed.deleteTree(own.path());
        assertThat(merging.start(own, new RefName("main")).message()).contains("is not the worktree of task");
        assertThat(merging.commit(own, "x").success()).isFalse();
        assertThat(merging.abort(own).success()).isFalse();
        assertThatThrownBy(() -> merging.status(own)).isInstanceOf(MakimaException.class);
    }

    private void conflict(String... files) throws InterruptedException {
        for (String file : files) {
            write(own.path().resolve(file), "ours\n");
            write(other.path().resolve(file), "theirs\n");
        }
        for (Worktree worktree : List.of(own, other)) {
            fixture.sh(worktree.path(), "add", "--all");
            fixture.sh(worktree.path(), "commit", "-q", "-m", worktree.equals(own) ? "ours" : "theirs");
        }
    }
}
