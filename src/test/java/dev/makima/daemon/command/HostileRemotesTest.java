package dev.makima.daemon.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.TestRepository;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Completion actions and pull requests with remotes and a gh that behave badly. */
class HostileRemotesTest {
    private static final String OPENS = "echo https://github.com/o/r/pull/17";

    @TempDir
    private static Path root;

    private static CommandBench bench;

    @BeforeAll
    static void startDaemon() {
        bench = CommandBench.start(root);
    }

    @AfterAll
    static void stopDaemon() {
        bench.close();
    }

    /** A clone with an origin, as a user has it. */
    private static TestRepository cloned(String name) {
        TestRepository repository = bench.repository("source of " + name);
        TestRepository bare = repository.bareClone(root.resolve(name + ".git"));
        return bare.cloneTo(root.resolve(name));
    }

    private static TestRepository origin(TestRepository clone) {
        return TestRepository.at(
                Path.of(clone.git("remote", "get-url", "origin").strip()));
    }

    private static WireTask withWork(TestRepository repository) {
        return bench.done(repository, "echo work > 'uncommitted work'");
    }

    private static JsonObject retry(WireTask task, String action, String target) {
        return bench.ask(task.command("retryCompletionAction")
                .put("taskName", "a task")
                .put("action", action)
                .put("targetRepoPath", target));
    }

    @Test
    void aPullRequestHasTheUncommittedWorkToo() {
        bench.gh(OPENS);
        TestRepository clone = cloned("pr");
        SourceFingerprint source = SourceFingerprint.of(clone);
        WireTask task = withWork(clone);
        JsonObject answer = bench.ask(task.command("createPR")
                .put("title", "Add \"it\" | größe\nsecond line")
                .put("body", "--body of \"it\"")
                .put("baseBranch", "main")
                .put("branch", "makima/for review".replace(' ', '-')));
        WireTask.assertGood(answer);
        assertThat(answer.getString("prUrl")).isEqualTo("https://github.com/o/r/pull/17");
        assertThat(answer.getInteger("prNumber")).isEqualTo(17);
        assertThat(origin(clone).content("makima/for-review", "uncommitted work"))
                .isEqualTo("work\n");
        assertThat(bench.ghCalls()).contains("--head\nmakima/for-review\n", "--base\nmain\n");
        assertThat(clone.git("remote").strip()).isEqualTo("origin");
        source.assertUntouched();
    }

    @Test
    void anExistingPullRequestIsReportedAndNoError() {
        bench.gh("echo 'a pull request for branch \"x\" into branch \"main\" already exists:' >&2\n"
                + "echo https://github.com/o/r/pull/4 >&2\nexit 1");
        TestRepository clone = cloned("existing");
        WireTask task = withWork(clone);
        JsonObject answer = task.ask("createPR", "title", "again");
        WireTask.assertGood(answer);
        assertThat(answer.getString("prUrl")).isEqualTo("https://github.com/o/r/pull/4");
        assertThat(answer.getInteger("prNumber")).isEqualTo(4);
        JsonObject retried = retry(task, "pr", clone.directory().toString());
        WireTask.assertGood(retried);
        assertThat(retried.getString("prUrl")).isEqualTo("https://github.com/o/r/pull/4");
        bench.gh(OPENS);
    }

    @Test
    void aGhThatFailsIsToldInItsOwnWords() {
        TestRepository clone = cloned("failing");
        WireTask task = withWork(clone);
        bench.gh("echo 'GraphQL: No commits between main and x' >&2\nexit 1");
        WireTask.assertRefused(task.ask("createPR", "title", "x"), "No commits between");
        bench.gh("exit 4");
        WireTask.assertRefused(retry(task, "pr", clone.directory().toString()));
        bench.gh(OPENS);
        WireTask.assertRefused(task.ask("createPR", "title", ""));
    }

    @Test
    void aMissingGhIsToldWithHowToInstallIt(@TempDir Path other) throws IOException {
        try (CommandBench own = CommandBench.withoutGh(other)) {
            TestRepository origin = own.repository("source").bareClone(other.resolve("origin.git"));
            WireTask task = own.done(own.spawn("file://" + origin.directory()), "echo x > work");
            WireTask.assertRefused(task.ask("createPR", "title", "x"), "gh", "cli.github.com");
        }
    }

    @Test
    void aPushThatIsRefusedIsAFailureWithItsReason() {
        bench.gh(OPENS);
        TestRepository clone = cloned("refused");
        origin(clone).hook("pre-receive", "echo 'not on a Friday' >&2\nexit 1");
        SourceFingerprint source = SourceFingerprint.of(clone);
        SourceFingerprint there = SourceFingerprint.of(origin(clone));
        WireTask task = withWork(clone);
        WireTask.assertRefused(task.ask("createPR", "title", "x"), "not on a Friday");
        WireTask.assertRefused(retry(task, "branch", origin(clone).directory().toString()), "not on a Friday");
        WireTask.assertRefused(retry(task, "pr", clone.directory().toString()), "not on a Friday");
        source.assertUntouched();
        there.assertUntouched();
    }

    @Test
    void withoutAnOriginThereIsNoPullRequestAndTheTargetBranchIsTheWay() {
        TestRepository repository = bench.repository("no origin");
        SourceFingerprint source = SourceFingerprint.of(repository);
        WireTask task = withWork(repository);
        WireTask.assertRefused(task.ask("createPR", "title", "x"), "origin");
        WireTask.assertRefused(retry(task, "pr", repository.directory().toString()), "origin");
        JsonObject done =
                WireTask.assertGood(retry(task, "branch", repository.directory().toString()));
        assertThat(done.getString("message"))
                .contains("makima/a-task-" + task.id().substring(0, 8));
        assertThat(repository.content("makima/a-task-" + task.id().substring(0, 8), "uncommitted work"))
                .isEqualTo("work\n");
        source.assertUntouched();
    }

    @Test
    void anActionThatFailsInARunIsReportedAndTheTaskStaysDone() {
        TestRepository repository = bench.repository("run");
        for (String target : List.of(root.resolve("no such repository").toString(), root.toString(), "relative/path")) {
            JsonObject spawn = bench.spawn(repository.directory().toString())
                    .put("completionAction", "branch")
                    .put("targetRepoPath", target);
            WireTask task = bench.done(spawn, "echo x > work");
            JsonObject result = bench.server.await("completionActionResult", task.id(), CommandBench.PATIENCE);
            WireTask.assertRefused(result);
            List<String> types = bench.server.frames().stream()
                    .filter(frame -> task.id().equals(frame.getString("taskId")))
                    .map(frame -> frame.getString("type"))
                    .filter(type -> type.equals("completionActionResult") || type.equals("taskComplete"))
                    .toList();
            assertThat(types).containsExactly("completionActionResult", "taskComplete");
            assertThat(task.place().resolve("work")).exists();
        }
    }

    @Test
    void aMergeIntoADirtyCheckoutIsRefusedAndIntoACleanOneDone() {
        TestRepository repository = bench.repository("source of merge");
        TestRepository target = repository.cloneTo(root.resolve("merge target"));
        WireTask task = withWork(repository);
        target.write("README.md", "being edited\n");
        SourceFingerprint dirty = SourceFingerprint.of(target);
        WireTask.assertRefused(retry(task, "merge", target.directory().toString()));
        dirty.assertUntouched();
        target.git("checkout", "-q", "README.md");
        WireTask.assertGood(retry(task, "merge", target.directory().toString()));
        assertThat(target.content("main", "uncommitted work")).isEqualTo("work\n");
        assertThat(target.subjects("main").getFirst()).isEqualTo("feat: a task");
        assertThat(target.git("remote").strip()).isEqualTo("origin");
    }

    @Test
    void conflictsOfAMergeAreListedWithTheAdviceAndNothingIsLeftHalfDone() {
        TestRepository repository = bench.repository("source of conflict");
        TestRepository target = repository.cloneTo(root.resolve("conflict target"));
        WireTask task = bench.done(repository, "echo ours > README.md");
        target.commit("README.md", "theirs\n", "Theirs");
        SourceFingerprint source = SourceFingerprint.of(target);
        JsonObject answer = retry(task, "merge", target.directory().toString());
        WireTask.assertRefused(answer, "README.md", "pull request");
        source.assertUntouched();
    }

    @Test
    void aRetryOnATaskWithoutAnyChangeSaysSoAndMakesNoBranch() {
        TestRepository repository = bench.repository("unchanged");
        WireTask task = bench.done(repository);
        List<String> before = repository.branches();
        JsonObject answer =
                WireTask.assertGood(retry(task, "branch", repository.directory().toString()));
        assertThat(answer.getString("message")).contains("nothing");
        assertThat(repository.branches()).isEqualTo(before);
        WireTask.assertRefused(
                retry(task, "no such action", repository.directory().toString()));
    }

    @Test
    void anIdentityIsInheritedForLaterWorktreesOnly(@TempDir Path other) {
        try (CommandBench own = CommandBench.start(other)) {
            TestRepository repository = own.repository("identity");
            repository.git("config", "--unset", "user.name");
            repository.git("config", "--unset", "user.email");
            TestRepository model = own.repository("who");
            model.git("config", "user.name", "Grace \"G\" Höpper");
            model.git("config", "--unset", "user.email");
            SourceFingerprint source = SourceFingerprint.of(model);
            WireTask before = own.done(repository, "echo x > work");
            JsonObject got = own.ask(inherit(model.directory()));
            WireTask.assertGood(got);
            assertThat(got.getString("userName")).isEqualTo("Grace \"G\" Höpper");
            assertThat(got.getValue("userEmail")).isNull();
            WireTask task = own.done(repository, "echo x > work");
            task.good("commitWorktree", "message", "by whom");
            assertThat(task.worktree().git("log", "-1", "--format=%an").strip()).isEqualTo("Grace \"G\" Höpper");
            before.good("commitWorktree", "message", "by whom");
            assertThat(before.worktree().git("log", "-1", "--format=%an").strip())
                    .isNotEqualTo("Grace \"G\" Höpper");
            assertThat(repository.git("config", "--file", ".git/config", "--list"))
                    .doesNotContain("Höpper");
            source.assertUntouched();
            WireTask.assertRefused(own.ask(inherit(other.resolve("nowhere"))));
        }
    }

    private static JsonObject inherit(Path source) {
        return new JsonObject().put("type", "inheritGitConfig").put("sourceDir", source.toString());
    }
}
