package dev.makima.daemon.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.daemon.DaemonHarness;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** How a task takes in the work of its children, by commands. */
class MergeAnswersTest extends PeerBench {
    private String child(String parent, String shell) {
        return peer.done(shell, spawn -> spawn.put("parentTaskId", parent));
    }

    private static String branch(String task) {
        return "makima/task-a-task-" + task.substring(0, 8);
    }

    private JsonObject start(String task, String source) {
        return peer.ask(CommandPeer.command("mergeStart", task).put("sourceBranch", source), "mergeResult");
    }

    private JsonObject commit(String task, String message) {
        return peer.ask(CommandPeer.command("mergeCommit", task).put("message", message), "mergeResult");
    }

    private JsonObject resolve(String task, String file, String strategy) {
        return peer.ask(
                CommandPeer.command("mergeResolve", task).put("file", file).put("strategy", strategy), "mergeResult");
    }

    private JsonObject skip(String task, String subtask) {
        return peer.ask(
                CommandPeer.command("mergeSkip", task).put("subtaskId", subtask).put("reason", "superseded"),
                "mergeResult");
    }

    private JsonObject check(String task) {
        return peer.ask("checkMergeComplete", task, "mergeCompleteCheck");
    }

    @Test
    void childrenAreMergedOrSkippedUntilTheTaskIsComplete() {
        String parent;
        String skipped;
        try (DaemonHarness _ = peer.daemon()) {
            parent = peer.done("true");
            String merged = child(parent, "echo child > child.txt; git add -A; git commit -qm 'feat: a | b'");
            skipped = child(parent, "echo other > other.txt; git add -A; git commit -qm other");
            String stranger = peer.done("echo s > s.txt; git add -A; git commit -qm stranger");

            JsonObject list = peer.ask("listBranches", parent, "branchList");
            JsonObject listed = list.getJsonArray("branches").stream()
                    .map(JsonObject.class::cast)
                    .filter(branch -> branch.getString("name").equals(branch(merged)))
                    .findFirst()
                    .orElseThrow();
            assertThat(listed.getString("taskId")).isEqualTo(merged);
            assertThat(listed.getBoolean("isMerged")).isFalse();
            assertThat(listed.getString("lastCommit")).matches("[0-9a-f]{7,}");
            assertThat(listed.getString("lastCommitMessage")).isEqualTo("feat: a | b");
            assertThat(list.encode()).contains(stranger);

            JsonObject before = check(parent);
            assertThat(before.getBoolean("canComplete")).isFalse();
            assertThat(CommandPeer.strings(before, "unmergedBranches"))
                    .containsExactlyInAnyOrder(branch(merged), branch(skipped));

            assertThat(start(parent, branch(merged)).getBoolean("success")).isTrue();
            JsonObject status = peer.ask("mergeStatus", parent, "mergeStatusResponse");
            assertThat(status.getBoolean("inProgress")).isTrue();
            assertThat(status.getString("sourceBranch")).isEqualTo(branch(merged));
            assertThat(start(parent, branch(skipped)).getString("message")).contains("in progress");
            JsonObject committed = commit(parent, "Take in the child");
            assertThat(committed.getBoolean("success")).as(committed.encode()).isTrue();
            assertThat(committed.getString("commitSha"))
                    .isEqualTo(peer.worktree(parent).head());
            assertThat(CommandPeer.strings(check(parent), "unmergedBranches")).containsExactly(branch(skipped));

            JsonObject left = skip(parent, skipped);
            assertThat(left.getBoolean("success")).as(left.encode()).isTrue();
            assertThat(left.getString("message")).contains(branch(skipped));
            assertThat(skip(parent, UUID.randomUUID().toString()).getString("message"))
                    .contains("no branch of task");
        }
        try (DaemonHarness _ = peer.daemon()) {
            JsonObject after = check(parent);
            assertThat(after.getBoolean("canComplete")).as(after.encode()).isTrue();
            assertThat(after.getInteger("mergedCount")).isEqualTo(1);
            assertThat(after.getInteger("skippedCount")).isEqualTo(1);
            // The notes go with the task.
            JsonObject cleaned = peer.ask(
                    CommandPeer.command("cleanupWorktree", parent).put("deleteBranch", true), "cleanupWorktreeResult");
            assertThat(cleaned.getBoolean("success")).as(cleaned.encode()).isTrue();
            String again = peer.done("true", spawn -> spawn.put("taskId", parent));
            assertThat(CommandPeer.strings(check(parent), "unmergedBranches"))
                    .as(again)
                    .contains(branch(skipped));
        }
    }

    @Test
    void conflictsAreListedAndResolvedOrGivenUp() {
        try (DaemonHarness _ = peer.daemon()) {
            String parent = peer.done("echo ours > README.md; git commit -qam ours");
            String child = child(parent, "echo theirs > README.md; git commit -qam theirs");
            JsonObject started = start(parent, branch(child));
            assertThat(started.getBoolean("success")).isFalse();
            assertThat(CommandPeer.strings(started, "conflicts")).containsExactly("README.md");
            assertThat(CommandPeer.strings(commit(parent, "too soon"), "conflicts"))
                    .containsExactly("README.md");
            assertThat(peer.ask("mergeStatus", parent, "mergeStatusResponse").getJsonArray("conflictedFiles"))
                    .containsExactly("README.md");
            for (String bad : List.of("../README.md", "src/d0/f0.txt", "/etc/passwd")) {
                assertThat(resolve(parent, bad, "ours").getBoolean("success"))
                        .as(bad)
                        .isFalse();
            }
            assertThat(resolve(parent, "README.md", "mine").getString("message"))
                    .contains("ours or theirs");
            assertThat(peer.ask("mergeAbort", parent, "mergeResult").getBoolean("success"))
                    .isTrue();
            assertThat(peer.ask("mergeAbort", parent, "mergeResult").getString("message"))
                    .contains("no merge is in progress");
            assertThat(peer.worktree(parent).content("HEAD", "README.md")).isEqualTo("ours\n");

            start(parent, branch(child));
            JsonObject resolved = resolve(parent, "README.md", "theirs");
            assertThat(resolved.getBoolean("success")).as(resolved.encode()).isTrue();
            assertThat(commit(parent, "").getBoolean("success")).isTrue();
            assertThat(peer.worktree(parent).content("HEAD", "README.md")).isEqualTo("theirs\n");
            assertThat(check(parent).getBoolean("canComplete")).isTrue();
            assertThat(commit(parent, "again").getBoolean("success")).isFalse();
            for (String bad : List.of("--help", "no/such/branch", "a..b")) {
                assertThat(start(parent, bad).getBoolean("success")).as(bad).isFalse();
            }
        }
    }
}
