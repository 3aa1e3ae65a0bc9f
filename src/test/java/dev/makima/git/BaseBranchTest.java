package dev.makima.git;

import static dev.makima.git.GitFixture.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where a task starts: the given branch, the remote's default, a usual name, the current one; local or fetched. */
class BaseBranchTest extends WorktreesBench {
    private Path origin;

    @BeforeEach
    void makeAnOrigin() {
        origin = fixture.repository("origin");
    }

    @Test
    void theGivenBranchIsTakenUnderAnyOfItsNames() throws InterruptedException {
        String main = fixture.sh(origin, "rev-parse", "HEAD");
        fixture.sh(origin, "checkout", "-q", "-b", "dev");
        String dev = fixture.commit(origin, "dev", "x\n");
        Path local = fixture.cloneOf(origin, "local");
        fixture.sh(local, "checkout", "-q", "main");
        assertStart(local, "dev", "dev", dev);
        assertStart(local, "origin/dev", "dev", dev);
        assertStart(local, "refs/heads/main", "main", main);
        assertStart(local, " main ", "main", main);
    }

    @Test
    void withoutOneTheRemotesDefaultWinsOverMain() throws InterruptedException {
        fixture.sh(origin, "checkout", "-q", "-b", "stable");
        String stable = fixture.commit(origin, "stable", "x\n");
        Path local = fixture.cloneOf(origin, "local");
        fixture.sh(local, "checkout", "-q", "main");
        assertStart(local, null, "stable", stable);
        fixture.sh(local, "symbolic-ref", "-d", "refs/remotes/origin/HEAD");
        assertStart(local, null, "stable", stable);
        fixture.sh(local, "remote", "remove", "origin");
        assertStart(local, null, "main", fixture.sh(local, "rev-parse", "main"));
    }

    @Test
    void withoutEitherAUsualNameAndThenTheCurrentBranchIsTaken() throws InterruptedException {
        fixture.sh(origin, "branch", "-m", "feature");
        assertStart(origin, null, "feature", fixture.sh(origin, "rev-parse", "HEAD"));
        fixture.sh(origin, "branch", "trunk");
        String feature = fixture.commit(origin, "more", "x\n");
        assertStart(origin, null, "trunk", fixture.sh(origin, "rev-parse", "HEAD~"));
        assertStart(origin, "feature", "feature", feature);
        fixture.sh(origin, "branch", "develop");
        assertStart(origin, null, "develop", feature);
        fixture.sh(origin, "branch", "master", "HEAD~");
        assertStart(origin, null, "master", fixture.sh(origin, "rev-parse", "HEAD~"));
    }

    @Test
    void aDetachedHeadIsTakenWhereNoBranchCanBe() throws InterruptedException {
        fixture.sh(origin, "branch", "-m", "feature");
        fixture.commit(origin, "more", "x\n");
        fixture.sh(origin, "checkout", "-q", "--detach", "HEAD~");
        assertStart(origin, null, "HEAD", fixture.sh(origin, "rev-parse", "HEAD"));
        fixture.sh(origin, "branch", "main");
        assertStart(origin, null, "main", fixture.sh(origin, "rev-parse", "HEAD"));
    }

    @Test
    void whereNothingCanBeChosenTheBranchesAreNamed() {
        fixture.sh(origin, "branch", "-m", "one");
        fixture.sh(origin, "branch", "two");
        fixture.sh(origin, "branch", "makima/made-by-a-task");
        fixture.sh(origin, "symbolic-ref", "HEAD", "refs/heads/unborn");
        assertThatExceptionOfType(MakimaException.class)
                .isThrownBy(() -> worktrees.create(request(origin)))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.VALIDATION))
                .satisfies(e -> assertThat(e.explain()).endsWith("There are: one, two"));
    }

    @Test
    void theFetchedBranchWinsWhereItContainsTheLocalOne() throws InterruptedException {
        Path local = fixture.cloneOf(origin, "local");
        String newer = fixture.commit(origin, "more", "x\n");
        assertStart(local, null, "main", newer);
        assertThat(fixture.sh(local, "rev-parse", "main")).isNotEqualTo(newer);
    }

    @Test
    void theLocalBranchWinsWhereItContainsTheFetchedOne() throws InterruptedException {
        Path local = fixture.cloneOf(origin, "local");
        String mine = fixture.commit(local, "mine", "x\n");
        assertStart(local, null, "main", mine);
    }

    @Test
    void whereTheyHaveDivergedTheLocalOneWinsWithAWarning() throws InterruptedException {
        Path local = fixture.cloneOf(origin, "local");
        String mine = fixture.commit(local, "mine", "x\n");
        fixture.commit(origin, "theirs", "x\n");
        Worktree worktree = worktrees.create(request(local));
        assertThat(worktree.baseSha()).isEqualTo(mine);
        assertThat(worktree.warnings()).singleElement().asString().contains("main and origin/main have diverged");
    }

    @Test
    void aBranchThatIsOnlyAtTheOriginIsFoundByTheFetch() throws InterruptedException {
        Path local = fixture.cloneOf(origin, "local");
        fixture.sh(origin, "checkout", "-q", "-b", "new-there");
        String there = fixture.commit(origin, "more", "x\n");
        assertStart(local, "new-there", "new-there", there);
        assertThat(fixture.branches(local)).doesNotContain("new-there\n").contains("main");
    }

    @Test
    void anOriginThatIsGoneIsOnlyAWarning() throws Exception {
        Path local = fixture.cloneOf(origin, "local");
        Files.move(origin, root.resolve("moved"));
        Worktree worktree = worktrees.create(request(local));
        assertThat(worktree.warnings())
                .singleElement()
                .asString()
                .contains("could not fetch origin of " + local)
                .contains("does not appear to be a git repository");
    }

    @Test
    void aFetchLeavesLocalBranchesOfAMirrorAlone() throws InterruptedException {
        fixture.sh(root, "clone", "-q", "--mirror", origin.toString(), "mirror");
        Path mirror = root.resolve("mirror");
        fixture.sh(mirror, "config", "fetch.prune", "true");
        Worktree first = worktrees.create(request(mirror));
        String newer = fixture.commit(origin, "more", "x\n");
        Worktree second = worktrees.create(request(mirror));
        assertThat(second.baseSha()).isEqualTo(newer);
        assertThat(second.warnings()).isEmpty();
        assertThat(fixture.branches(mirror)).contains(first.branch()).contains(second.branch());
        CompletionResult result = new Completion(fixture.git()).branch(second, "nothing", mirror);
        assertThat(result.message()).contains("nothing was changed");
    }

    private void assertStart(Path repository, @Nullable String given, String name, String sha)
            throws InterruptedException {
        Worktree worktree = worktrees.create(request(repository.toString(), given));
        assertThat(worktree.baseBranch()).isEqualTo(name);
        assertThat(worktree.baseSha()).isEqualTo(sha);
        assertThat(fixture.sh(worktree.path(), "rev-parse", "HEAD")).isEqualTo(sha);
        assertThat(worktree.warnings()).isEmpty();
    }
}
