package dev.makima.git;

import static dev.makima.git.GitFixture.branchOf;
import static dev.makima.git.GitFixture.newId;
import static dev.makima.git.GitFixture.read;
import static dev.makima.git.GitFixture.request;
import static dev.makima.git.GitFixture.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.makima.base.MakimaException;
import dev.makima.base.TaskId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorktreesTest extends WorktreesBench {
    private static final TaskId ONE = TaskId.of("12345678-0000-4000-8000-000000000001");
    private static final TaskId TWO = TaskId.of("12345678-0000-4000-8000-000000000002");

    @Test
    void aTaskGetsADirectoryAndABranchThatNameIt() throws InterruptedException {
        Path repository = fixture.repository("app");
        String head = fixture.sh(repository, "rev-parse", "HEAD");
        Worktree worktree = worktrees.create(new WorktreeRequest(ONE, "Fix: the Bug!", repository.toString(), null));
        assertThat(worktree.path()).isEqualTo(root.resolve("worktrees/12345678-fix-the-bug"));
        assertThat(worktree.branch()).isEqualTo("makima/task-fix-the-bug-12345678");
        assertThat(worktree.baseBranch()).isEqualTo("main");
        assertThat(worktree.baseSha()).isEqualTo(head);
        assertThat(worktree.repository()).isEqualTo(repository.resolve(".git"));
        assertThat(worktree.warnings()).isEmpty();
        assertThat(worktree.path().resolve("README")).hasContent("hello");
        assertThat(fixture.sh(worktree.path(), "symbolic-ref", "--short", "HEAD"))
                .isEqualTo(worktree.branch());
        assertThat(fixture.sh(repository, "config", "branch." + worktree.branch() + ".makimaTask"))
                .isEqualTo(ONE.toString());
    }

    @Test
    void theUsersOwnCheckoutAndConfigurationStayAsTheyAre() throws InterruptedException {
        Path repository = fixture.repository("app");
        write(repository.resolve("README"), "being edited\n");
        write(repository.resolve("new"), "untracked\n");
        worktrees.create(request(repository));
        assertThat(fixture.sh(repository, "status", "--porcelain")).isEqualTo("M README\n?? new");
        assertThat(fixture.sh(repository, "symbolic-ref", "--short", "HEAD")).isEqualTo("main");
        assertThat(fixture.sh(repository, "config", "--local", "--list"))
                .doesNotContain("user.")
                .doesNotContain("worktreeconfig");
    }

    @Test
    void aSecondCallForATaskGetsTheWorktreeAsItIs() throws InterruptedException {
        Path repository = fixture.repository("app");
        WorktreeRequest request = request(repository);
        Worktree first = worktrees.create(request);
        write(first.path().resolve("work"), "in progress\n");
        fixture.sh(first.path(), "checkout", "-q", "-b", "the-agents-own");
        fixture.commit(repository, "more", "on main\n");
        WorktreeRequest renamed = new WorktreeRequest(request.taskId(), "Other name", repository.toString(), null);
        assertThat(fixture.worktrees().create(renamed)).isEqualTo(first);
        assertThat(first.path().resolve("work")).hasContent("in progress");
        assertThat(fixture.worktrees().find(request.taskId())).contains(first);
        assertThat(worktrees.find(newId())).isEmpty();
    }

    @Test
    void aBranchWithoutItsWorktreeIsCheckedOutAgain() throws Exception {
        Path repository = fixture.repository("app");
        WorktreeRequest request = request(repository);
        Worktree first = worktrees.create(request);
        String commit = fixture.commit(first.path(), "work", "done\n");
        fixture.sh(repository, "worktree", "remove", first.path().toString());
        Worktree second = worktrees.create(request);
        assertThat(second).isEqualTo(first);
        assertThat(fixture.sh(second.path(), "rev-parse", "HEAD")).isEqualTo(commit);

        Undisturbed.deleteTree(second.path());
        Worktree third = worktrees.create(request);
        assertThat(third).isEqualTo(first);
        assertThat(third.path().resolve("work")).hasContent("done");
    }

    @Test
    void whereOurRecordIsGoneTheConfigurationTells() throws Exception {
        Path repository = fixture.repository("app");
        WorktreeRequest request = request(repository);
        Worktree first = worktrees.create(request);
        fixture.commit(first.path(), "work", "done\n");
        fixture.commit(repository, "more", "on main\n");
        Files.delete(repository.resolve(".git/makima/" + request.taskId()));
        assertThat(worktrees.create(request)).isEqualTo(first);
        write(repository.resolve(".git/makima/" + request.taskId()), "path=/\0nonsense");
        fixture.sh(repository, "worktree", "remove", first.path().toString());
        assertThat(worktrees.create(request)).isEqualTo(first);
    }

    @Test
    void twoIdsWithTheSameFirstDigitsShareNothing() throws InterruptedException {
        Path repository = fixture.repository("app");
        Worktree one = worktrees.create(new WorktreeRequest(ONE, "Same", repository.toString(), null));
        Worktree two = worktrees.create(new WorktreeRequest(TWO, "Same", repository.toString(), null));
        assertThat(two.path()).isEqualTo(root.resolve("worktrees/123456780000-same"));
        assertThat(two.branch()).isEqualTo("makima/task-same-123456780000");
        assertThat(worktrees.find(ONE)).contains(one);
        assertThat(worktrees.find(TWO)).contains(two);
        Path other = fixture.repository("other");
        Worktree three = worktrees.create(
                new WorktreeRequest(TaskId.of("12345678-0000-4000-8000-000000000003"), "Same", other.toString(), null));
        assertThat(three.path()).isNotEqualTo(one.path()).isNotEqualTo(two.path());
    }

    @Test
    void aForeignDirectoryOrBranchOfTheNameIsLeftAlone() throws InterruptedException {
        Path repository = fixture.repository("app");
        Path foreign = write(root.resolve("worktrees/12345678-same/precious"), "mine\n");
        Worktree one = worktrees.create(new WorktreeRequest(ONE, "Same", repository.toString(), null));
        assertThat(one.path()).isEqualTo(root.resolve("worktrees/123456780000-same"));
        assertThat(foreign).hasContent("mine");
        fixture.sh(repository, "branch", "makima/task-other-12345678");
        Worktree two = worktrees.create(new WorktreeRequest(TWO, "Other", repository.toString(), null));
        assertThat(two.branch()).isEqualTo("makima/task-other-123456780000");
        assertThat(fixture.sh(repository, "rev-parse", "makima/task-other-12345678"))
                .isEqualTo(two.baseSha());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "with space",
                "quote's \"double\"",
                "größe ☃ 日本",
                "new\nline",
                "$(touch x) `id` ; & |",
                "-rf",
                "..",
                "",
                "a:b",
                "%00 %s {}"
            })
    void namesAndPathsMayHoldAnything(String text) throws InterruptedException {
        GitFixture odd = new GitFixture(GitFixture.directory(root.resolve("x" + text)));
        Path repository = odd.repository("app " + text.replace("..", "dots"));
        Worktrees oddWorktrees = odd.worktrees();
        Worktree worktree = oddWorktrees.create(new WorktreeRequest(ONE, text, repository.toString(), null));
        assertThat(worktree.path().resolve("README")).hasContent("hello");
        assertThat(worktree.path().getParent()).isEqualTo(odd.settings().worktreesDir());
        assertThat(worktree.path().getFileName().toString()).matches("12345678-[a-z0-9_][a-z0-9_-]*");
        assertThat(oddWorktrees.find(ONE)).contains(worktree);
        write(worktree.path().resolve("f " + text.replace("..", "dots")), "new\n");
        assertThat(new Changes(odd.git()).stat(worktree)).isEqualTo(new DiffStat(1, 1, 0));
        CompletionResult result = new Completion(odd.git()).branch(worktree, text, repository);
        assertThat(result.success()).as(result.message()).isTrue();
        assertThat(odd.sh(repository, "log", "-1", "--format=%s", branchOf(result)))
                .startsWith("feat:");
        assertThat(oddWorktrees.find(ONE)).map(Worktree::branch).hasValue(branchOf(result));
    }

    @Test
    void aSubdirectoryAWorktreeABareRepositoryAndTheHomeDirectoryWillDo() throws InterruptedException {
        Path repository = fixture.repository("app");
        fixture.commit(repository, "deep/er/file", "x\n");
        assertThat(worktrees.create(request(repository.resolve("deep/er"))).repository())
                .isEqualTo(repository.resolve(".git"));
        fixture.sh(
                repository,
                "worktree",
                "add",
                "-q",
                "-b",
                "side",
                root.resolve("side").toString());
        assertThat(worktrees.create(request(root.resolve("side"))).repository()).isEqualTo(repository.resolve(".git"));
        fixture.sh(root, "clone", "-q", "--bare", repository.toString(), "bare.git");
        Worktree fromBare = worktrees.create(request(root.resolve("bare.git")));
        assertThat(fromBare.repository()).isEqualTo(root.resolve("bare.git"));
        assertThat(fromBare.path().resolve("deep/er/file")).hasContent("x");
        fixture.sh(root, "clone", "-q", repository.toString(), "home/mine");
        assertThat(worktrees.create(request("~/mine", null)).repository()).isEqualTo(fixture.home.resolve("mine/.git"));
    }

    @Test
    void aShallowRepositoryAndOneWithSubmodulesWillDo() throws InterruptedException {
        Path library = fixture.repository("library");
        Path repository = fixture.repository("app");
        fixture.sh(
                repository,
                "-c",
                "protocol.file.allow=always",
                "submodule",
                "--quiet",
                "add",
                library.toString(),
                "lib");
        fixture.commit(repository, "more", "x\n");
        Worktree worktree = worktrees.create(request(repository));
        assertThat(fixture.sh(worktree.path(), "status", "--porcelain")).isEmpty();
        write(worktree.path().resolve("work"), "x\n");
        CompletionResult result = new Completion(fixture.git()).branch(worktree, "x", repository);
        assertThat(result.stat()).isEqualTo(new DiffStat(1, 1, 0));
        assertThat(fixture.sh(repository, "ls-tree", branchOf(result), "lib")).contains("commit");

        fixture.sh(root, "clone", "-q", "--depth=1", repository.toUri().toString(), "shallow");
        Worktree shallow = worktrees.create(request(root.resolve("shallow")));
        assertThat(shallow.path().resolve("more")).hasContent("x");
    }

    @Test
    void nothingThatTheRepositoryWantsToRunIsRun() throws InterruptedException {
        Path repository = fixture.repository("app");
        List<Path> marks = List.of(
                fixture.hook(repository, "post-checkout"),
                fixture.hook(repository, "pre-commit"),
                fixture.hook(repository, "commit-msg"),
                fixture.hook(repository, "prepare-commit-msg"),
                fixture.hook(repository, "post-commit"),
                fixture.hook(repository, "reference-transaction"),
                fixture.hook(repository, "post-index-change"),
                fixture.hook(repository, "pre-push"));
        Path monitor = fixture.hook(repository, "monitor");
        String program = repository.resolve(".git/hooks/monitor").toString();
        for (String key : List.of(
                "core.fsmonitor",
                "diff.external",
                "diff.x.textconv",
                "core.pager",
                "core.editor",
                "gpg.program",
                "core.sshCommand",
                "core.askPass",
                "sequence.editor",
                "core.alternateRefsCommand")) {
            fixture.sh(repository, "config", key, program);
        }
        fixture.sh(repository, "config", "commit.gpgSign", "true");
        write(repository.resolve(".git/info/attributes"), "* diff=x\n");
        Worktree worktree = worktrees.create(request(repository));
        write(worktree.path().resolve("README"), "changed\n");
        assertThat(new Changes(fixture.git()).stat(worktree)).isEqualTo(new DiffStat(1, 1, 1));
        CompletionResult result = new Completion(fixture.git()).branch(worktree, "x", repository);
        assertThat(result.success()).as(result.message()).isTrue();
        assertThat(marks).noneMatch(Files::exists);
        assertThat(monitor).doesNotExist();
    }

    @Test
    void helperFilesStayOutOfCommits() throws InterruptedException {
        Path repository = fixture.repository("app");
        String exclude = read(repository.resolve(".git/info/exclude"));
        Worktree worktree = worktrees.create(request(repository));
        worktrees.create(request(repository));
        write(worktree.path().resolve(".makima/helper"), "ours\n");
        assertThat(fixture.sh(worktree.path(), "status", "--porcelain")).isEmpty();
        assertThat(read(repository.resolve(".git/info/exclude")))
                .isEqualTo(exclude + "/.makima/*\n!/.makima/project.toml\n");
    }

    @Test
    void anIdentityHoldsInTheWorktreeOnly() throws InterruptedException {
        Path repository = fixture.repository("app");
        fixture.sh(root, "clone", "-q", "--bare", repository.toString(), "bare.git");
        GitSettings settings = new GitSettings(
                root.resolve("repos"),
                root.resolve("worktrees"),
                "makima/task-",
                new Identity("Grace", "grace@example.org"));
        Worktrees withIdentity = new Worktrees(fixture.git(), settings);
        for (Path source : List.of(repository, root.resolve("bare.git"))) {
            Worktree plain = worktrees.create(request(source));
            Worktree worktree = withIdentity.create(request(source));
            withIdentity.create(request(source));
            assertThat(fixture.sh(worktree.path(), "config", "user.email")).isEqualTo("grace@example.org");
            assertThat(fixture.sh(worktree.path(), "config", "user.name")).isEqualTo("Grace");
            assertThat(fixture.sh(source, "config", "user.email")).isEqualTo("ada@example.org");
            assertThat(fixture.sh(plain.path(), "config", "user.email")).isEqualTo("ada@example.org");
            assertThat(fixture.sh(plain.path(), "status", "--porcelain")).isEmpty();
            assertThat(fixture.sh(source, "rev-parse", "--is-bare-repository"))
                    .isEqualTo(source.equals(repository) ? "false" : "true");
            assertThat(fixture.sh(worktree.path(), "rev-parse", "--is-bare-repository"))
                    .isEqualTo("false");
        }
    }

    @Test
    void aWorktreesDirectoryBehindALinkWillDo() throws Exception {
        Path repository = fixture.repository("app");
        Files.createDirectory(root.resolve("disk"));
        Files.createSymbolicLink(root.resolve("worktrees"), root.resolve("disk"));
        WorktreeRequest request = request(repository);
        Worktree worktree = worktrees.create(request);
        assertThat(worktrees.find(request.taskId())).contains(worktree);
        assertThat(worktrees.create(request)).isEqualTo(worktree);
        write(worktree.path().resolve("work"), "x\n");
        Completion completion = new Completion(fixture.git());
        String first = branchOf(completion.branch(worktree, "x", repository));
        fixture.sh(worktree.path(), "checkout", "-q", first);
        write(worktree.path().resolve("work"), "y\n");
        assertThat(branchOf(completion.branch(worktree, "x", repository))).isEqualTo(first);
    }

    @Test
    void aTasksBranchThatTheUserHasCheckedOutIsToldWithACure() throws InterruptedException {
        Path repository = fixture.repository("app");
        WorktreeRequest request = request(repository);
        Worktree worktree = worktrees.create(request);
        fixture.sh(repository, "worktree", "remove", worktree.path().toString());
        fixture.sh(repository, "checkout", "-q", worktree.branch());
        assertThatExceptionOfType(MakimaException.class)
                .isThrownBy(() -> worktrees.create(request))
                .satisfies(
                        e -> assertThat(e.explain()).contains(worktree.branch()).contains("Check out another"));
        assertThat(fixture.branches(repository)).contains(worktree.branch());
        assertThat(root.resolve("worktrees")).isEmptyDirectory();
        fixture.sh(repository, "checkout", "-q", "main");
        assertThat(worktrees.create(request).branch()).isEqualTo(worktree.branch());
    }
}
