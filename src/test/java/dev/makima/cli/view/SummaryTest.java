package dev.makima.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.makima.cli.api.Json;
import dev.makima.cli.api.TaskView;
import org.junit.jupiter.api.Test;

class SummaryTest {
    private static ObjectNode task(String status) {
        return Json.object()
                .put("id", "1a2b3c4d-0000-4000-8000-000000000000")
                .put("name", "add a test")
                .put("status", status)
                .put("repositoryUrl", "/home/me/my project")
                .put("targetRepoPath", "/home/me/my project")
                .put("baseBranch", "main")
                .put("completionAction", "branch")
                .put("costUsd", 0.0421)
                .put("startedAt", "2026-01-01T00:00:00Z")
                .put("completedAt", "2026-01-01T00:01:12Z")
                .put("turns", 7);
    }

    private static java.util.List<String> lines(ObjectNode tree) {
        return new Summary(Style.PLAIN).lines(TaskView.of(tree), 80_000);
    }

    @Test
    void aFinishedTaskSaysWhereItsWorkIsAndHowToLookAtIt() {
        ObjectNode done = task("done")
                .put("branch", "makima/add-a-test-1a2b3c4d")
                .put("commitSha", "0123456789abcdef")
                .put("filesChanged", 3)
                .put("insertions", 42)
                .put("deletions", 1);
        assertThat(lines(done))
                .containsExactly(
                        "",
                        "✓ done in 1 min 12 s · $0.0421 · 7 turns",
                        "  branch   makima/add-a-test-1a2b3c4d  012345678",
                        "  changes  3 files, +42 −1",
                        "  look     git -C '/home/me/my project' log -p main..makima/add-a-test-1a2b3c4d",
                        "  take it  git -C '/home/me/my project' merge makima/add-a-test-1a2b3c4d");
    }

    @Test
    void aPullRequestAndAMergeAreTold() {
        ObjectNode pr = task("done")
                .put("completionAction", "pr")
                .put("branch", "makima/add-a-test-1a2b3c4d")
                .put("commitSha", "0123456789abcdef")
                .put("prUrl", "https://github.com/o/r/pull/17")
                .put("completionMessage", "opened a pull request: https://github.com/o/r/pull/17");
        assertThat(lines(pr))
                .contains(
                        "  pull     https://github.com/o/r/pull/17",
                        "  result   opened a pull request: https://github.com/o/r/pull/17",
                        "  look     git -C '/home/me/my project' log -p main..0123456789abcdef")
                .noneMatch(line -> line.contains("take it"));
        ObjectNode merged = task("done")
                .put("completionAction", "merge")
                .put("branch", "main")
                .put("commitSha", "0123456789abcdef")
                .put("completionMessage", "merged makima/x into main");
        assertThat(lines(merged))
                .contains(
                        "  result   merged makima/x into main",
                        "  look     git -C '/home/me/my project' log -p -m --first-parent -1 0123456789abcdef")
                .noneMatch(line -> line.contains("take it"));
    }

    @Test
    void aMergeThatDidNotComeAboutSaysWhyAndHowToTakeTheWork() {
        ObjectNode conflicts = task("done")
                .put("completionAction", "merge")
                .put("branch", "makima/x-1a2b3c4d")
                .put("commitSha", "0123456789abcdef")
                .put("completionMessage", "conflicts with main in README.md");
        assertThat(lines(conflicts))
                .contains(
                        "  result   conflicts with main in README.md",
                        "  take it  git -C '/home/me/my project' merge makima/x-1a2b3c4d");
    }

    @Test
    void whatIsDoneButDidNotGetWhereItWasToGoIsNotPraised() {
        ObjectNode conflicts = task("done").put("completionAction", "merge").put("completionSucceeded", false);
        assertThat(lines(conflicts)).contains("! done, but not merged · 1 min 12 s · $0.0421 · 7 turns");
        assertThat(lines(conflicts.put("completionAction", "pr")).get(1))
                .startsWith("! done, but without a pull request");
        assertThat(lines(conflicts.put("completionAction", "branch")).get(1))
                .startsWith("! done, but without its branch");
        assertThat(lines(conflicts.put("completionSucceeded", true)).get(1)).startsWith("✓ done in");
    }

    @Test
    void theWorkInANewRepositoryIsToBeFound() {
        ObjectNode made = task("done")
                .put("repositoryUrl", "new://")
                .put("commitSha", "0123456789abcdef")
                .put("filesChanged", 1)
                .put("worktreePath", "/repos/new")
                .put("completionMessage", "the work is on branch main");
        made.remove("targetRepoPath");
        assertThat(lines(made))
                .contains(
                        "  result   the work is on branch main",
                        "  work in  /repos/new",
                        "  look     git -C /repos/new log -p -1 0123456789abcdef");
    }

    @Test
    void aBranchThatWasOnlyPushedIsShownByItsCommit() {
        ObjectNode pushed = task("done")
                .put("repositoryUrl", "https://example.org/shop")
                .put("branch", "makima/x-1a2b3c4d")
                .put("commitSha", "0123456789abcdef")
                .put("worktreePath", "/w/1a2b");
        pushed.remove("targetRepoPath");
        assertThat(lines(pushed)).contains("  look     git -C /w/1a2b log -p -1 0123456789abcdef");
    }

    @Test
    void aFailedTaskSaysWhyAndWhereItsWorkIs() {
        ObjectNode failed =
                task("failed").put("errorMessage", "exit code 1\nno key").put("worktreePath", "/w/1a2b");
        assertThat(lines(failed))
                .containsExactly(
                        "",
                        "✗ failed in 1 min 12 s · $0.0421 · 7 turns",
                        "  reason   exit code 1",
                        "           no key",
                        "  work in  /w/1a2b",
                        "  look     git -C /w/1a2b status",
                        "  output   makima tasks output 1a2b3c4d");
    }

    @Test
    void whereTheWorkIsLeftIsSaidOnceAndNotWhenItIsGone() {
        ObjectNode left = task("interrupted")
                .put("branch", "makima/task-x")
                .put("worktreePath", "/w/1a2b")
                .put("completionMessage", "The work is in /w/1a2b on branch makima/task-x");
        assertThat(lines(left)).contains("  work in  /w/1a2b").noneMatch(line -> line.contains("The work is in"));
        left.remove("worktreePath");
        assertThat(lines(left)).contains("  branch   makima/task-x").noneMatch(line -> line.contains("/w/1a2b"));
    }

    @Test
    void aTaskWithoutAnyChangeSaysSo() {
        ObjectNode done = task("done")
                .put("completionMessage", "no change, so no branch was made")
                .put("filesChanged", 0);
        assertThat(lines(done))
                .contains("  result   no change, so no branch was made")
                .noneMatch(line -> line.contains("git "));
    }

    @Test
    void aBranchWithoutAnyChangeIsNotAdvised() {
        ObjectNode done = task("done")
                .put("branch", "makima/task-x")
                .put("commitSha", "0123456789abcdef")
                .put("worktreePath", "/w/1a2b")
                .put("completionMessage", "The work is in /w/1a2b on branch makima/task-x")
                .put("filesChanged", 0)
                .put("insertions", 0)
                .put("deletions", 0);
        assertThat(lines(done))
                .containsExactly(
                        "",
                        "✓ done in 1 min 12 s · $0.0421 · 7 turns",
                        "  changes  nothing was changed, so there is nothing to look at");
        ObjectNode said = done.deepCopy().put("completionMessage", "nothing was changed, so there is no branch");
        assertThat(lines(said)).isEqualTo(lines(done));
        // Work that could not be delivered is there, though nothing counts it.
        assertThat(lines(done.put("completionSucceeded", false)))
                .noneMatch(line -> line.contains("nothing was changed"))
                .anyMatch(line -> line.contains("makima/task-x"));
    }

    @Test
    void anInterruptedTaskThatNeverRanHasTheTimeThatWasWaited() {
        ObjectNode interrupted = Json.object().put("id", "1a2b3c4d").put("status", "interrupted");
        assertThat(lines(interrupted)).contains("■ interrupted after 1 min 20 s");
    }
}
