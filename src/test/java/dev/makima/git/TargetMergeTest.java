package dev.makima.git;

import static dev.makima.git.GitFixture.request;
import static dev.makima.git.GitFixture.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.RefName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TargetMergeTest {
    @TempDir
    private Path root;

    private GitFixture fixture;
    private Path repository;
    private Worktree worktree;
    private TargetMerge merge;

    /** The user's checkout is on a branch of its own, so that main is free. */
    @BeforeEach
    void setUp() throws InterruptedException {
        fixture = new GitFixture(root);
        repository = fixture.repository("app");
        fixture.sh(repository, "checkout", "-q", "-b", "users-own");
        worktree = fixture.worktrees().create(request(repository.toString(), "main"));
        merge = new TargetMerge(fixture.git(), fixture.settings());
    }

    @Test
    void uncommittedWorkIsCommittedAndMergedIntoTheBaseBranch() throws InterruptedException {
        write(worktree.path().resolve("new file"), "x\n");
        write(repository.resolve("README"), "the user's edit\n");
        Path hook = fixture.hook(repository, "reference-transaction");
        MergeOutcome outcome = merge.merge(worktree, null, false);
        assertThat(outcome.success()).as(outcome.message()).isTrue();
        assertThat(outcome.commitSha()).isEqualTo(fixture.sh(repository, "rev-parse", "main"));
        String head = fixture.sh(worktree.path(), "rev-parse", "HEAD");
        assertThat(fixture.sh(repository, "log", "-1", "--format=%P|%s|%an|%ae", "main"))
                .isEqualTo(worktree.baseSha() + " " + head + "|Merge task " + worktree.taskId()
                        + " into main|Ada|ada@example.org");
        assertThat(fixture.sh(worktree.path(), "log", "-1", "--format=%s")).isEqualTo("Task completion checkpoint");
        assertThat(fixture.sh(repository, "ls-tree", "--name-only", "main")).isEqualTo("README\nnew file");
        assertThat(fixture.sh(repository, "status", "--porcelain")).isEqualTo("M README");
        assertThat(fixture.sh(repository, "symbolic-ref", "--short", "HEAD")).isEqualTo("users-own");
        assertThat(hook).doesNotExist();
    }

    @Test
    void aSquashIsOneCommitAndItsOwnShaIsAnswered() throws InterruptedException {
        fixture.commit(worktree.path(), "one", "1\n");
        fixture.commit(worktree.path(), "two", "2\n");
        write(worktree.path().resolve("three"), "3\n");
        MergeOutcome outcome = merge.merge(worktree, new RefName("main"), true);
        assertThat(outcome.success()).as(outcome.message()).isTrue();
        assertThat(outcome.commitSha())
                .isEqualTo(fixture.sh(repository, "rev-parse", "main"))
                .isNotEqualTo(fixture.sh(worktree.path(), "rev-parse", "HEAD"));
        assertThat(fixture.sh(repository, "log", "-1", "--format=%P|%B", "main"))
                .isEqualTo(worktree.baseSha() + "|Squashed merge of task " + worktree.taskId());
        assertThat(fixture.sh(repository, "ls-tree", "--name-only", "main")).isEqualTo("README\none\nthree\ntwo");
        MergeOutcome again = merge.merge(worktree, null, true);
        assertThat(again.success()).isTrue();
        assertThat(again.message()).contains("has all of the work already");
        assertThat(again.commitSha()).isEqualTo(outcome.commitSha());
        write(worktree.path().resolve("four"), "more\n");
        assertThat(merge.merge(worktree, null, true).success()).isTrue();
        assertThat(fixture.sh(repository, "rev-list", "--count", "main")).isEqualTo("3");
    }

    @Test
    void conflictsAreListedAndTheTargetIsUntouched() throws InterruptedException {
        fixture.sh(repository, "checkout", "-q", "main");
        write(repository.resolve("with space"), "theirs\n");
        write(repository.resolve("line\nbreak"), "theirs\n");
        String before = fixture.commit(repository, "README", "theirs\n");
        fixture.sh(repository, "checkout", "-q", "users-own");
        write(worktree.path().resolve("README"), "ours\n");
        write(worktree.path().resolve("with space"), "ours\n");
        write(worktree.path().resolve("line\nbreak"), "ours\n");
        for (boolean squash : new boolean[] {false, true}) {
            MergeOutcome outcome = merge.merge(worktree, null, squash);
            assertThat(outcome.success()).isFalse();
            assertThat(outcome.conflicts()).containsExactlyInAnyOrder("README", "with space", "line\nbreak");
            assertThat(outcome.commitSha()).isNull();
            assertThat(fixture.sh(repository, "rev-parse", "main")).isEqualTo(before);
        }
        assertThat(fixture.sh(worktree.path(), "status", "--porcelain")).isEmpty();
        assertThat(fixture.sh(repository, "status", "--porcelain")).isEmpty();
    }

    @Test
    void aUsersOwnCheckoutOfTheTargetIsRefusedCleanAndDirty() throws InterruptedException {
        fixture.sh(repository, "checkout", "-q", "main");
        write(worktree.path().resolve("work"), "x\n");
        MergeOutcome clean = merge.merge(worktree, null, false);
        assertThat(clean.success()).isFalse();
        assertThat(clean.message())
                .contains("main is checked out in " + repository)
                .contains("another branch")
                .contains("git merge "
                        + fixture.sh(worktree.path(), "rev-parse", "HEAD").substring(0, 10));
        write(repository.resolve("README"), "edited\n");
        assertThat(merge.merge(worktree, null, false).success()).isFalse();
        assertThat(fixture.sh(repository, "rev-parse", "main")).isEqualTo(worktree.baseSha());
        assertThat(repository.resolve("README")).hasContent("edited");
        assertThat(fixture.sh(worktree.path(), "log", "-1", "--format=%s"))
                .as("the work is safe all the same")
                .isEqualTo("Task completion checkpoint");
        Path linked = root.resolve("linked");
        fixture.sh(repository, "checkout", "-q", "users-own", "--force");
        fixture.sh(repository, "worktree", "add", "-q", linked.toString(), "main");
        assertThat(merge.merge(worktree, null, false).message()).contains(linked.toString());
    }

    @Test
    void aBranchThatTheUserIsRebasingIsNotMovedEither() throws InterruptedException {
        fixture.sh(repository, "checkout", "-q", "main");
        fixture.commit(repository, "README", "mine\n");
        fixture.sh(repository, "checkout", "-q", "users-own");
        fixture.commit(repository, "README", "other\n");
        fixture.sh(repository, "checkout", "-q", "main");
        fixture.git().run(repository, Duration.ofSeconds(20), "rebase", "users-own");
        assertThat(fixture.sh(repository, "rev-parse", "--abbrev-ref", "HEAD")).isEqualTo("HEAD");
        write(worktree.path().resolve("work"), "x\n");
        assertThat(merge.merge(worktree, null, false).message()).contains("checked out in " + repository);
    }

    @Test
    void aWorktreeOfAnotherTaskMovesAlongWhereItIsClean() throws InterruptedException {
        Worktree other = fixture.worktrees().create(request(repository.toString(), "main"));
        RefName target = new RefName(other.branch());
        write(worktree.path().resolve("work"), "x\n");
        write(other.path().resolve("uncommitted"), "x\n");
        MergeOutcome dirty = merge.merge(worktree, target, false);
        assertThat(dirty.success()).isFalse();
        assertThat(dirty.message()).contains("uncommitted work");
        assertThat(other.path().resolve("work")).doesNotExist();
        fixture.commit(other.path(), "committed", "y\n");
        fixture.sh(other.path(), "rm", "-q", "--cached", "uncommitted");
        fixture.sh(other.path(), "commit", "-q", "-m", "untrack");
        write(repository.resolve(".git/info/exclude"), "uncommitted\n");
        MergeOutcome clean = merge.merge(worktree, target, false);
        assertThat(clean.success()).as(clean.message()).isTrue();
        assertThat(other.path().resolve("work")).hasContent("x");
        assertThat(other.path().resolve("uncommitted")).exists();
        assertThat(fixture.sh(other.path(), "status", "--porcelain")).isEmpty();
        assertThat(fixture.sh(other.path(), "rev-parse", "HEAD")).isEqualTo(clean.commitSha());
        assertThat(fixture.sh(other.path(), "symbolic-ref", "--short", "HEAD")).isEqualTo(other.branch());
    }

    @Test
    void anIgnoredFileInTheWayIsNotOverwritten() throws InterruptedException {
        Worktree other = fixture.worktrees().create(request(repository.toString(), "main"));
        write(repository.resolve(".git/info/exclude"), "secret\n");
        write(other.path().resolve("secret"), "precious\n");
        write(worktree.path().resolve("secret"), "x\n");
        fixture.sh(worktree.path(), "add", "--force", "secret");
        MergeOutcome refused = merge.merge(worktree, new RefName(other.branch()), false);
        assertThat(refused.success()).isFalse();
        assertThat(other.path().resolve("secret")).hasContent("precious");
        assertThat(fixture.sh(repository, "rev-parse", other.branch())).isEqualTo(other.baseSha());
    }

    @Test
    void aCheckoutThatSomebodyDeletedHoldsNothing() throws InterruptedException, IOException {
        Path linked = root.resolve("linked");
        fixture.sh(repository, "worktree", "add", "-q", linked.toString(), "main");
        Undisturbed.deleteTree(linked);
        write(worktree.path().resolve("work"), "x\n");
        assertThat(merge.merge(worktree, null, false).success()).isTrue();
        fixture.sh(repository, "worktree", "prune");
        fixture.sh(repository, "worktree", "add", "-q", linked.toString(), "main");
        fixture.sh(repository, "worktree", "lock", linked.toString());
        Undisturbed.deleteTree(linked);
        write(worktree.path().resolve("work"), "y\n");
        assertThat(merge.merge(worktree, null, false).message()).contains("main is checked out in");
    }

    @Test
    void whereTheTaskIsOnTheTargetItselfACommitIsAll() throws InterruptedException {
        Worktree made = fixture.worktrees().create(request("new://x", null));
        write(made.path().resolve("work"), "x\n");
        MergeOutcome outcome = merge.merge(made, null, false);
        assertThat(outcome.success()).as(outcome.message()).isTrue();
        assertThat(outcome.message()).contains("on main already");
        assertThat(outcome.commitSha()).isEqualTo(fixture.sh(made.path(), "rev-parse", "main"));
        assertThat(fixture.sh(made.path(), "log", "-1", "--format=%s")).isEqualTo("Task completion checkpoint");
    }

    @Test
    void aBareCloneGetsTheTargetFromOriginAndOriginStaysAsItIs() throws InterruptedException {
        Worktree cloned = fixture.worktrees().create(request("file://" + repository, "main"));
        write(cloned.path().resolve("work"), "x\n");
        MergeOutcome outcome = merge.merge(cloned, null, false);
        assertThat(outcome.success()).as(outcome.message()).isTrue();
        assertThat(fixture.sh(cloned.repository(), "rev-parse", "refs/heads/main"))
                .isEqualTo(outcome.commitSha());
        assertThat(fixture.sh(repository, "rev-parse", "main")).isEqualTo(cloned.baseSha());
        MergeOutcome none = merge.merge(cloned, new RefName("nowhere"), false);
        assertThat(none.success()).isFalse();
        assertThat(none.message()).contains("no branch nowhere");
    }

    @Test
    void aDetachedHeadAndTheFullNameOfATargetWillDo() throws InterruptedException {
        fixture.sh(worktree.path(), "checkout", "-q", "--detach");
        write(worktree.path().resolve("work"), "x\n");
        MergeOutcome outcome = merge.merge(worktree, new RefName("refs/heads/main"), false);
        assertThat(outcome.success()).as(outcome.message()).isTrue();
        assertThat(fixture.sh(repository, "log", "-1", "--format=%s", "main")).endsWith("into main");
        fixture.sh(worktree.path(), "checkout", "-q", "main");
        write(worktree.path().resolve("work"), "y\n");
        assertThat(merge.merge(worktree, null, true).message()).contains("on main already");
    }

    @Test
    void aShallowCloneMergesWhatItHas() throws InterruptedException {
        fixture.sh(repository, "checkout", "-q", "main");
        fixture.commit(repository, "more", "x\n");
        fixture.sh(root, "clone", "-q", "--depth=1", "file://" + repository, "shallow");
        Path shallow = root.resolve("shallow");
        Worktree own = fixture.worktrees().create(request(shallow.toString(), "main"));
        fixture.sh(shallow, "checkout", "-q", "--detach");
        write(own.path().resolve("work"), "x\n");
        MergeOutcome outcome = merge.merge(own, null, false);
        assertThat(outcome.success()).as(outcome.message()).isTrue();
        assertThat(fixture.sh(shallow, "ls-tree", "--name-only", "main")).isEqualTo("README\nmore\nwork");
    }

    @Test
    void renamesBinariesAndOtherPeoplesCommitsComeTogether() throws InterruptedException, IOException {
        write(worktree.path().resolve("README"), "hello\nmore\n");
        Files.write(worktree.path().resolve("binary"), new byte[] {0, 1, -1});
        Files.createSymbolicLink(worktree.path().resolve("link"), Path.of("README"));
        fixture.sh(repository, "checkout", "-q", "main");
        fixture.sh(repository, "mv", "README", "read me ☃");
        fixture.sh(repository, "commit", "-q", "-m", "rename");
        fixture.sh(repository, "checkout", "-q", "users-own");
        MergeOutcome outcome = merge.merge(worktree, null, false);
        assertThat(outcome.success()).as(outcome.message()).isTrue();
        assertThat(fixture.sh(repository, "show", "main:read me ☃")).isEqualTo("hello\nmore");
        assertThat(fixture.sh(repository, "-c", "core.quotePath=false", "ls-tree", "--name-only", "main"))
                .isEqualTo("binary\nlink\nread me ☃");
    }

    @Test
    void whatIsHalfDoneIsNotMerged() throws InterruptedException, IOException {
        write(worktree.path().resolve("work"), "x\n");
        Path lock = write(TaskCheckout.admin(worktree).resolve("index.lock"), "");
        assertThat(merge.merge(worktree, null, false).message()).contains("index.lock");
        Files.delete(lock);
        write(TaskCheckout.admin(worktree).resolve("MERGE_HEAD"), worktree.baseSha() + "\n");
        assertThat(merge.merge(worktree, null, false).message()).contains("a merge is in progress");
        Undisturbed.deleteTree(worktree.path());
        assertThat(merge.merge(worktree, null, false).message()).contains("is not the worktree of task");
        assertThat(fixture.sh(repository, "rev-parse", "main")).isEqualTo(worktree.baseSha());
    }

    @Test
    void historiesWithNothingInCommonAreNotMerged() throws InterruptedException {
        fixture.sh(worktree.path(), "checkout", "-q", "--orphan", "alone");
        MergeOutcome outcome = merge.merge(worktree, null, false);
        assertThat(outcome.success()).isFalse();
        assertThat(outcome.message()).contains("unrelated histories");
    }

    @Test
    void withoutAnIdentityAnywhereMakimaMerges() throws InterruptedException {
        GitFixture nobody = new GitFixture(root.resolve("nobody"), "[user]\n\tuseConfigOnly = true\n");
        Path app = nobody.repository("app");
        nobody.sh(app, "checkout", "-q", "--detach");
        Worktree own = nobody.worktrees().create(request(app.toString(), "main"));
        write(own.path().resolve("work"), "x\n");
        assertThat(new TargetMerge(nobody.git(), fixture.settings())
                        .merge(own, null, true)
                        .success())
                .isTrue();
        assertThat(nobody.sh(app, "log", "-1", "--format=%an <%ae> %cn <%ce>", "main"))
                .isEqualTo("Makima <makima@localhost> Makima <makima@localhost>");
    }

    @Test
    void tasksThatMergeAtOnceAllGetIn() throws Exception {
        List<Worktree> tasks = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Worktree task = fixture.worktrees().create(request(repository.toString(), "main"));
            write(task.path().resolve("file " + i), "x\n");
            tasks.add(task);
        }
        Git shared = fixture.git();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<MergeOutcome>> outcomes = new ArrayList<>();
            for (Worktree task : tasks) {
                // Six of them know nothing of the others' lock, as another process would not.
                Git git = tasks.indexOf(task) < 2 ? shared : fixture.git();
                outcomes.add(threads.submit(() -> new TargetMerge(git, fixture.settings()).merge(task, null, false)));
            }
            for (Future<MergeOutcome> outcome : outcomes) {
                assertThat(outcome.get().success()).as(outcome.get().message()).isTrue();
            }
        }
        assertThat(fixture.sh(repository, "ls-tree", "--name-only", "main"))
                .isEqualTo("README\nfile 0\nfile 1\nfile 2\nfile 3\nfile 4\nfile 5\nfile 6\nfile 7");
    }
}
