package dev.makima.daemon.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.config.Environment;
import dev.makima.daemon.DaemonHarness;
import dev.makima.testkit.Executable;
import dev.makima.testkit.TestRepository;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the commands do that change a worktree or bring its work somewhere. */
class ChangeAnswersTest extends PeerBench {
    private JsonObject commit(String task, String message) {
        return peer.ask(CommandPeer.command("commitWorktree", task).put("message", message), "worktreeCommitResult");
    }

    private JsonObject branch(String task, String name, @Nullable String from) {
        return peer.ask(
                CommandPeer.command("createBranch", task)
                        .put("branchName", name)
                        .put("fromRef", from),
                "branchCreated");
    }

    @Test
    void workIsCommittedOnceAndABranchIsMade() {
        try (DaemonHarness _ = peer.daemon()) {
            String task = peer.done("echo x > x");
            JsonObject committed = commit(task, "wip: ünï");
            assertThat(committed.getBoolean("success")).as(committed.encode()).isTrue();
            TestRepository worktree = peer.worktree(task);
            assertThat(committed.getString("commitSha")).isEqualTo(worktree.head());
            assertThat(worktree.subjects("HEAD").getFirst()).isEqualTo("wip: ünï");
            JsonObject nothing = commit(task, "again");
            assertThat(nothing.getBoolean("success")).isFalse();
            assertThat(nothing.getString("error")).isEqualTo("nothing to commit");

            JsonObject made = branch(task, "makima/auth", "main");
            assertThat(made.getBoolean("success")).as(made.encode()).isTrue();
            assertThat(made.getString("taskId")).isEqualTo(task);
            assertThat(made.getString("branchName")).isEqualTo("makima/auth");
            assertThat(made.getString("message")).contains("created branch makima/auth");
            assertThat(worktree.git("symbolic-ref", "--short", "HEAD").strip()).isEqualTo("makima/auth");
            assertThat(branch(task, "makima/auth", null).getString("error")).contains("already");
            assertThat(branch(task, "-x", null).getString("error")).contains("not a valid branch name");
            assertThat(branch(task, "fine", "--orphan").getString("error")).contains("not a valid branch name");
            assertThat(branch(task, "fine", "nowhere").getBoolean("success")).isFalse();
        }
    }

    @Test
    void aWorktreeIsClonedWithWhatIsUncommitted() {
        try (DaemonHarness _ = peer.daemon()) {
            String task = peer.done("echo x > x");
            JsonObject clone = CommandPeer.command("cloneWorktree", task).put("targetDir", "~/deep/er/clone");
            JsonObject cloned = peer.ask(clone, "cloneWorktreeResult");
            assertThat(cloned.getBoolean("success")).as(cloned.encode()).isTrue();
            Path target = peer.home().resolve("deep/er/clone");
            assertThat(cloned.getString("targetDir")).isEqualTo(target.toString());
            assertThat(target.resolve("x")).hasContent("x");
            JsonObject again = peer.ask(clone, "cloneWorktreeResult");
            assertThat(again.getBoolean("success")).isFalse();
            assertThat(again.getString("message")).contains("exists already");
            assertThat(peer.ask(clone.copy().put("targetDir", "relative"), "cloneWorktreeResult")
                            .getBoolean("success"))
                    .isFalse();
        }
    }

    private static String packed(String patch) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(patch.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    @Test
    void thePatchOfAnotherTaskIsAppliedOrItsConflictsAreListed() {
        try (DaemonHarness _ = peer.daemon()) {
            String source = peer.done("echo patched > README.md; echo new > new.txt");
            String patch =
                    peer.ask("createExportPatch", source, "exportPatchCreated").getString("patchContent");
            JsonObject apply = new JsonObject()
                    .put("type", "applyPatchToWorktree")
                    .put("sourceTaskId", source)
                    .put("patchData", packed(patch))
                    .put("baseSha", peer.repository().head());
            String target = peer.done("true");
            JsonObject applied = peer.ask(apply.copy().put("targetTaskId", target), "mergeResult");
            assertThat(applied.getBoolean("success")).as(applied.encode()).isTrue();
            assertThat(applied.getString("taskId")).isEqualTo(target);
            assertThat(applied.getString("message")).contains("2 files", source);
            assertThat(peer.worktree(target).resolve("new.txt")).hasContent("new");
            peer.server()
                    .await(frame -> frame.getString("output", "").contains("Applied the work"), CommandPeer.PATIENCE);

            String other = peer.done("echo mine > README.md");
            JsonObject conflict = peer.ask(apply.copy().put("targetTaskId", other), "mergeResult");
            assertThat(conflict.getBoolean("success")).isFalse();
            assertThat(CommandPeer.strings(conflict, "conflicts")).containsExactly("README.md");
            assertThat(peer.worktree(other).resolve("new.txt")).doesNotExist();
            assertThat(peer.worktree(other).resolve("README.md")).hasContent("mine");

            // An existing server asks without an id, and reads the line.
            peer.server().send(apply.copy().put("targetTaskId", other));
            peer.server()
                    .await(
                            frame -> other.equals(frame.getString("taskId"))
                                    && frame.getString("output", "").contains("was not applied"),
                            CommandPeer.PATIENCE);
            JsonObject damaged =
                    peer.ask(apply.copy().put("targetTaskId", other).put("patchData", "%%%"), "mergeResult");
            assertThat(damaged.getBoolean("success")).isFalse();
        }
    }

    private JsonObject toTarget(String task, @Nullable String target, boolean squash) {
        return peer.ask(
                CommandPeer.command("mergeTaskToTarget", task)
                        .put("targetBranch", target)
                        .put("squash", squash),
                "mergeToTargetResult");
    }

    @Test
    void aTaskIsMergedIntoItsTarget() {
        try (DaemonHarness _ = peer.daemon()) {
            peer.repository().branch("release").branch("squashed");
            String task = peer.done("echo x > x");
            JsonObject merged = toTarget(task, "release", false);
            assertThat(merged.getBoolean("success")).as(merged.encode()).isTrue();
            assertThat(merged.getString("commitSha"))
                    .isEqualTo(peer.repository().revision("release"));
            assertThat(peer.repository().subjects("release").getFirst())
                    .isEqualTo("Merge task " + task + " into release");
            JsonObject squashed = toTarget(task, "squashed", true);
            assertThat(squashed.getString("commitSha"))
                    .isEqualTo(peer.repository().revision("squashed"));
            assertThat(peer.repository().subjects("squashed")).contains("Squashed merge of task " + task);

            String other = peer.done("echo y > x; echo y > README.md", spawn -> spawn.put("baseBranch", "main"));
            JsonObject conflict = toTarget(other, "release", false);
            assertThat(conflict.getBoolean("success")).isFalse();
            assertThat(CommandPeer.strings(conflict, "conflicts")).containsExactly("x");
            assertThat(toTarget(other, "--force", false).getString("message")).contains("not a valid branch name");
            // The user's own checkout of main is left alone.
            JsonObject main = toTarget(other, null, false);
            assertThat(main.getBoolean("success")).as(main.encode()).isFalse();
            assertThat(peer.repository().isClean()).isTrue();
        }
    }

    private JsonObject retry(String task, String action, String target) {
        return peer.ask(
                CommandPeer.command("retryCompletionAction", task)
                        .put("taskName", "Another name")
                        .put("action", action)
                        .put("targetRepoPath", target),
                "completionActionResult");
    }

    @Test
    void aCompletionActionIsDoneAgainAndTheTaskIsFoundAfterIt() {
        try (DaemonHarness _ = peer.daemon()) {
            String task = peer.done("echo x > x");
            String repository = peer.repository().directory().toString();
            assertThat(retry(task, "none", "").getString("message")).contains("The work is in");
            assertThat(retry(task, "bake", repository).getString("message")).contains("no completion action");
            assertThat(retry(task, "branch", "~/nowhere").getBoolean("success")).isFalse();
            JsonObject done = retry(task, "branch", repository);
            assertThat(done.getBoolean("success")).as(done.encode()).isTrue();
            String branch = "makima/another-name-" + task.substring(0, 8);
            assertThat(done.getString("branch")).isEqualTo(branch);
            assertThat(peer.repository().content(branch, "x")).isEqualTo("x\n");
            assertThat(peer.ask("getTaskDiff", task, "taskDiff").getString("diff"))
                    .contains("+x");
            JsonObject merged = retry(task, "merge", repository);
            assertThat(merged.encode()).contains("main");
        }
    }

    private DaemonHarness daemonWithGh() throws IOException {
        Path bin = Files.createDirectories(temp.resolve("bin"));
        Executable.write(bin.resolve("gh"), "#!/bin/sh\ncat > /dev/null\necho https://github.com/o/r/pull/7\n");
        Map<String, String> variables =
                new HashMap<>(DaemonHarness.environment(peer.home()).variables());
        variables.put("PATH", bin + ":" + variables.get("PATH"));
        return peer.daemon(new JsonObject(), new Environment(variables, peer.home(), "Linux"));
    }

    private JsonObject pullRequest(String task, String title) {
        return peer.ask(CommandPeer.command("createPR", task).put("title", title), "prCreated");
    }

    @Test
    void aPullRequestIsOpenedWithWhatIsUncommitted() throws IOException {
        TestRepository origin = peer.repository().bareClone(temp.resolve("origin.git"));
        try (DaemonHarness _ = daemonWithGh()) {
            String without = peer.done("echo x > x");
            assertThat(pullRequest(without, "Add x").getString("message")).contains("origin");
            peer.repository().remote("origin", origin);
            String task = peer.done("echo x > x");
            JsonObject opened = pullRequest(task, "Add x");
            assertThat(opened.getBoolean("success")).as(opened.encode()).isTrue();
            assertThat(opened.getString("prUrl")).isEqualTo("https://github.com/o/r/pull/7");
            assertThat(opened.getInteger("prNumber")).isEqualTo(7);
            assertThat(origin.content("makima/task-a-task-" + task.substring(0, 8), "x"))
                    .isEqualTo("x\n");
            assertThat(pullRequest(task, " ").getString("message")).contains("no title");
            String local = peer.done("echo x > x", spawn -> spawn.put("localOnly", true));
            assertThat(pullRequest(local, "Add x").getString("message")).contains("local only");
            assertThat(origin.branches()).noneMatch(branch -> branch.endsWith(local.substring(0, 8)));
        }
    }

    private JsonObject inherit(String source) {
        JsonObject command = new JsonObject().put("type", "inheritGitConfig").put("sourceDir", source);
        return peer.ask(command, "gitConfigInherited");
    }

    private String author(String task) {
        commit(task, "by whom");
        return peer.worktree(task).git("log", "-1", "--format=%an <%ae>").strip();
    }

    @Test
    void anInheritedIdentityHoldsForLaterWorktreesAlsoOfTheNextDaemon() {
        TestRepository source = TestRepository.create(temp.resolve("source"));
        source.git("config", "user.name", "Ünï Heir");
        source.git("config", "user.email", "heir@example.org");
        try (DaemonHarness _ = peer.daemon()) {
            String before = peer.done("echo x > x");
            JsonObject inherited = inherit(source.directory().toString());
            assertThat(inherited.getBoolean("success")).as(inherited.encode()).isTrue();
            assertThat(inherited.getString("userName")).isEqualTo("Ünï Heir");
            assertThat(inherited.getString("userEmail")).isEqualTo("heir@example.org");
            assertThat(author(before)).isEqualTo("Test Author <author@example.org>");
            assertThat(author(peer.done("echo x > x"))).isEqualTo("Ünï Heir <heir@example.org>");
            assertThat(peer.repository().git("config", "--local", "user.name").strip())
                    .isEqualTo("Test Author");
            assertThat(inherit(temp.resolve("nowhere").toString()).getBoolean("success"))
                    .isFalse();
            assertThat(inherit("relative").getString("error")).contains("not an absolute path");
            JsonObject nobody = inherit(temp.resolve("agents").toString());
            assertThat(nobody.getString("error")).contains("neither user.name nor user.email");
            source.git("config", "--unset", "user.name");
            assertThat(inherit(source.directory().toString()).getBoolean("success"))
                    .isTrue();
        }
        try (DaemonHarness _ = peer.daemon()) {
            assertThat(author(peer.done("echo x > x"))).isEqualTo("Test Author <heir@example.org>");
        }
    }

    @Test
    void aWrongIdIsAnsweredInTheCommandsOwnType() {
        try (DaemonHarness _ = peer.daemon()) {
            assertThat(commit(UUID.randomUUID().toString(), "m").getString("error"))
                    .contains("no worktree of task");
        }
    }
}
