package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.daemon.WorkBench.Outcome;
import dev.makima.testkit.Executable;
import dev.makima.testkit.TestRepository;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a task's work ends, through a daemon and a server of the base protocol. */
class CompletionActionsTest {
    private static final String HOSTILE_NAME = "--force \"it\" | größe $(touch x)\n☃";

    @TempDir
    private static Path shared;

    @TempDir
    private Path temp;

    private static WorkBench bench;

    private TestRepository repository;

    @BeforeAll
    static void start() throws IOException {
        Path tools = Files.createDirectory(shared.resolve("tools"));
        Executable.write(tools.resolve("gh"), """
                #!/bin/sh
                cat > /dev/null
                case "$*" in
                    *existing*) echo 'a pull request for branch "x" already exists: https://github.com/o/r/pull/7' >&2; exit 1 ;;
                    *refused*) echo 'HTTP 401: Bad credentials' >&2; exit 1 ;;
                esac
                printf '%s\\n' "$@" > "$HOME/gh-arguments"
                echo https://github.com/o/r/pull/17
                """);
        bench = new WorkBench(shared, new JsonObject(), tools + ":");
    }

    @AfterAll
    static void stop() {
        assertThat(bench.server().mistakes()).isEmpty();
        bench.close();
    }

    @BeforeEach
    void makeRepository() {
        repository = TestRepository.create(temp.resolve("my répo"), 1);
    }

    private JsonObject task(String name, String action) {
        return WorkBench.task(name, repository.directory().toString()).put("completionAction", action);
    }

    private JsonObject toItself(String name, String action) {
        return task(name, action).put("targetRepoPath", repository.directory().toString());
    }

    private static void assertDoneWithFailedAction(Outcome outcome, String... words) {
        assertThat(outcome.success()).as(outcome.error()).isTrue();
        assertThat(outcome.result().getBoolean("success"))
                .as(outcome.result().encode())
                .isFalse();
        assertThat(outcome.result().getString("message")).contains(words);
        assertThat(outcome.lines()).contains(outcome.result().getString("message"));
    }

    private static void assertActionDone(Outcome outcome) {
        assertThat(outcome.success()).as(outcome.error()).isTrue();
        assertThat(outcome.result().getBoolean("success"))
                .as(outcome.result().encode())
                .isTrue();
    }

    @Test
    void aMergeGoesIntoTheTargetBranchAndIsToldBeforeTheEnd() {
        repository.branch("release/1");
        Outcome outcome =
                bench.run(toItself(HOSTILE_NAME, "merge").put("targetBranch", "release/1"), "echo new > 'a file'");
        assertActionDone(outcome);
        assertThat(outcome.result().getString("branch")).isEqualTo("release/1");
        assertThat(outcome.result().getString("commitSha")).isEqualTo(repository.revision("release/1"));
        assertThat(repository.content("release/1", "a file")).isEqualTo("new\n");
        assertThat(repository.subjects("release/1").getFirst()).startsWith("feat: --force \"it\" | größe $(touch x)");
        assertThat(repository.subjects("main")).containsExactly("Initial commit");
        assertThat(repository.isClean()).isTrue();
        List<String> types = bench.server().frames().stream()
                .filter(frame -> outcome.id().equals(frame.getString("taskId")))
                .map(frame -> frame.getString("type"))
                .toList();
        assertThat(types.indexOf("completionActionResult")).isLessThan(types.indexOf("taskComplete"));
    }

    @Test
    void aMergeWithoutABranchGoesIntoTheDefaultOneAndTakesItsCleanCheckoutAlong() {
        Outcome outcome = bench.run(toItself("a", "merge"), "echo new > new.txt");
        assertActionDone(outcome);
        assertThat(outcome.result().getString("branch")).isEqualTo("main");
        assertThat(repository.resolve("new.txt")).hasContent("new");
    }

    @Test
    void conflictsAreListedWithAdviceAndTheTargetIsUntouched() {
        Outcome outcome = bench.run(
                toItself("a", "merge"),
                "echo theirs > README.md; cd '" + repository.directory()
                        + "' && echo ours > README.md && git commit -qam ours");
        String before = repository.head();
        assertDoneWithFailedAction(outcome, "README.md", "conflicts", "pull request");
        String branch = outcome.result().getString("branch");
        assertThat(repository.content(branch, "README.md")).isEqualTo("theirs\n");
        assertThat(repository.revision("main")).isEqualTo(before);
        assertThat(repository.isClean()).isTrue();
    }

    @Test
    void aCheckoutWithEditsIsNotMergedInto() {
        repository.write("README.md", "edited\n");
        Outcome outcome = bench.run(toItself("a", "merge"), "echo new > new.txt");
        assertDoneWithFailedAction(outcome, "uncommitted");
        assertThat(repository.resolve("README.md")).hasContent("edited");
        assertThat(repository.subjects("main")).containsExactly("Initial commit");
        assertThat(repository.hasBranch(outcome.result().getString("branch"))).isTrue();
    }

    @Test
    void aMergeWithoutATargetAndAnUnknownActionAreReportedFailures() {
        assertDoneWithFailedAction(bench.run(task("a", "merge"), "touch x"), "no target repository");
        assertDoneWithFailedAction(
                bench.run(toItself("a", "explode"), "touch x"), "explode", "none, branch, merge or pr");
        assertDoneWithFailedAction(
                bench.run(toItself("a", "merge").put("targetBranch", "--force"), "touch x"), "--force");
        assertDoneWithFailedAction(
                bench.run(toItself("a", "merge").put("targetBranch", "no-such"), "touch x"), "no-such");
        assertThat(repository.subjects("main")).containsExactly("Initial commit");
    }

    @Test
    void aTargetThatIsNoRepositoryIsAReportedFailure() throws IOException {
        Files.writeString(temp.resolve("file"), "x");
        List<String> actions = new ArrayList<>(List.of("branch", "merge", "pr"));
        for (String target : List.of(
                temp.resolve("missing").toString(),
                temp.toString(),
                temp.resolve("file").toString(),
                "relative/path",
                "--upload-pack=touch x",
                "~/missing",
                "bad\0path",
                "ext::sh -c id")) {
            String action = actions.removeFirst();
            actions.addLast(action);
            Outcome outcome = bench.run(task("a", action).put("targetRepoPath", target), "touch x");
            assertThat(outcome.success()).as(target).isTrue();
            assertThat(outcome.result().getBoolean("success"))
                    .as(action + " to " + target)
                    .isFalse();
        }
        assertThat(repository.branches()).allMatch(name -> name.equals("main") || name.startsWith("makima/task-"));
    }

    @Test
    void aTaskThatIsLocalOnlyPushesNothing() {
        TestRepository origin = repository.bareClone(temp.resolve("origin.git"));
        repository.remote("origin", origin);
        TestRepository other = TestRepository.create(temp.resolve("other"));
        Outcome branch = bench.run(task("a", "branch").put("localOnly", true), "touch x");
        assertThat(branch.result().getString("message")).contains("local only");
        assertDoneWithFailedAction(
                bench.run(
                        task("a", "merge")
                                .put("localOnly", true)
                                .put("targetRepoPath", other.directory().toString()),
                        "touch x"),
                "local only");
        assertDoneWithFailedAction(bench.run(task("a", "pr").put("localOnly", true), "touch x"), "local only");
        assertActionDone(bench.run(toItself("a", "merge").put("localOnly", true), "touch x"));
        assertThat(origin.branches()).containsExactly("main");
        assertThat(other.branches()).containsExactly("main");
        assertThat(repository.files("main")).contains("x");
    }

    @Test
    void aLocalMergeFollowsTheActionAndBothAreTold() {
        repository.branch("develop");
        Outcome outcome = bench.run(
                toItself("a", "branch")
                        .put("baseBranch", "develop")
                        .put("localOnly", true)
                        .put("autoMergeLocal", true),
                "echo new > new.txt");
        assertActionDone(outcome);
        assertThat(outcome.result().getString("message")).contains("made branch", "merged", "develop");
        assertThat(outcome.result().getString("branch")).isEqualTo("develop");
        assertThat(repository.content("develop", "new.txt")).isEqualTo("new\n");
        assertThat(repository.files("main")).doesNotContain("new.txt");
    }

    @Test
    void aLocalMergeIntoACloneMakesTheNextTaskBeginThere() {
        String url =
                "file://" + repository.bareClone(temp.resolve("origin.git")).directory();
        JsonObject first = WorkBench.task("a", url).put("localOnly", true).put("autoMergeLocal", true);
        assertActionDone(bench.run(first, "echo new > new.txt"));
        Outcome second = bench.run(WorkBench.task("b", url), "true");
        assertThat(second.directory().resolve("new.txt")).hasContent("new");
        assertThat(repository.files("main")).doesNotContain("new.txt");
    }

    @Test
    void aLocalMergeWithConflictsIsReportedAndTheTaskStaysDone() {
        Outcome outcome = bench.run(
                task("a", "none").put("autoMergeLocal", true),
                "echo theirs > README.md; cd '" + repository.directory()
                        + "' && echo ours > README.md && git commit -qam ours");
        assertDoneWithFailedAction(outcome, "The work is in", "README.md", "conflicts");
        assertThat(repository.isClean()).isTrue();
    }

    @Test
    void aRepositoryMadeForATaskKeepsItsMain() {
        JsonObject task = WorkBench.task("from nothing", "new://my app");
        String id = task.getString("taskId");
        Path place = bench.home().resolve("repos").resolve(id.substring(0, 8) + "-my-app");
        Outcome outcome = bench.run(
                task.put("completionAction", "branch").put("targetRepoPath", place.toString()), "echo x > made.txt");
        assertActionDone(outcome);
        TestRepository made = TestRepository.at(place);
        String branch = "makima/from-nothing-" + id.substring(0, 8);
        assertThat(outcome.result().getString("branch")).isEqualTo(branch);
        assertThat(made.branches()).containsExactlyInAnyOrder("main", branch);
        assertThat(made.content("main", "made.txt")).isEqualTo("x\n");
        assertThat(made.git("symbolic-ref", "HEAD").strip()).isEqualTo("refs/heads/main");
        // The same once more, with more work.
        Outcome again = bench.run(task.put("autoMergeLocal", true), "echo y >> made.txt");
        assertActionDone(again);
        assertThat(made.content(branch, "made.txt")).isEqualTo("x\ny\n");
        assertThat(made.branches()).contains("main");
    }

    @Test
    void aTaskWithoutARepositorySaysThatItHasNothingToMerge() {
        Outcome outcome = bench.run(WorkBench.task("a").put("completionAction", "merge"), "echo x > made.txt");
        assertDoneWithFailedAction(outcome, "no repository", outcome.directory().toString());
        assertActionDone(bench.run(WorkBench.task("a"), "echo x > made.txt"));
    }

    @Test
    void aPullRequestIsOpenedFromTheWorktreesOwnOrigin() {
        TestRepository origin = repository.bareClone(temp.resolve("origin.git"));
        JsonObject task =
                WorkBench.task("Add \"it\"", "file://" + origin.directory()).put("completionAction", "pr");
        Outcome outcome = bench.run(task, "echo x > new.txt");
        assertActionDone(outcome);
        assertThat(outcome.result().getString("prUrl")).isEqualTo("https://github.com/o/r/pull/17");
        String branch = outcome.result().getString("branch");
        assertThat(branch).startsWith("makima/add-");
        assertThat(origin.content(branch, "new.txt")).isEqualTo("x\n");
        assertThat(bench.home().resolve("gh-arguments"))
                .content()
                .contains("--head\n" + branch + "\n--base\nmain\n--title\nAdd \"it\"\n");
        Outcome existing = bench.run(
                WorkBench.task("existing", "file://" + origin.directory()).put("completionAction", "pr"), "touch y");
        assertActionDone(existing);
        assertThat(existing.result().getString("prUrl")).isEqualTo("https://github.com/o/r/pull/7");
        Outcome refused = bench.run(
                WorkBench.task("refused", "file://" + origin.directory()).put("completionAction", "pr"), "touch y");
        assertDoneWithFailedAction(refused, "401", "gh auth login");
        assertThat(refused.result().getString("branch")).isNotNull();
    }

    @Test
    void aPullRequestOfARepositoryWithoutAnOriginIsAReportedFailure() {
        assertDoneWithFailedAction(bench.run(toItself("a", "pr"), "touch x"), "no origin");
    }

    @Test
    void whatATaskNamesNoTargetForGoesToTheConfiguredOne() throws IOException {
        Path directory = temp.resolve("other bench");
        TestRepository target = TestRepository.create(directory.resolve("home/the target"));
        JsonObject more = new JsonObject().put("worktree", new JsonObject().put("defaultTargetRepo", "~/the target"));
        try (WorkBench other = new WorkBench(directory, more, "")) {
            Outcome outcome = other.run(
                    WorkBench.task("a", target.directory().toString()).put("completionAction", "merge"), "touch x");
            assertActionDone(outcome);
            assertThat(target.files("main")).contains("x");
            Outcome named = other.run(toItself("a", "merge"), "touch y");
            assertActionDone(named);
            assertThat(repository.files("main")).contains("y");
            assertThat(target.files("main")).doesNotContain("y");
            Outcome began = other.run(WorkBench.task("a", "new://").put("completionAction", "branch"), "touch z");
            assertThat(began.result().getString("message")).contains("new repository", "branch main");
            assertThat(target.branches())
                    .noneMatch(name -> name.contains(began.id().substring(0, 8)));
        }
    }

    @Test
    void aTaskInItsSupervisorsWorktreeLeavesThatOnItsBranch() {
        Outcome supervisor = bench.run(task("supervisor", "none"), "git checkout -q -b makima/feature; touch a");
        Outcome member =
                bench.run(toItself("member", "branch").put("supervisorWorktreeTaskId", supervisor.id()), "echo x > b");
        assertActionDone(member);
        assertThat(member.directory()).isEqualTo(supervisor.directory());
        String branch = member.result().getString("branch");
        assertThat(branch).isEqualTo("makima/member-" + member.id().substring(0, 8));
        assertThat(repository.files(branch)).contains("a", "b");
        TestRepository worktree = TestRepository.at(supervisor.directory());
        assertThat(worktree.git("symbolic-ref", "HEAD").strip()).isEqualTo("refs/heads/makima/feature");
        assertThat(repository.branches()).contains("makima/feature", branch);
        assertThat(repository.branches()).anyMatch(name -> name.startsWith("makima/task-supervisor-"));
        assertThat(bench.about("mergePatchToSupervisor", member.id())).isEmpty();
        // Also after a restart the store knows whose it is.
        bench.restart();
        Outcome merged = bench.run(
                toItself("member", "merge")
                        .put("taskId", member.id())
                        .put("resumeSession", true)
                        .put("supervisorWorktreeTaskId", supervisor.id()),
                "echo y > c");
        assertActionDone(merged);
        assertThat(repository.files("main")).contains("a", "b", "c");
        assertThat(worktree.git("symbolic-ref", "HEAD").strip()).isEqualTo("refs/heads/makima/feature");
    }

    @Test
    void theChangeForASupervisorElsewhereGoesOutBeforeTheEnd() throws IOException {
        String supervisor = UUID.randomUUID().toString();
        Outcome outcome = bench.run(
                task("member", "none").put("supervisorWorktreeTaskId", supervisor),
                "printf 'x\\n' > 'new ☃.txt'; printf '\\000\\001' > binary; git add binary; git commit -qm one");
        assertActionDone(outcome);
        assertThat(outcome.says(supervisor, "not on this machine")).isTrue();
        List<JsonObject> patches = bench.about("mergePatchToSupervisor", outcome.id());
        assertThat(patches).hasSize(1);
        assertThat(patches.getFirst().getString("supervisorTaskId")).isEqualTo(supervisor);
        assertThat(patches.getFirst().getString("baseSha")).isEqualTo(repository.head());
        byte[] gzip = Base64.getDecoder().decode(patches.getFirst().getString("patchData"));
        String patch =
                new String(new GZIPInputStream(new ByteArrayInputStream(gzip)).readAllBytes(), StandardCharsets.UTF_8);
        assertThat(patch).contains("+x\n", "GIT binary patch");
        List<JsonObject> frames = bench.server().frames();
        assertThat(frames.indexOf(patches.getFirst()))
                .isLessThan(
                        frames.indexOf(bench.about("taskComplete", outcome.id()).getFirst()));
        Outcome nothing = bench.run(task("member", "none").put("supervisorWorktreeTaskId", supervisor), "true");
        assertThat(bench.about("mergePatchToSupervisor", nothing.id())).isEmpty();
        Outcome failed =
                bench.run(task("member", "none").put("supervisorWorktreeTaskId", supervisor), "touch x; exit 3");
        assertThat(failed.success()).isFalse();
        assertThat(bench.about("mergePatchToSupervisor", failed.id())).isEmpty();
    }
}
