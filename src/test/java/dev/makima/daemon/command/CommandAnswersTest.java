package dev.makima.daemon.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.daemon.DaemonHarness;
import dev.makima.testkit.Await;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What the commands that look at worktrees and files answer, and what every command answers that cannot be done. */
class CommandAnswersTest extends PeerBench {
    private static JsonObject readFile(String repository, String file) {
        return new JsonObject()
                .put("type", "readRepoFile")
                .put("contractId", UUID.randomUUID().toString())
                .put("repoPath", repository)
                .put("filePath", file);
    }

    @Test
    void aWorktreeIsToldOfWithAllItsChanges() {
        try (DaemonHarness _ = peer.daemon()) {
            String task = peer.done("echo hello > new.txt; echo more >> README.md; rm src/d0/f0.txt");
            JsonObject info = peer.ask("getWorktreeInfo", task, "worktreeInfoResult");
            assertThat(info.getBoolean("success")).as(info.encode()).isTrue();
            assertThat(info.getBoolean("exists")).isTrue();
            assertThat(info.getInteger("filesChanged")).isEqualTo(3);
            assertThat(info.getInteger("insertions")).isEqualTo(2);
            assertThat(info.getInteger("deletions")).isEqualTo(1);
            assertThat(CommandPeer.strings(info, "files"))
                    .anyMatch(file -> file.contains("\"README.md\",\"status\":\"M\""))
                    .anyMatch(file -> file.contains("\"new.txt\",\"status\":\"A\""))
                    .anyMatch(file -> file.contains("f0.txt\",\"status\":\"D\""));
            assertThat(info.getString("branch")).isEqualTo("makima/task-a-task-" + task.substring(0, 8));
            assertThat(info.getString("headSha")).isEqualTo(peer.repository().head());
            assertThat(info.getString("worktreePath")).startsWith(peer.home().toString());
            assertThat(info.getString("error")).isNull();

            JsonObject all = peer.ask("getTaskDiff", task, "taskDiff");
            assertThat(all.getBoolean("success")).as(all.encode()).isTrue();
            assertThat(all.getString("diff")).contains("+hello", "+more", "new.txt");
            JsonObject one = peer.ask(
                    CommandPeer.command("getWorktreeDiff", task).put("file", "README.md"), "worktreeDiffResult");
            assertThat(one.getString("diff")).contains("+more").doesNotContain("+hello");
            JsonObject patch = peer.ask("createExportPatch", task, "exportPatchCreated");
            assertThat(patch.getBoolean("success")).as(patch.encode()).isTrue();
            assertThat(patch.getString("patchContent")).contains("+hello");
            assertThat(patch.getInteger("filesCount")).isEqualTo(3);
            assertThat(patch.getInteger("linesAdded")).isEqualTo(2);
            assertThat(patch.getInteger("linesRemoved")).isEqualTo(1);
            assertThat(patch.getString("baseCommitSha"))
                    .isEqualTo(peer.repository().head());
        }
    }

    @Test
    void committedWorkIsInTheTasksDiffAlone() {
        try (DaemonHarness _ = peer.daemon()) {
            String task = peer.done("echo hello > new.txt; git add -A; git commit -qm work");
            assertThat(peer.ask("getTaskDiff", task, "taskDiff").getString("diff"))
                    .contains("+hello");
            assertThat(peer.ask("getWorktreeDiff", task, "worktreeDiffResult").getString("diff"))
                    .isEmpty();
            JsonObject outside =
                    peer.ask(CommandPeer.command("getWorktreeDiff", task).put("file", "../x"), "worktreeDiffResult");
            assertThat(outside.getBoolean("success")).isFalse();
            assertThat(outside.getString("error")).contains("not a path inside");
            JsonObject noBase = peer.ask(
                    CommandPeer.command("createExportPatch", task).put("baseSha", "--output=x"), "exportPatchCreated");
            assertThat(noBase.getString("error")).contains("not a commit");
        }
    }

    @Test
    void aFileOfARepositoryIsReadAndNothingElse() throws IOException {
        try (DaemonHarness _ = peer.daemon()) {
            String repository = peer.repository().directory().toString();
            JsonObject file = peer.ask(readFile(repository, "README.md"), "repoFileContent");
            assertThat(file.getBoolean("success")).as(file.encode()).isTrue();
            assertThat(file.getString("content")).isEqualTo("# Test\n");
            assertThat(file.getString("filePath")).isEqualTo("README.md");
            for (String bad : List.of("../x", "/etc/passwd", ".git/config", "no-such-file", "")) {
                JsonObject refused = peer.ask(readFile(repository, bad), "repoFileContent");
                assertThat(refused.getBoolean("success")).as(bad).isFalse();
                assertThat(refused.getString("error")).as(bad).isNotBlank();
                assertThat(refused.getString("content")).isNull();
            }
            assertThat(peer.ask(readFile(temp.toString(), "x"), "repoFileContent")
                            .getString("error"))
                    .contains("not a git repository");
            assertThat(peer.ask(readFile("\0", "x"), "repoFileContent").getString("error"))
                    .contains("not a path");
        }
    }

    @Test
    void aTargetIsLookedForWhereItsPathLeads() {
        try (DaemonHarness _ = peer.daemon()) {
            String task = UUID.randomUUID().toString();
            JsonObject there = peer.ask(
                    CommandPeer.command("checkTargetExists", task)
                            .put("targetDir", peer.repository().directory().toString()),
                    "checkTargetExistsResult");
            assertThat(there.getBoolean("exists")).isTrue();
            JsonObject missing = peer.ask(
                    CommandPeer.command("checkTargetExists", task).put("targetDir", "~/nowhere"),
                    "checkTargetExistsResult");
            assertThat(missing.getBoolean("exists")).isFalse();
            assertThat(missing.getString("targetDir"))
                    .isEqualTo(peer.home().resolve("nowhere").toString());
            JsonObject relative = peer.ask(
                    CommandPeer.command("checkTargetExists", task).put("targetDir", "nowhere"),
                    "checkTargetExistsResult");
            assertThat(relative.getBoolean("exists")).isFalse();
            assertThat(peer.server()
                            .await("taskOutput", task, CommandPeer.PATIENCE)
                            .getString("output"))
                    .contains("not an absolute path");
        }
    }

    private record Asked(JsonObject command, String answer) {}

    /** Each command that needs a worktree, with the type of its answer. */
    private static List<Asked> needingAWorktree(String task) {
        List<Asked> all = new ArrayList<>();
        all.add(new Asked(CommandPeer.command("listBranches", task), "mergeResult"));
        all.add(new Asked(CommandPeer.command("mergeStart", task).put("sourceBranch", "x"), "mergeResult"));
        all.add(new Asked(CommandPeer.command("mergeStatus", task), "mergeResult"));
        all.add(new Asked(
                CommandPeer.command("mergeResolve", task).put("file", "x").put("strategy", "ours"), "mergeResult"));
        all.add(new Asked(CommandPeer.command("mergeCommit", task).put("message", "m"), "mergeResult"));
        all.add(new Asked(CommandPeer.command("mergeAbort", task), "mergeResult"));
        all.add(new Asked(
                CommandPeer.command("mergeSkip", task)
                        .put("subtaskId", UUID.randomUUID().toString())
                        .put("reason", "r"),
                "mergeResult"));
        all.add(new Asked(CommandPeer.command("checkMergeComplete", task), "mergeCompleteCheck"));
        all.add(new Asked(
                CommandPeer.command("retryCompletionAction", task)
                        .put("taskName", "n")
                        .put("action", "branch")
                        .put("targetRepoPath", ""),
                "completionActionResult"));
        all.add(new Asked(
                CommandPeer.command("cloneWorktree", task).put("targetDir", "/no/where"), "cloneWorktreeResult"));
        all.add(new Asked(CommandPeer.command("createBranch", task).put("branchName", "b"), "branchCreated"));
        all.add(new Asked(CommandPeer.command("mergeTaskToTarget", task).put("squash", false), "mergeToTargetResult"));
        all.add(new Asked(CommandPeer.command("createPR", task).put("title", "t"), "prCreated"));
        all.add(new Asked(CommandPeer.command("getTaskDiff", task), "taskDiff"));
        all.add(new Asked(CommandPeer.command("getWorktreeDiff", task), "worktreeDiffResult"));
        all.add(new Asked(CommandPeer.command("getWorktreeInfo", task), "worktreeInfoResult"));
        all.add(new Asked(CommandPeer.command("commitWorktree", task), "worktreeCommitResult"));
        all.add(new Asked(CommandPeer.command("createCheckpoint", task).put("message", "m"), "checkpointCreated"));
        all.add(new Asked(CommandPeer.command("createExportPatch", task), "exportPatchCreated"));
        all.add(new Asked(
                new JsonObject()
                        .put("type", "applyPatchToWorktree")
                        .put("targetTaskId", task)
                        .put("sourceTaskId", task)
                        .put("patchData", "x")
                        .put("baseSha", "0".repeat(40)),
                "mergeResult"));
        return all;
    }

    private void assertAllFail(String task, String why) {
        for (Asked asked : needingAWorktree(task)) {
            JsonObject answer = peer.ask(asked.command(), asked.answer());
            assertThat(answer.getBoolean("success", answer.getBoolean("canComplete")))
                    .as(answer.encode())
                    .isFalse();
            assertThat(answer.encode()).contains(why);
        }
    }

    @Test
    void everyCommandFailsForATaskWithoutAWorktree() {
        try (DaemonHarness _ = peer.daemon()) {
            assertAllFail(UUID.randomUUID().toString(), "this daemon has no worktree of task");
            String bare = peer.done("true", spawn -> {
                spawn.remove("repoUrl");
                return spawn;
            });
            assertAllFail(bare, " repository");
            String gone = peer.done("true");
            delete(peer.worktree(gone).directory());
            assertAllFail(gone, "is gone");
        }
    }

    private static void delete(Path tree) {
        try (var files = java.nio.file.Files.walk(tree)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                java.nio.file.Files.delete(file);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void commandsOfOneTaskAreCarriedOutInTheirOrder() {
        try (DaemonHarness _ = peer.daemon()) {
            String task = peer.done("echo x > x");
            for (int i = 0; i < 5; i++) {
                peer.server().send(CommandPeer.command("createBranch", task).put("branchName", "b" + i));
                peer.server().send(CommandPeer.command("getWorktreeInfo", task).put("requestId", id(i)));
            }
            for (int i = 0; i < 5; i++) {
                String request = id(i);
                JsonObject info = peer.server()
                        .await(frame -> request.equals(frame.getString("requestId")), CommandPeer.PATIENCE);
                assertThat(info.getString("branch")).isEqualTo("b" + i);
            }
            Await.until(
                    CommandPeer.PATIENCE,
                    "all answers",
                    () -> peer.server().frames("branchCreated").size() == 5);
            assertThat(peer.server().frames("branchCreated").stream()
                            .map(frame -> frame.getString("branchName"))
                            .toList())
                    .containsExactly("b0", "b1", "b2", "b3", "b4");
        }
    }

    private static String id(int number) {
        return "00000000-0000-4000-8000-%012d".formatted(number);
    }

    @Test
    void aBurstOfTenThousandIsAnsweredToTheLastOne() {
        try (DaemonHarness _ = peer.daemon()) {
            String task = peer.done("echo x > x");
            int count = 10_000;
            for (int i = 0; i < count; i++) {
                String about = i % 3 == 0 ? task : id(i % 100);
                peer.server().send(CommandPeer.command("getTaskDiff", about).put("requestId", id(i)));
            }
            // Some seconds where nothing else runs.
            Await.until(
                    Duration.ofSeconds(70),
                    "all answers",
                    () -> peer.server().frames("taskDiff").size() == count);
            List<JsonObject> answers = peer.server().frames("taskDiff");
            assertThat(answers.stream()
                            .map(answer -> answer.getString("requestId"))
                            .distinct())
                    .hasSize(count);
            assertThat(answers).anyMatch(answer -> answer.getBoolean("success"));
            assertThat(answers).anyMatch(answer -> answer.getString("error", "").contains("too many commands wait"));
        }
    }

    @Test
    void anAnswerThatIsTooLongFailsWithItsSize() {
        JsonObject small = new JsonObject().put("server", new JsonObject().put("maxFrameBytes", 100_000));
        try (DaemonHarness _ = peer.daemon(small)) {
            String task = peer.done("seq 30000 > large.txt; echo small > small.txt");
            JsonObject diff = peer.ask("getTaskDiff", task, "taskDiff");
            assertThat(diff.getBoolean("success")).isFalse();
            assertThat(diff.getString("error")).contains("bytes, and a frame may have 100000 (server.maxFrameBytes)");
            JsonObject one = peer.ask(
                    CommandPeer.command("getWorktreeDiff", task).put("file", "small.txt"), "worktreeDiffResult");
            assertThat(one.getBoolean("success")).as(one.encode()).isTrue();
        }
    }

    @Test
    void aRunningTaskIsCommandedTooButItsCompletionWaitsForItsEnd() {
        try (DaemonHarness _ = peer.daemon()) {
            String task = peer.running("echo x > x", spawn -> spawn);
            JsonObject checkpoint = peer.ask(
                    CommandPeer.command("createCheckpoint", task).put("message", "so far"), "checkpointCreated");
            assertThat(checkpoint.getBoolean("success")).as(checkpoint.encode()).isTrue();
            assertThat(checkpoint.getString("commitSha")).hasSize(40);
            assertThat(checkpoint.getString("message")).isEqualTo("so far");
            assertThat(checkpoint.getString("branchName")).startsWith("makima/task-");
            assertThat(checkpoint.getInteger("linesAdded")).isEqualTo(1);
            assertThat(checkpoint.getString("patchData")).isNotBlank();
            JsonObject again = peer.ask(
                    CommandPeer.command("createCheckpoint", task).put("message", "so far"), "checkpointCreated");
            assertThat(again.getBoolean("success")).isFalse();
            assertThat(again.getString("error")).isEqualTo("No changes to checkpoint");
            JsonObject commit = peer.ask("commitWorktree", task, "worktreeCommitResult");
            assertThat(commit.getBoolean("success")).as(commit.encode()).isTrue();
            JsonObject retry = peer.ask(
                    CommandPeer.command("retryCompletionAction", task)
                            .put("taskName", "n")
                            .put("action", "branch")
                            .put("targetRepoPath", ""),
                    "completionActionResult");
            assertThat(retry.getBoolean("success")).isFalse();
            assertThat(retry.getString("message")).contains("is running");
            peer.ask(CommandPeer.command("cleanupWorktree", task).put("deleteBranch", true), "cleanupWorktreeResult");
        }
    }
}
