package dev.makima.git;

import static dev.makima.git.GitFixture.newId;
import static dev.makima.git.GitFixture.request;
import static dev.makima.git.GitFixture.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.makima.base.MakimaException;
import dev.makima.base.TaskId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ContinuationTest extends WorktreesBench {
    private Patches patches;
    private Path repository;

    @BeforeEach
    void makeARepository() {
        patches = new Patches(fixture.git(), 1 << 20, 1 << 20);
        repository = fixture.repository("app");
        OddFiles.before(repository);
        fixture.commit(repository, "last", "x\n");
    }

    private static WorktreeRequest after(@Nullable TaskId from, String repository, @Nullable SavedPatch patch) {
        return new WorktreeRequest(newId(), "Go on", repository, null, from, patch);
    }

    private SavedPatch saved(Worktree worktree) throws InterruptedException {
        Patch patch = patches.make(worktree, worktree.baseSha());
        return new SavedPatch(patch.base64(), patch.baseSha());
    }

    private void work(Worktree worktree) {
        fixture.commit(worktree.path(), "committed", "by the agent\n");
        OddFiles.change(worktree.path());
        fixture.sh(worktree.path(), "add", "staged", "mode", "crlf");
        fixture.sh(worktree.path(), "rm", "-q", "--cached", "last");
        write(worktree.path().resolve("staged"), "and changed again\n");
        write(worktree.path().resolve(".makima/prompt"), "helper\n");
    }

    private void assertSame(Worktree one, Worktree other) {
        var files = OddFiles.everythingIn(one.path());
        files.keySet().removeIf(name -> name.startsWith(".makima"));
        assertThat(OddFiles.everythingIn(other.path())).isEqualTo(files);
    }

    @Test
    void everythingComesAlongAsItIs() throws InterruptedException {
        Worktree one = worktrees.create(request(repository));
        work(one);
        String status = fixture.sh(one.path(), "status", "--porcelain", "-uall");
        Worktree two = worktrees.create(after(one.taskId(), repository.toString(), null));
        assertThat(two.warnings()).isEmpty();
        assertSame(one, two);
        assertThat(two.path().resolve("build")).doesNotExist();
        assertThat(two.path().resolve(".makima")).doesNotExist();
        assertThat(fixture.sh(two.path(), "status", "--porcelain", "-uall")).isEqualTo(status);
        assertThat(fixture.sh(one.path(), "status", "--porcelain", "-uall")).isEqualTo(status);
        assertThat(fixture.sh(two.path(), "rev-parse", "HEAD")).isEqualTo(fixture.sh(one.path(), "rev-parse", "HEAD"));
        assertThat(fixture.sh(two.path(), "symbolic-ref", "--short", "HEAD")).isEqualTo(two.branch());
        assertThat(two.branch()).isNotEqualTo(one.branch());
        assertThat(two.baseSha()).isEqualTo(one.baseSha());
        assertThat(two.baseBranch()).isEqualTo("main");
    }

    @Test
    void bytesThatGitWouldConvertComeAlongToo() throws InterruptedException {
        write(repository.resolve(".gitattributes"), "*.txt text=auto\n");
        fixture.commit(repository, "a.txt", "one\ntwo\n");
        Worktree one = worktrees.create(request(repository));
        write(one.path().resolve("a.txt"), "one\r\nother\r\n");
        write(one.path().resolve("b.txt"), "new\r\n");
        Worktree two = worktrees.create(after(one.taskId(), repository.toString(), null));
        assertSame(one, two);
        assertThat(Files.exists(two.path().resolve("b.txt"))).isTrue();
    }

    @Test
    void aChainGoesOnFromTheLast() throws InterruptedException {
        Worktree one = worktrees.create(request(repository));
        write(one.path().resolve("one"), "1\n");
        Worktree two = worktrees.create(after(one.taskId(), repository.toString(), null));
        fixture.commit(two.path(), "two", "2\n");
        Worktree three = worktrees.create(after(two.taskId(), repository.toString(), null));
        assertThat(three.path().resolve("one")).hasContent("1");
        assertThat(new Changes(fixture.git()).stat(three)).isEqualTo(new DiffStat(2, 2, 0));
    }

    @Test
    void theSameIdAgainGetsItsWorktreeAsItIs() throws Exception {
        Worktree one = worktrees.create(request(repository));
        write(one.path().resolve("work"), "1\n");
        WorktreeRequest request = after(one.taskId(), repository.toString(), null);
        Worktree two = worktrees.create(request);
        write(two.path().resolve("work"), "done more\n");
        write(one.path().resolve("later"), "x\n");
        assertThat(worktrees.create(request).path()).isEqualTo(two.path());
        fixture.sh(repository, "worktree", "remove", "--force", one.path().toString());
        assertThat(worktrees.create(request).path()).isEqualTo(two.path());
        assertThat(two.path().resolve("work")).hasContent("done more");
        assertThat(two.path().resolve("later")).doesNotExist();
    }

    @Test
    void clonesByUrlContinueAsWell() throws InterruptedException {
        String url = "file://" + repository;
        Worktree one = worktrees.create(request(url, null));
        work(one);
        Worktree two = worktrees.create(after(one.taskId(), url, null));
        assertSame(one, two);
    }

    @Test
    void repositoriesThatWereMadeForATaskContinueAsWell() throws InterruptedException {
        Worktree one = worktrees.create(request("new://shop", null));
        write(one.path().resolve("work"), "1\n");
        Worktree two = worktrees.create(after(one.taskId(), "new://shop", null));
        assertThat(two.path().resolve("work")).hasContent("1");
        assertThat(two.repository()).isEqualTo(one.repository());
        assertThat(two.path()).isNotEqualTo(one.path());
    }

    @Test
    void aWorktreeInAMergeIsTakenAsItIsWithAWarning() throws InterruptedException {
        Worktree one = worktrees.create(request(repository));
        fixture.sh(one.path(), "checkout", "-q", "-b", "side");
        fixture.commit(one.path(), "README", "side\n");
        fixture.sh(one.path(), "checkout", "-q", one.branch());
        fixture.commit(one.path(), "README", "main\n");
        fixture.git().run(one.path(), Duration.ofSeconds(20), "merge", "side");
        Worktree two = worktrees.create(after(one.taskId(), repository.toString(), null));
        assertThat(two.warnings()).anyMatch(warning -> warning.contains("a merge is in progress"));
        assertSame(one, two);
        assertThat(fixture.sh(two.path(), "status", "--porcelain")).isEqualTo("M README");
    }

    @Test
    void nestedRepositoriesAreNamed() throws InterruptedException {
        Worktree one = worktrees.create(request(repository));
        Path nested = GitFixture.directory(one.path().resolve("nested"));
        fixture.sh(nested, "init", "-q");
        fixture.commit(nested, "inner", "x\n");
        write(one.path().resolve("work"), "1\n");
        Worktree two = worktrees.create(after(one.taskId(), repository.toString(), null));
        assertThat(two.warnings()).singleElement().asString().contains("nested");
        assertThat(two.path().resolve("work")).hasContent("1");
        assertThat(two.path().resolve("nested")).doesNotExist();
    }

    @Test
    void withoutTheWorktreeThePatchServes() throws InterruptedException {
        Worktree one = worktrees.create(request(repository));
        work(one);
        fixture.sh(one.path(), "add", "last");
        SavedPatch patch = saved(one);
        var files = OddFiles.everythingIn(one.path());
        files.keySet().removeIf(name -> name.startsWith(".makima"));
        fixture.sh(repository, "worktree", "remove", "--force", one.path().toString());
        fixture.commit(repository, "meanwhile", "on main\n");
        Worktree two = worktrees.create(after(one.taskId(), repository.toString(), patch));
        assertThat(two.warnings()).singleElement().asString().contains("not on this machine");
        assertThat(OddFiles.everythingIn(two.path())).isEqualTo(files);
        assertThat(two.baseSha()).isEqualTo(one.baseSha());
        assertThat(fixture.sh(two.path(), "rev-parse", "HEAD")).isEqualTo(one.baseSha());
    }

    @Test
    void withNeitherBothReasonsAreGivenAndNothingIsLeft() throws Exception {
        TaskId gone = newId();
        Worktree one = worktrees.create(request(repository));
        write(one.path().resolve("work"), "1\n");
        SavedPatch good = saved(one);
        SavedPatch elsewhere = new SavedPatch(good.base64Gzip(), "a".repeat(40));
        SavedPatch broken = new SavedPatch("bm90aGluZw==", good.baseSha());
        fails(after(gone, repository.toString(), null), "not on this machine", "no patch");
        fails(after(gone, repository.toString(), elsewhere), "not on this machine", "which is not here");
        fails(after(gone, repository.toString(), broken), "not on this machine", "not compressed");
        fails(after(gone, "new://shop", good), "not on this machine", "would need that repository");
        assertThat(root.resolve("repos")).doesNotExist();
        Path other = fixture.repository("other");
        fails(after(one.taskId(), other.toString(), null), "belongs to another repository", "no patch");
        assertThat(fixture.branches(repository).lines()).containsExactlyInAnyOrder("main", one.branch());
        assertThat(fixture.branches(other)).isEqualTo("main");
        try (Stream<Path> left = Files.list(root.resolve("worktrees"))) {
            assertThat(left).containsExactly(one.path());
        }
    }

    private void fails(WorktreeRequest request, String one, String two) {
        assertThatExceptionOfType(MakimaException.class)
                .isThrownBy(() -> worktrees.create(request))
                .withMessageContaining("cannot continue from task " + request.continueFrom())
                .withMessageContaining(one)
                .withMessageContaining(two);
    }

    @Test
    void aPatchAloneIsTriedAndGoneOnWithout() throws InterruptedException {
        Worktree one = worktrees.create(request(repository));
        write(one.path().resolve("work"), "1\n");
        SavedPatch good = saved(one);
        fixture.commit(repository, "meanwhile", "on main\n");
        Worktree two = worktrees.create(after(null, repository.toString(), good));
        assertThat(two.warnings()).isEmpty();
        assertThat(two.path().resolve("work")).hasContent("1");
        assertThat(two.path().resolve("meanwhile")).doesNotExist();

        Worktree three =
                worktrees.create(after(null, repository.toString(), new SavedPatch("bm90aGluZw==", good.baseSha())));
        assertThat(three.warnings()).singleElement().asString().contains("going on without the patch");
        Worktree four =
                worktrees.create(after(null, repository.toString(), new SavedPatch(good.base64Gzip(), "a".repeat(40))));
        assertThat(four.warnings()).singleElement().asString().contains("going on without the patch");
        assertThat(four.path().resolve("meanwhile")).hasContent("on main");
    }

    @Test
    void whatACrashLeftIsNeverTakenForTheWorktree() throws InterruptedException {
        Worktree one = worktrees.create(request(repository));
        write(one.path().resolve("work"), "1\n");
        WorktreeRequest request = after(one.taskId(), repository.toString(), null);
        Path half = root.resolve("worktrees").resolve(request.taskId().shortId() + "-go-on");
        fixture.sh(repository, "worktree", "add", "-q", "--detach", half.toString(), one.baseSha());
        fixture.sh(
                repository,
                "config",
                "branch.makima/task-go-on-" + request.taskId().shortId() + ".makimaTask",
                request.taskId().toString());
        Worktree two = worktrees.create(request);
        assertThat(two.path()).isNotEqualTo(half);
        assertThat(two.path().resolve("work")).hasContent("1");
    }
}
