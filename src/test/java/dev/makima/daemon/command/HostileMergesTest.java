package dev.makima.daemon.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.TestRepository;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Merges between tasks and into branches that somebody else uses. */
class HostileMergesTest {
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

    /** A task whose work is one committed file. */
    private static WireTask withFile(TestRepository repository, String file, String content) {
        WireTask task = bench.done(repository);
        task.worktree().commit(file, content, "feat: a | b of " + file);
        return task;
    }

    @Test
    void aMergeIsPreparedThenCommittedAndCounts() {
        TestRepository repository = bench.repository("plain");
        SourceFingerprint source = SourceFingerprint.of(repository);
        WireTask one = withFile(repository, "one", "1\n");
        WireTask two = withFile(repository, "two", "2\n");
        WireTask into = bench.done(repository);
        String before = into.worktree().head();
        WireTask.assertGood(into.ask("mergeStart", "sourceBranch", one.branch()));
        assertThat(into.worktree().head()).isEqualTo(before);
        JsonObject status = into.ask("mergeStatus");
        assertThat(status.getBoolean("inProgress")).isTrue();
        assertThat(status.getString("sourceBranch")).isEqualTo(one.branch());
        assertThat(status.getJsonArray("conflictedFiles")).isEmpty();
        WireTask.assertRefused(into.ask("mergeStart", "sourceBranch", two.branch()));
        assertThat(into.ask("mergeStatus").getString("sourceBranch")).isEqualTo(one.branch());
        JsonObject committed = into.good("mergeCommit", "message", "merge one");
        assertThat(committed.getString("commitSha")).isEqualTo(into.worktree().head());
        assertThat(into.worktree()
                        .git("rev-list", "--parents", "-1", "HEAD")
                        .strip()
                        .split(" "))
                .hasSize(3);
        WireTask.assertRefused(into.ask("mergeCommit", "message", "again"));
        WireTask.assertRefused(into.ask("mergeAbort"));

        JsonObject check = into.ask("checkMergeComplete");
        assertThat(check.getBoolean("canComplete")).as(check.encode()).isFalse();
        assertThat(WireTask.strings(check, "unmergedBranches")).containsExactly(two.branch());
        assertThat(check.getInteger("mergedCount")).isEqualTo(1);
        assertThat(check.getInteger("skippedCount")).isZero();

        WireTask.assertGood(into.ask("mergeSkip", "subtaskId", two.id(), "reason", "superseded | by \"one\""));
        check = into.ask("checkMergeComplete");
        assertThat(check.getBoolean("canComplete")).as(check.encode()).isTrue();
        assertThat(WireTask.strings(check, "unmergedBranches")).isEmpty();
        assertThat(check.getInteger("mergedCount")).isEqualTo(1);
        assertThat(check.getInteger("skippedCount")).isEqualTo(1);
        assertThat(WireTask.objects(into.ask("listBranches"), "branches"))
                .extracting(branch -> branch.getString("taskId") + branch.getBoolean("isMerged"))
                .containsExactlyInAnyOrder(one.id() + true, two.id() + false, into.id() + true);
        source.assertUntouched();
    }

    @Test
    void anAbortedMergeLeavesNothing() {
        TestRepository repository = bench.repository("aborted");
        WireTask other = withFile(repository, "README.md", "theirs\n");
        WireTask into = withFile(repository, "README.md", "ours\n");
        String before = into.worktree().head();
        JsonObject begun = into.ask("mergeStart", "sourceBranch", other.branch());
        WireTask.assertRefused(begun);
        assertThat(WireTask.strings(begun, "conflicts")).containsExactly("README.md");
        WireTask.assertGood(into.ask("mergeAbort"));
        assertThat(into.worktree().head()).isEqualTo(before);
        assertThat(into.worktree().isClean()).isTrue();
        assertThat(into.ask("mergeStatus").getBoolean("inProgress")).isFalse();
        assertThat(into.ask("checkMergeComplete").getInteger("mergedCount")).isZero();
        bench.server.send(
                into.command("mergeSkip").put("subtaskId", "not-an-id").put("reason", "x"));
        JsonObject unread = bench.server.await(
                frame -> "mergeResult".equals(frame.getString("type"))
                        && frame.getString("message").contains("subtaskId"),
                CommandBench.PATIENCE);
        assertThat(unread.getString("taskId")).isEqualTo(into.id());
        WireTask.assertRefused(unread);
    }

    @Test
    void aConflictLeavesTheTargetUntouchedAndNamesItsFiles() {
        TestRepository repository = bench.repository("target conflict");
        repository.branch("target").checkout("target").commit("src/a b.txt", "theirs\n", "Theirs");
        repository.checkout("main");
        SourceFingerprint source = SourceFingerprint.of(repository);
        WireTask task = withFile(repository, "src/a b.txt", "ours\n");
        for (boolean squash : List.of(true, false)) {
            JsonObject answer = task.ask("mergeTaskToTarget", "targetBranch", "target", "squash", squash);
            WireTask.assertRefused(answer, "target");
            assertThat(WireTask.strings(answer, "conflicts")).containsExactly("src/a b.txt");
            assertThat(answer.getValue("commitSha")).isNull();
        }
        source.assertUntouched();
    }

    @Test
    void aSquashAnswersItsOwnCommitAndAMergeKeepsTheHistory() {
        TestRepository repository = bench.repository("squash");
        repository.branch("squashed").branch("merged");
        WireTask task = withFile(repository, "one", "1\n");
        task.worktree().write("two", "uncommitted\n");
        JsonObject squash =
                WireTask.assertGood(task.ask("mergeTaskToTarget", "targetBranch", "squashed", "squash", true));
        assertThat(repository.revision("squashed")).isEqualTo(squash.getString("commitSha"));
        assertThat(repository.subjects("squashed"))
                .containsExactly("Squashed merge of task " + task.id(), "Initial commit");
        assertThat(repository.content("squashed", "two")).isEqualTo("uncommitted\n");
        JsonObject merge =
                WireTask.assertGood(task.ask("mergeTaskToTarget", "targetBranch", "merged", "squash", false));
        assertThat(repository.revision("merged")).isEqualTo(merge.getString("commitSha"));
        assertThat(repository.subjects("merged")).first().isEqualTo("Merge task " + task.id() + " into merged");
        assertThat(repository.subjects("merged")).contains("Task completion checkpoint", "feat: a | b of one");
        assertThat(task.worktree().subjects("HEAD").getFirst()).isEqualTo("Task completion checkpoint");
    }

    @Test
    void aCheckoutThatAUserHasOfTheTargetIsNeverTouched() {
        TestRepository repository = bench.repository("checked out");
        WireTask task = withFile(repository, "one", "1\n");
        SourceFingerprint clean = SourceFingerprint.of(repository);
        // No target is named: the base branch, which is checked out in the user's own repository.
        WireTask.assertRefused(task.ask("mergeTaskToTarget", "squash", false), "main");
        clean.assertUntouched();
        repository.write("README.md", "being edited\n").write("one", "in the way\n");
        SourceFingerprint dirty = SourceFingerprint.of(repository);
        WireTask.assertRefused(task.ask("mergeTaskToTarget", "targetBranch", "main", "squash", false), "main");
        dirty.assertUntouched();
        TestRepository second = repository.worktree(root.resolve("users second"), "elsewhere");
        WireTask.assertRefused(task.ask("mergeTaskToTarget", "targetBranch", "elsewhere", "squash", true), "elsewhere");
        assertThat(second.isClean()).isTrue();
        assertThat(second.subjects("HEAD")).containsExactly("Initial commit");
    }

    @Test
    void aTargetInAWorktreeOfOursMovesAlongWhereThatIsClean() {
        TestRepository repository = bench.repository("ours");
        WireTask target = withFile(repository, "base", "x\n");
        WireTask task = withFile(repository, "one", "1\n");
        JsonObject merged =
                WireTask.assertGood(task.ask("mergeTaskToTarget", "targetBranch", target.branch(), "squash", false));
        assertThat(target.worktree().head()).isEqualTo(merged.getString("commitSha"));
        assertThat(target.worktree().isClean()).isTrue();
        assertThat(target.place().resolve("one")).hasContent("1");

        target.worktree().write("base", "uncommitted\n");
        String before = target.worktree().head();
        task.worktree().commit("two", "2\n", "More");
        WireTask.assertRefused(
                task.ask("mergeTaskToTarget", "targetBranch", target.branch(), "squash", false), target.branch());
        assertThat(target.worktree().head()).isEqualTo(before);
        assertThat(target.place().resolve("base")).hasContent("uncommitted");
        assertThat(target.place().resolve("two")).doesNotExist();
    }

    @Test
    void uncommittedWorkInTheWayOfAMergeIsKept() {
        TestRepository repository = bench.repository("in the way");
        WireTask other = withFile(repository, "README.md", "theirs\n");
        WireTask into = bench.done(repository);
        into.worktree().write("README.md", "uncommitted\n");
        WireTask.assertRefused(into.ask("mergeStart", "sourceBranch", other.branch()), "README.md");
        assertThat(into.place().resolve("README.md")).hasContent("uncommitted");
        assertThat(into.ask("mergeStatus").getBoolean("inProgress")).isFalse();
    }

    @Test
    void whatAnotherTaskDidIsAppliedAsAPatchAndAConflictTouchesNothing() {
        TestRepository repository = bench.repository("patches");
        repository.commit("file", "1\n2\n3\n4\n5\n6\n7\n8\n", "Base");
        WireTask from = withFile(repository, "file", "1\n2\n3\n4\n5\n6\n7\nEIGHT\n");
        from.worktree().write("new ünï", "x\n");
        WireTask.assertGood(from.ask("createCheckpoint", "message", "it"));
        JsonObject checkpoint = bench.server.await("checkpointCreated", from.id(), CommandBench.PATIENCE);
        WireTask into = withFile(repository, "file", "ONE\n2\n3\n4\n5\n6\n7\n8\n");
        JsonObject applied = bench.ask(patch(into, from, checkpoint));
        assertThat(into.place().resolve("file")).as(applied.encode()).hasContent("ONE\n2\n3\n4\n5\n6\n7\nEIGHT");
        assertThat(into.place().resolve("new ünï")).hasContent("x");

        WireTask other = withFile(repository, "file", "1\n2\n3\n4\n5\n6\n7\nocho\n");
        JsonObject refused = bench.ask(patch(other, from, checkpoint));
        assertThat(refused.getString("output")).contains("file");
        assertThat(other.worktree().isClean()).isTrue();
        assertThat(other.place().resolve("new ünï")).doesNotExist();
    }

    private static JsonObject patch(WireTask into, WireTask from, JsonObject checkpoint) {
        return new JsonObject()
                .put("type", "applyPatchToWorktree")
                .put("targetTaskId", into.id())
                .put("sourceTaskId", from.id())
                .put("patchData", checkpoint.getString("patchData"))
                .put("baseSha", checkpoint.getString("patchBaseSha"));
    }
}
