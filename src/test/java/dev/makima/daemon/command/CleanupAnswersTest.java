package dev.makima.daemon.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.daemon.DaemonHarness;
import dev.makima.daemon.store.StoreRequest;
import dev.makima.testkit.TestRepository;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What cleanupWorktree removes, and what it never does. */
class CleanupAnswersTest extends PeerBench {
    private JsonObject cleanup(String task, boolean deleteBranch) {
        JsonObject answer = peer.ask(
                CommandPeer.command("cleanupWorktree", task).put("deleteBranch", deleteBranch),
                "cleanupWorktreeResult");
        assertThat(answer.getBoolean("success")).as(answer.encode()).isTrue();
        return answer;
    }

    @Test
    void withTheBranchEverythingGoes() {
        try (DaemonHarness _ = peer.daemon()) {
            String task = peer.done("echo x > x; git add -A; git commit -qm x; echo y > y");
            peer.ask(CommandPeer.command("createCheckpoint", task).put("message", "m"), "checkpointCreated");
            TestRepository worktree = peer.worktree(task);
            assertThat(cleanup(task, true).getString("message")).contains("removed", "deleted branch");
            assertThat(worktree.directory()).doesNotExist();
            assertThat(peer.repository().branches()).containsExactly("main");
            assertThat(peer.repository().git("for-each-ref", "refs")).doesNotContain(task);
            JsonObject after = peer.ask("getTaskDiff", task, "taskDiff");
            assertThat(after.getBoolean("success")).isFalse();
            assertThat(cleanup(task, true).getString("message")).contains("nothing was there");
        }
    }

    @Test
    void withoutTheBranchNoWorkIsLost() {
        try (DaemonHarness _ = peer.daemon()) {
            String task = peer.done("echo x > x; git add -A; git commit -qm x; echo y > y");
            TestRepository worktree = peer.worktree(task);
            String message = cleanup(task, false).getString("message");
            assertThat(worktree.directory()).doesNotExist();
            assertThat(peer.repository().content(branch(task), "x")).isEqualTo("x\n");
            String kept = message.replaceFirst(".*is in commit ([0-9a-f]{40}).*", "$1");
            assertThat(peer.repository().content(kept, "y")).isEqualTo("y\n");

            String clean = peer.done("echo x > x; git add -A; git commit -qm x");
            assertThat(cleanup(clean, false).getString("message")).doesNotContain("commit ");
            assertThat(peer.repository().branches()).anyMatch(name -> name.endsWith(clean.substring(0, 8)));
        }
    }

    @Test
    void whatWasSetAsideForNewerWorkGoesWithItsTask() {
        String patch = Patches.of("""
                diff --git a/n b/n
                new file mode 100644
                --- /dev/null
                +++ b/n
                @@ -0,0 +1 @@
                +newer
                """);
        try (DaemonHarness _ = peer.daemon()) {
            for (boolean deleteBranch : List.of(false, true)) {
                String task = peer.done(
                        "echo x > x; git add -A; git commit -qm x; echo y > y", spawn -> spawn.put("fence", 1));
                Path aside = peer.worktree(task).directory();
                peer.done(
                        "true",
                        spawn -> spawn.put("taskId", task)
                                .put("resumeSession", true)
                                .put("fence", 3)
                                .put("patchFence", 2)
                                .put("patchBaseSha", peer.repository().head())
                                .put("patchData", patch));
                Path newer = peer.worktree(task).directory();
                assertThat(aside).isNotEqualTo(newer).isDirectory();
                String message = cleanup(task, deleteBranch).getString("message");
                assertThat(message)
                        .contains("removed " + aside, "removed " + newer)
                        .doesNotContain("branch stays");
                assertThat(aside).doesNotExist();
                assertThat(newer).doesNotExist();
                String branch = "makima/task-a-task-" + task.substring(0, 8);
                if (deleteBranch) {
                    assertThat(peer.repository().branches()).noneMatch(name -> name.contains(branch));
                    assertThat(peer.repository().git("for-each-ref", "refs")).doesNotContain(task);
                } else {
                    String kept = message.replaceFirst(".*?is in commit ([0-9a-f]{40}).*", "$1");
                    assertThat(peer.repository().content(kept, "y")).isEqualTo("y\n");
                    assertThat(peer.repository().branches()).contains(branch, branch + "-3");
                }
            }
        }
    }

    void aBranchThatAnotherOneHasGoesWhereWhatIsUnmergedIsToStay() {
        try (DaemonHarness _ = peer.daemon()) {
            String merged = peer.done("echo x > x; git add -A; git commit -qm x");
            peer.repository().git("branch", "kept", branch(merged));
            assertThat(cleanupOfTheMerged(merged)).contains("deleted branch " + branch(merged));
            assertThat(peer.repository().branches()).containsExactlyInAnyOrder("main", "kept");

            String alone = peer.done("echo z > z; git add -A; git commit -qm z");
            TestRepository worktree = peer.worktree(alone);
            assertThat(cleanupOfTheMerged(alone)).contains("branch " + branch(alone) + " stays");
            assertThat(worktree.directory()).doesNotExist();
            assertThat(peer.repository().content(branch(alone), "z")).isEqualTo("z\n");

            String dirty = peer.done("echo y > y");
            String kept = cleanupOfTheMerged(dirty).replaceFirst(".*is in commit ([0-9a-f]{40}).*", "$1");
            assertThat(peer.repository().content(kept, "y")).isEqualTo("y\n");
        }
    }

    private String cleanupOfTheMerged(String task) {
        JsonObject command = CommandPeer.command("cleanupWorktree", task)
                .put("deleteBranch", true)
                .put("keepUnmerged", true);
        JsonObject answer = peer.ask(command, "cleanupWorktreeResult");
        assertThat(answer.getBoolean("success")).as(answer.encode()).isTrue();
        return answer.getString("message");
    }

    private static String branch(String task) {
        return "makima/task-a-task-" + task.substring(0, 8);
    }

    @Test
    void aMergeInProgressIsNotThrownAwayWhereTheWorkIsToStay() {
        try (DaemonHarness _ = peer.daemon()) {
            String task = peer.done("echo ours > README.md; git commit -qam ours");
            peer.repository().commit("README.md", "theirs\n", "theirs");
            peer.ask(CommandPeer.command("mergeStart", task).put("sourceBranch", "main"), "mergeResult");
            JsonObject answer = peer.ask(
                    CommandPeer.command("cleanupWorktree", task).put("deleteBranch", false), "cleanupWorktreeResult");
            assertThat(answer.getBoolean("success")).isFalse();
            assertThat(answer.getString("message")).contains("stays");
            assertThat(peer.worktree(task).directory()).isDirectory();
            cleanup(task, true);
        }
    }

    @Test
    void aLiveAgentIsInterruptedFirstAndTheTaskMayBeStartedAgain() {
        try (DaemonHarness _ = peer.daemon()) {
            String task = peer.running("echo x > x", spawn -> spawn);
            peer.server().send(CommandPeer.command("cleanupWorktree", task).put("deleteBranch", true));
            // Sent while it is being removed: it waits for that, and runs in a worktree of its own.
            peer.start("echo second > second.txt", spawn -> spawn.put("taskId", task));
            JsonObject end = peer.server().await("taskComplete", task, CommandPeer.PATIENCE);
            assertThat(end.getBoolean("success")).as(end.encode()).isTrue();
            peer.server().await("cleanupWorktreeResult", task, CommandPeer.PATIENCE);
            List<String> states = peer.server().frames("taskStatusChange").stream()
                    .map(frame -> frame.getString("newStatus"))
                    .toList();
            assertThat(states.indexOf("interrupted")).isPositive();
            assertThat(states.lastIndexOf("initializing")).isGreaterThan(states.indexOf("interrupted"));
            assertThat(peer.worktree(task).resolve("second.txt")).exists();
            assertThat(peer.worktree(task).resolve("x")).doesNotExist();
        }
    }

    @Test
    void aWorktreeThatAnotherTaskWorksInStays() {
        try (DaemonHarness _ = peer.daemon()) {
            String owner = peer.done("echo x > x");
            String guest = peer.running("true", spawn -> spawn.put("supervisorWorktreeTaskId", owner));
            JsonObject refused = peer.ask(
                    CommandPeer.command("cleanupWorktree", owner).put("deleteBranch", true), "cleanupWorktreeResult");
            assertThat(refused.getBoolean("success")).as(refused.encode()).isFalse();
            assertThat(refused.getString("message")).contains(guest, "stays");
            TestRepository worktree = peer.worktree(owner);
            assertThat(worktree.resolve("x")).exists();
            cleanup(guest, true);
            assertThat(worktree.resolve("x")).exists();
            cleanup(owner, true);
            assertThat(worktree.directory()).doesNotExist();
        }
    }

    /** As on a disk that has room again a moment too late: what waits behind an end must not wait for ever. */
    @Test
    void anEndThatArrivedWithoutBeingNotedHoldsUpNothingOfTheTask() {
        String task;
        try (DaemonHarness daemon = peer.daemon()) {
            daemon.vertx().eventBus().addOutboundInterceptor(context -> {
                if (!(context.body() instanceof StoreRequest.EventsDelivered)) {
                    context.next();
                }
            });
            task = peer.done("echo x > x");
        }
        try (DaemonHarness _ = peer.daemon()) {
            peer.server().await(2, "taskComplete", task, CommandPeer.PATIENCE);
            cleanup(task, true);
        }
    }

    @Test
    void aTemporaryDirectoryGoesAndARepositoryMadeForTheTaskStays() {
        try (DaemonHarness _ = peer.daemon()) {
            String bare = peer.done("echo x > x", spawn -> {
                spawn.remove("repoUrl");
                return spawn;
            });
            Path directory = peer.home().resolve("temp").resolve("task-" + bare);
            assertThat(directory.resolve("x")).exists();
            assertThat(cleanup(bare, true).getString("message")).contains("temporary directory");
            assertThat(directory).doesNotExist();

            String made = peer.done("echo x > x", spawn -> spawn.put("repoUrl", "new://thing"));
            Path repository = peer.worktree(made).directory();
            assertThat(cleanup(made, true).getString("message")).contains("stays");
            assertThat(repository.resolve("x")).exists();
        }
    }
}
