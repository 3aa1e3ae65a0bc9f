package dev.makima.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.base.MakimaException;
import dev.makima.base.RefName;
import dev.makima.base.TaskId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two daemons with one repository between them, and one task that goes from the one to the other. */
class OwnWorktreesTest {
    private static final TaskId TASK = TaskId.of("12345678-0000-4000-8000-000000000001");

    @TempDir
    private Path root;

    private GitFixture fixture;
    private Path repository;
    private Worktrees first;
    private Worktrees second;

    @BeforeEach
    void makeRepository() {
        fixture = new GitFixture(root);
        repository = fixture.repository("repository");
        first = daemon("first");
        second = daemon("second");
    }

    private Worktrees daemon(String name) {
        return new Worktrees(fixture.git(), settingsOf(name));
    }

    private GitSettings settingsOf(String daemon) {
        Path home = root.resolve(daemon);
        return new GitSettings(home.resolve("repos"), home.resolve("worktrees"), "makima/task-");
    }

    private WorktreeRequest by(long handOver, @Nullable SavedPatch patch, @Nullable Path own) {
        return new WorktreeRequest(TASK, "Fix it", repository.toString(), null, null, patch, handOver, own);
    }

    private WorktreeRequest by(long handOver) {
        return by(handOver, null, null);
    }

    private Worktree fenced() throws InterruptedException {
        Worktree worktree = first.create(by(1));
        GitFixture.write(worktree.path().resolve("README"), "evidence\n");
        return worktree;
    }

    private void assertUntouched(Worktree fenced) {
        assertThat(GitFixture.read(fenced.path().resolve("README"))).isEqualTo("evidence\n");
        assertThat(fixture.sh(fenced.path(), "symbolic-ref", "--short", "HEAD"))
                .isEqualTo("makima/task-fix-it-12345678");
        assertThat(first.find(TASK)).map(Worktree::path).contains(fenced.path());
        assertThat(first.refreshed(fenced)).map(Worktree::branch).contains(fenced.branch());
        assertThat(first.all()).extracting(Worktree::path).containsExactly(fenced.path());
    }

    @Test
    void aDaemonIsNotGivenTheWorktreeOfAnother() throws Exception {
        Worktree fenced = fenced();
        assertThat(second.find(TASK)).isEmpty();
        Worktree own = second.create(by(2));
        assertThat(own.path()).startsWith(root.resolve("second"));
        assertThat(own.branch()).isEqualTo("makima/task-fix-it-12345678-2");
        assertThat(GitFixture.read(own.path().resolve("README"))).isEqualTo("hello\n");
        assertUntouched(fenced);
        // Each goes on in its own, also by a later hand-over.
        assertThat(second.create(by(4)).path()).isEqualTo(own.path());
        assertThat(second.find(TASK)).map(Worktree::path).contains(own.path());
        assertThat(first.create(by(3)).path()).isEqualTo(fenced.path());
    }

    @Test
    void whereNobodyCountsHandOversTheBranchHasMoreOfTheId() throws Exception {
        Worktree fenced = fenced();
        assertThat(second.create(by(0)).branch()).isEqualTo("makima/task-fix-it-123456780000");
        assertUntouched(fenced);
    }

    @Test
    void aWorktreeWhoseRecordWasNotWrittenYetIsAnothersToo() throws Exception {
        Worktree fenced = fenced();
        TaskRecords.delete(fenced);
        assertThat(second.create(by(2)).branch()).isEqualTo("makima/task-fix-it-12345678-2");
        assertThat(GitFixture.read(fenced.path().resolve("README"))).isEqualTo("evidence\n");
    }

    @Test
    void itBeginsAtTheWorkThatWasSaved() throws Exception {
        Worktree fenced = fenced();
        Patch patch = new Patches(fixture.git(), 1 << 20, 1 << 20).make(fenced, fenced.baseSha());
        SavedPatch saved = new SavedPatch(patch.base64(), patch.baseSha());
        Worktree own = second.create(by(2, saved, null));
        assertThat(own.warnings()).isEmpty();
        assertThat(own.path()).startsWith(root.resolve("second"));
        assertThat(GitFixture.read(own.path().resolve("README"))).isEqualTo("evidence\n");
    }

    @Test
    void theBranchGoesOnOnceTheOtherWorktreeIsGone() throws Exception {
        Worktree fenced = first.create(by(1));
        fixture.commit(fenced.path(), "work", "done\n");
        fixture.sh(repository, "worktree", "remove", "--force", fenced.path().toString());
        Worktree own = second.create(by(2));
        assertThat(own.branch()).isEqualTo(fenced.branch());
        assertThat(own.path().resolve("work")).exists();
    }

    @Test
    void aWorktreeThatTheDaemonHasNotedIsItsOwnWhereverItLies() throws Exception {
        Worktree before = fenced();
        assertThat(second.create(by(2, null, before.path())).path()).isEqualTo(before.path());
    }

    @Test
    void aDirectoryOfWorktreesMayBeReachedByALink() throws Exception {
        Worktree before = fenced();
        Path link = Files.createSymbolicLink(root.resolve("link"), root.resolve("first"));
        Worktrees linked = new Worktrees(
                fixture.git(), new GitSettings(link.resolve("repos"), link.resolve("worktrees"), "makima/task-"));
        assertThat(linked.create(by(2)).path().toRealPath())
                .isEqualTo(before.path().toRealPath());
    }

    @Test
    void bothAreCleanedUpEachByItself() throws Exception {
        Worktree fenced = fenced();
        Worktree own = second.create(by(2));
        WorktreeCleanup cleanup = new WorktreeCleanup(fixture.git());
        assertThat(cleanup.cleanup(own, true, UnsavedWork.DISCARD).success()).isTrue();
        assertThat(own.path()).doesNotExist();
        assertUntouched(fenced);
        assertThat(fixture.branches(repository)).contains(fenced.branch()).doesNotContain(own.branch());
        assertThat(cleanup.cleanup(fenced, true, UnsavedWork.DISCARD).success()).isTrue();
        assertThat(fenced.path()).doesNotExist();
        assertThat(fixture.branches(repository)).isEqualTo("main");
    }

    @Test
    void aCleanUpOfOneLeavesTheDetachedWorkOfTheOther() throws Exception {
        Worktree fenced = first.create(by(1));
        fixture.commit(fenced.path(), "work", "done\n");
        String branch = GitFixture.branchOf(new Completion(fixture.git()).branch(fenced, "Fix it", repository));
        Worktree own = second.create(by(2));
        assertThat(own.branch()).isEqualTo("makima/task-fix-it-12345678-2");
        assertThat(new WorktreeCleanup(fixture.git())
                        .cleanup(own, true, UnsavedWork.DISCARD)
                        .success())
                .isTrue();
        assertThat(fixture.branches(repository).lines()).contains(branch);
    }

    @Test
    void noPushedBranchHasTheNumberTwiceAndTheResultHereHasItToo() throws Exception {
        fenced();
        Path target = fixture.repository("target");
        Worktree own = second.create(by(2));
        fixture.commit(own.path(), "work", "done\n");
        Completion completion = new Completion(fixture.git()).by(new HandOver(2, () -> {}));
        assertThat(GitFixture.branchOf(completion.branch(own, "Fix it", target)))
                .isEqualTo("makima/fix-it-12345678-2");
        assertThat(GitFixture.branchOf(completion.branch(own, "Fix it", repository)))
                .isEqualTo("makima/fix-it-12345678-2");
        assertThat(TaskNames.plain(own.branch(), TASK)).isEqualTo("makima/task-fix-it-12345678");
        assertThat(TaskNames.plain("main-2", TASK)).isEqualTo("main-2");
    }

    @Test
    void checkpointsOfBothStay() throws Exception {
        Worktree fenced = fenced();
        Worktree own = second.create(by(2));
        GitFixture.write(own.path().resolve("README"), "mine\n");
        try (Checkpoints checkpoints = new Checkpoints(fixture.git())) {
            checkpoints.make(fenced, "one", false);
            checkpoints.make(own, "two", false);
            assertThat(List.of(checkpoints.isSaved(fenced), checkpoints.isSaved(own)))
                    .containsOnly(true);
            checkpoints.forget(own);
            assertThat(checkpoints.last(own)).isEqualTo(Optional.empty());
            assertThat(checkpoints.isSaved(fenced)).isTrue();
        }
    }

    @Test
    void aBranchInTheWorktreeOfAnotherDaemonIsNotMoved() throws Exception {
        Worktree anothers = fenced();
        fixture.sh(anothers.path(), "checkout", "-q", "README");
        Worktree own = second.create(new WorktreeRequest(GitFixture.newId(), "Else", repository.toString(), null));
        fixture.commit(own.path(), "work", "done\n");
        RefName target = new RefName(anothers.branch());
        MergeOutcome merged = new TargetMerge(fixture.git(), settingsOf("second")).merge(own, target, false);
        assertThat(merged.success()).isFalse();
        assertThat(merged.message()).contains(anothers.path().toString(), "another makima daemon");
        CompletionResult completed = new CompletionMerge(fixture.git(), settingsOf("second"))
                .merge(own, "Else", anothers.path(), target, true);
        assertThat(completed.success()).as("named or not").isFalse();
        assertThat(completed.message()).contains(anothers.path().toString(), "another makima daemon");
        assertThat(fixture.sh(repository, "rev-parse", anothers.branch())).isEqualTo(anothers.baseSha());
        assertThat(anothers.path().resolve("work")).doesNotExist();
    }

    @Test
    void aBranchInAnotherWorktreeOfTheSameDaemonMovesAlong() throws Exception {
        Worktree other = second.create(by(1));
        Worktree own = second.create(new WorktreeRequest(GitFixture.newId(), "Else", repository.toString(), null));
        fixture.commit(own.path(), "work", "done\n");
        RefName target = new RefName(other.branch());
        CompletionResult completed =
                new CompletionMerge(fixture.git(), settingsOf("second")).merge(own, "Else", repository, target, true);
        assertThat(completed.success()).as(completed.message()).isTrue();
        assertThat(other.path().resolve("work")).hasContent("done");
    }

    @Test
    void afterAMoveTheWorktreesInTheFormerDirectoryAreStillItsOwn() throws Exception {
        Worktree before = first.create(by(1));
        GitSettings there = settingsOf("second");
        GitSettings moved = new GitSettings(
                there.reposDir(),
                there.worktreesDir(),
                there.branchPrefix(),
                null,
                there.rules(),
                directory -> directory.equals(before.path().getParent()));
        Worktrees worktrees = new Worktrees(fixture.git(), moved);
        assertThat(worktrees.create(by(2)).path()).isEqualTo(before.path());
        Worktree own = worktrees.create(new WorktreeRequest(GitFixture.newId(), "Else", repository.toString(), null));
        assertThat(own.path()).startsWith(there.worktreesDir());
        fixture.commit(own.path(), "work", "done\n");
        MergeOutcome merged = new TargetMerge(fixture.git(), moved).merge(own, new RefName(before.branch()), false);
        assertThat(merged.success()).as(merged.message()).isTrue();
        assertThat(before.path().resolve("work")).hasContent("done");
    }

    private SavedPatch workOf(Worktree worktree) throws Exception {
        Patch patch = new Patches(fixture.git(), 1 << 20, 1 << 20).make(worktree, worktree.baseSha());
        return new SavedPatch(patch.base64(), patch.baseSha());
    }

    @Test
    void newerWorkIsRestoredBesideTheOlderWhichStaysAndIsNotFoundAgain() throws Exception {
        Worktree old = fenced();
        fixture.commit(old.path(), "committed", "old\n");
        Worktree elsewhere = second.create(by(2));
        GitFixture.write(elsewhere.path().resolve("work"), "newer\n");
        for (long handOver = 3; handOver < 9; handOver++) {
            Worktree restored = first.restore(by(handOver), workOf(elsewhere));
            assertThat(restored.branch()).isEqualTo("makima/task-fix-it-12345678-" + handOver);
            assertThat(restored.baseSha()).isEqualTo(elsewhere.baseSha());
            assertThat(restored.path().resolve("work")).hasContent("newer");
            assertThat(restored.path().resolve("committed")).doesNotExist();
            assertThat(first.find(TASK)).contains(restored);
            assertThat(first.all()).containsExactly(restored);
            assertThat(first.create(by(9))).isEqualTo(restored);
        }
        assertThat(GitFixture.read(old.path().resolve("README"))).isEqualTo("evidence\n");
        assertThat(fixture.sh(old.path(), "log", "-1", "--format=%D")).contains(old.branch());
        assertThat(old.path().resolve("committed")).exists();
        assertThat(second.find(TASK)).map(Worktree::path).contains(elsewhere.path());
    }

    @Test
    void whatWasSetAsideIsNotTakenUpAgainAndIsCleanedUpByItself() throws Exception {
        Worktree old = fenced();
        Worktree elsewhere = second.create(by(2));
        GitFixture.write(elsewhere.path().resolve("work"), "newer\n");
        Worktree restored = first.restore(by(3), workOf(elsewhere));
        assertThat(first.setAside()).extracting(Worktree::path).containsExactly(old.path());
        assertThat(second.setAside()).isEmpty();
        WorktreeCleanup cleanup = new WorktreeCleanup(fixture.git());
        assertThat(cleanup.obstacle(old))
                .hasValueSatisfying(why -> assertThat(why).contains("uncommitted work"));
        fixture.commit(restored.path(), "committed", "newer\n");
        cleanup.cleanup(restored, false, UnsavedWork.DISCARD);
        assertThat(first.find(TASK)).isEmpty();
        Worktree again = first.create(by(4));
        assertThat(again.branch()).isEqualTo(restored.branch());
        assertThat(again.path().resolve("committed")).exists();
        // Without either of them the newest branch counts as well.
        cleanup.cleanup(again, false, UnsavedWork.DISCARD);
        assertThat(cleanup.cleanup(old, false, UnsavedWork.DISCARD).success()).isTrue();
        assertThat(old.path()).doesNotExist();
        assertThat(first.setAside()).isEmpty();
        assertThat(first.create(by(5)).branch()).isEqualTo(restored.branch());
        assertThat(fixture.branches(repository)).contains(old.branch());
    }

    @Test
    void newerWorkThatDoesNotFitSetsNothingAside() throws Exception {
        Worktree old = fenced();
        SavedPatch good = workOf(old);
        for (SavedPatch bad : List.of(
                new SavedPatch("bm90aGluZw==", good.baseSha()), new SavedPatch(good.base64Gzip(), "a".repeat(40)))) {
            assertThatThrownBy(() -> first.restore(by(3), bad)).isInstanceOf(MakimaException.class);
            assertUntouched(old);
            assertThat(first.create(by(3)).path()).isEqualTo(old.path());
        }
        assertThat(fixture.sh(repository, "branch", "--list", "makima/*")).doesNotContain("-3");
        assertThat(root.resolve("first/worktrees")).isDirectoryContaining(old.path()::equals);
        assertThat(fixture.sh(repository, "worktree", "list").lines()).hasSize(2);
    }

    @Test
    void newerWorkInARepositoryThatWasMadeForTheTaskGetsAnother() throws Exception {
        WorktreeRequest request = new WorktreeRequest(TASK, "Fix it", "new://made", null);
        Worktree old = first.create(request);
        GitFixture.write(old.path().resolve("work"), "older\n");
        Worktree elsewhere = second.create(request);
        GitFixture.write(elsewhere.path().resolve("work"), "newer\n");
        assertThatThrownBy(() -> first.restore(request, new SavedPatch("bm90aGluZw==", elsewhere.baseSha())))
                .isInstanceOf(MakimaException.class);
        assertThat(first.find(TASK)).contains(old);
        Worktree restored = first.restore(request, workOf(elsewhere));
        assertThat(restored.path().resolve("work")).hasContent("newer");
        assertThat(old.path().resolve("work")).hasContent("older");
        assertThat(first.find(TASK)).contains(restored);
    }
}
