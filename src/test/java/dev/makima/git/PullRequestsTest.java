package dev.makima.git;

import static dev.makima.git.GitFixture.read;
import static dev.makima.git.GitFixture.request;
import static dev.makima.git.GitFixture.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.RefName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PullRequestsTest {
    private static final String OPENS = "echo https://github.com/o/r/pull/17";

    @TempDir
    private Path root;

    private GitFixture fixture;
    private Path origin;
    private Worktree worktree;
    private PullRequests requests;

    @BeforeEach
    void setUp() throws InterruptedException {
        fixture = new GitFixture(root);
        Path source = fixture.repository("source");
        fixture.sh(root, "clone", "-q", "--bare", source.toString(), "origin.git");
        origin = root.resolve("origin.git");
        worktree = fixture.worktrees().create(request("file://" + origin, null));
        requests = new PullRequests(fixture.git(), withGh(OPENS));
    }

    @Test
    void uncommittedWorkIsPushedAndTheRequestOpened() throws InterruptedException {
        write(worktree.path().resolve("new file"), "x\n");
        PullRequestResult result = requests.create(worktree, "Add \"it\" | größe", "line one\n\n-- two\n", null, null);
        assertThat(result.success()).as(result.message()).isTrue();
        assertThat(result.url()).isEqualTo("https://github.com/o/r/pull/17");
        assertThat(result.number()).isEqualTo(17);
        assertThat(result.branch()).isEqualTo(worktree.branch());
        assertThat(result.stat()).isEqualTo(new DiffStat(1, 1, 0));
        assertThat(fixture.sh(origin, "rev-parse", worktree.branch())).isEqualTo(result.commitSha());
        assertThat(fixture.sh(origin, "log", "-1", "--format=%s", worktree.branch()))
                .isEqualTo("Add \"it\" | größe");
        assertThat(arguments())
                .isEqualTo("pr\ncreate\n--head\n" + worktree.branch()
                        + "\n--base\nmain\n--title\nAdd \"it\" | größe\n--body-file\n-\n");
        assertThat(read(root.resolve("gh-input"))).isEqualTo("line one\n\n-- two\n");
        assertThat(read(root.resolve("gh-environment")))
                .contains("GH_PROMPT_DISABLED=1\n", "GH_TOKEN=t0ken\n")
                .doesNotContain("MAKIMA_", "GH_REPO");
        assertThat(fixture.sh(worktree.path(), "remote")).isEqualTo("origin");
    }

    @Test
    void theBranchIsTheOneNamedOrHeadUnderThatName() throws InterruptedException {
        String work = fixture.commit(worktree.path(), "work", "x\n");
        fixture.sh(worktree.path(), "branch", "there", worktree.baseSha());
        assertThat(requests.create(worktree, "x", null, new RefName("main"), new RefName("there"))
                        .commitSha())
                .isEqualTo(worktree.baseSha());
        assertThat(requests.create(worktree, "x", null, new RefName("release/1"), new RefName("fresh/name"))
                        .success())
                .isTrue();
        assertThat(arguments()).contains("--head\nfresh/name\n--base\nrelease/1\n");
        assertThat(fixture.sh(origin, "rev-parse", "fresh/name")).isEqualTo(work);
        assertThat(read(root.resolve("gh-input"))).isEmpty();
        fixture.sh(worktree.path(), "checkout", "-q", "--detach");
        assertThat(requests.create(worktree, "x", null, null, null).branch()).isEqualTo(worktree.branch());
        assertThat(requests.create(worktree, "x", null, null, new RefName("main"))
                        .message())
                .contains("into the same branch");
        assertThat(requests.create(worktree, " ", null, null, null).message()).contains("no title");
    }

    @Test
    void oneThatIsOpenAlreadyIsReportedAndNoError() throws InterruptedException {
        requests = new PullRequests(
                fixture.git(),
                withGh("echo 'a pull request for branch \"x\" into branch \"main\" already exists:' >&2\n"
                        + "echo https://github.example.com/o/r/pull/4 >&2\nexit 1"));
        write(worktree.path().resolve("work"), "x\n");
        PullRequestResult result = requests.create(worktree, "x", null, null, null);
        assertThat(result.success()).isTrue();
        assertThat(result.message()).contains("open already");
        assertThat(result.url()).isEqualTo("https://github.example.com/o/r/pull/4");
        assertThat(result.number()).isEqualTo(4);
    }

    @Test
    void whatFailsIsToldWithTheBranchThatWasPushed() throws InterruptedException {
        write(worktree.path().resolve("work"), "x\n");
        Map<String, String> without = new HashMap<>(fixture.environment);
        without.put("PATH", root.resolve("nowhere").toString());
        PullRequestResult missing = new PullRequests(fixture.git(), without).create(worktree, "x", null, null, null);
        assertThat(missing.success()).isFalse();
        assertThat(missing.message())
                .contains("gh, the GitHub CLI, is not on the PATH")
                .contains("cli.github.com")
                .contains("pushed as branch " + worktree.branch());
        assertThat(missing.branch()).isEqualTo(worktree.branch());
        PullRequests noLogin = new PullRequests(
                fixture.git(), withGh("echo 'To get started with GitHub CLI, please run:  gh auth login' >&2\nexit 4"));
        assertThat(noLogin.create(worktree, "x", null, null, null).message())
                .contains("To get started")
                .contains("or give it GH_TOKEN");
        PullRequests refuses = new PullRequests(
                fixture.git(), withGh("echo 'pull request create failed: GraphQL: No commits between' >&2\nexit 1"));
        assertThat(refuses.create(worktree, "x", null, null, null).message()).contains("No commits between");
        PullRequests silent = new PullRequests(fixture.git(), withGh("exit 0"));
        PullRequestResult said = silent.create(worktree, "x", null, null, null);
        assertThat(said.success()).isTrue();
        assertThat(said.url()).isNull();
    }

    /** Holds when it is asked so often, then no more. */
    private static HandOver holding(int times) {
        AtomicInteger left = new AtomicInteger(times);
        return new HandOver(2, () -> {
            if (left.decrementAndGet() < 0) {
                throw new MakimaException(ErrorCode.CONFLICT, "the lease is over");
            }
        });
    }

    @Test
    void theHandOverIsAskedBeforeAndAfterEachStepAndWhatWasDoneIsTold() throws InterruptedException {
        fixture.commit(worktree.path(), "work", "x\n");
        String pushed = worktree.branch() + "-2";
        PullRequestResult nothing = requests.by(holding(0)).create(worktree, "x", null, null, null);
        assertThat(nothing.message()).contains("the lease is over").doesNotContain("pushed");
        assertThat(fixture.sh(origin, "branch", "--list", "makima/*")).isEmpty();
        PullRequestResult afterPush = requests.by(holding(1)).create(worktree, "x", null, null, null);
        assertThat(afterPush.success()).isFalse();
        assertThat(afterPush.message())
                .contains("branch " + pushed + " was pushed to origin, no pull request was opened")
                .contains("the lease is over");
        PullRequestResult beforeGh = requests.by(holding(2)).create(worktree, "x", null, null, null);
        assertThat(beforeGh.success()).isFalse();
        assertThat(beforeGh.message()).contains("the lease is over").contains("was pushed as branch " + pushed);
        assertThat(root.resolve("gh-arguments")).doesNotExist();
        PullRequestResult afterGh = requests.by(holding(3)).create(worktree, "x", null, null, null);
        assertThat(afterGh.success()).isFalse();
        assertThat(afterGh.message()).contains("a pull request is open: https://github.com/o/r/pull/17");
        PullRequestResult all = requests.by(holding(4)).create(worktree, "x", null, null, null);
        assertThat(all.success()).as(all.message()).isTrue();
        assertThat(all.branch()).isEqualTo(pushed);
        assertThat(arguments()).contains("--head\n" + pushed + "\n");
        assertThat(fixture.sh(origin, "branch", "--list", "makima/*").strip()).isEqualTo(pushed);
    }

    @Test
    void aRefusedPushIsToldAndNothingIsOpened() throws InterruptedException {
        write(worktree.path().resolve("work"), "x\n");
        GitFixture.program(origin.resolve("hooks/pre-receive"), "#!/bin/sh\nexit 1\n");
        PullRequestResult result = requests.create(worktree, "x", null, null, null);
        assertThat(result.success()).isFalse();
        assertThat(result.message()).contains("could not push").contains("pre-receive hook declined");
        assertThat(result.branch()).isNull();
        assertThat(root.resolve("gh-arguments")).doesNotExist();
    }

    @Test
    void withoutAnOriginThereIsNowhereToOpenOne() throws Exception {
        Worktree made = fixture.worktrees().create(request("new://x", null));
        write(made.path().resolve("work"), "x\n");
        assertThat(requests.create(made, "x", null, null, null).message()).contains("has no origin");
        assertThat(requests.complete(made, "x", null, null, true).message()).contains("has no origin");
        Path lone = fixture.repository("lone");
        write(worktree.path().resolve("work"), "x\n");
        PullRequestResult target = requests.complete(worktree, "x", lone, null, true);
        assertThat(target.success()).isFalse();
        assertThat(target.message()).contains("lone has no origin");
        Undisturbed.deleteTree(worktree.path());
        assertThat(requests.create(worktree, "x", null, null, null).message()).contains("is not the worktree of task");
        assertThat(requests.complete(worktree, "x", null, null, true).success()).isFalse();
    }

    @Test
    void theCompletionActionPushesToTheWorktreesOwnOrigin() throws InterruptedException {
        assertThat(requests.complete(worktree, "Fix it", null, null, true).message())
                .contains("nothing was changed");
        write(worktree.path().resolve("work"), "x\n");
        assertThat(requests.complete(worktree, "Fix it", null, null, false).message())
                .contains("local only");
        PullRequestResult result = requests.complete(worktree, "Fix it", null, null, true);
        String name = "makima/fix-it-" + worktree.taskId().shortId();
        assertThat(result.success()).as(result.message()).isTrue();
        assertThat(result.branch()).isEqualTo(name);
        assertThat(fixture.sh(origin, "log", "-1", "--format=%s", name)).isEqualTo("feat: Fix it");
        assertThat(arguments()).contains("--head\n" + name + "\n--base\nmain\n--title\nFix it\n");
        assertThat(read(root.resolve("gh-input"))).contains(worktree.taskId().toString());
    }

    @Test
    void theTargetsOriginIsPushedToByItsUrl() throws InterruptedException {
        fixture.sh(root, "clone", "-q", "--bare", origin.toString(), "other.git");
        Path target = fixture.cloneOf(root.resolve("other.git"), "target");
        fixture.sh(target, "remote", "set-url", "origin", "../other.git");
        write(worktree.path().resolve("work"), "x\n");
        PullRequestResult result = requests.complete(worktree, "Fix it", target, null, true);
        assertThat(result.success()).as(result.message()).isTrue();
        assertThat(fixture.sh(root.resolve("other.git"), "rev-parse", String.valueOf(result.branch())))
                .isEqualTo(result.commitSha());
        assertThat(fixture.branches(origin)).isEqualTo("main");
        assertThat(arguments()).doesNotContain("--base");
        assertThat(read(root.resolve("gh-directory")).strip()).isEqualTo(target.toString());
        assertThat(fixture.sh(worktree.path(), "remote")).isEqualTo("origin");
        requests.complete(worktree, "Fix it", target, new RefName("develop"), true);
        assertThat(arguments()).contains("--base\ndevelop\n");
    }

    @Test
    void ghIsToldTheRepositoryWhereTheUrlTellsIt() {
        assertThat(GitHubCli.repository("https://github.com/o/r.git")).contains("github.com/o/r");
        assertThat(GitHubCli.repository("https://user:pw@github.com/o/r")).contains("github.com/o/r");
        assertThat(GitHubCli.repository("git@github.com:o/r.git")).contains("github.com/o/r");
        assertThat(GitHubCli.repository("ssh://git@ssh.github.com:443/o/my.repo.git"))
                .contains("github.com/o/my.repo");
        assertThat(GitHubCli.repository("https://ghe.example.com:8443/o/r/")).contains("ghe.example.com/o/r");
        assertThat(GitHubCli.repository("git@work:o/r.git")).isEmpty();
        assertThat(GitHubCli.repository("/srv/o/r.git")).isEmpty();
        assertThat(GitHubCli.repository("file:///srv/o/r.git")).isEmpty();
        assertThat(GitHubCli.repository("https://gitlab.com/group/sub/r.git")).isEmpty();
    }

    /** A stand-in for gh that keeps what it was given. */
    private Map<String, String> withGh(String answer) {
        Path directory = GitFixture.directory(root.resolve("bin"));
        Path script = GitFixture.program(
                directory.resolve("gh"),
                "#!/bin/sh\nprintf '%s\\n' \"$@\" > '" + root + "/gh-arguments'\ncat > '" + root + "/gh-input'\n"
                        + "env > '" + root + "/gh-environment'\npwd > '" + root + "/gh-directory'\n" + answer + "\n");
        Map<String, String> environment = new HashMap<>(fixture.environment);
        environment.put("PATH", directory + ":" + System.getenv("PATH"));
        environment.put("GH_TOKEN", "t0ken");
        environment.put("GH_REPO", "wrong/one");
        environment.put("MAKIMA_API_KEY", "secret");
        assertThat(Files.isExecutable(script)).isTrue();
        return environment;
    }

    private String arguments() {
        return read(root.resolve("gh-arguments"));
    }
}
