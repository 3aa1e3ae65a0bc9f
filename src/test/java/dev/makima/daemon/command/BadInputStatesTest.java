package dev.makima.daemon.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.Await;
import dev.makima.testkit.TestRepository;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every command in every state of a task, the wrong ones too: always an answer, never harm. */
class BadInputStatesTest {
    /** Commands that only look. */
    private static final Set<String> LOOKS = Set.of(
            "getWorktreeInfo",
            "getWorktreeDiff",
            "getTaskDiff",
            "createExportPatch",
            "listBranches",
            "mergeStatus",
            "checkMergeComplete",
            "checkTargetExists");

    @TempDir
    private static Path root;

    private static CommandBench bench;
    private static TestRepository repository;

    @BeforeAll
    static void startDaemon() {
        bench = CommandBench.start(root);
        repository = bench.repository("repository");
        repository.branch("target");
    }

    @AfterAll
    static void stopDaemon() {
        bench.close();
    }

    /** Each command about a task, as a server would send it; the last takes the worktree away. */
    private static List<JsonObject> everyCommand(WireTask task) {
        List<JsonObject> all = new ArrayList<>(LOOKS.stream()
                .sorted()
                .map(type -> task.command(type).put("targetDir", "~/nowhere"))
                .toList());
        all.addAll(List.of(
                task.command("mergeStart").put("sourceBranch", "main"),
                task.command("mergeResolve").put("file", "README.md").put("strategy", "ours"),
                task.command("mergeCommit").put("message", "x"),
                task.command("mergeAbort"),
                task.command("mergeSkip")
                        .put("subtaskId", UUID.randomUUID().toString())
                        .put("reason", "x"),
                task.command("createBranch").put("branchName", "makima/" + UUID.randomUUID()),
                task.command("createCheckpoint").put("message", "x"),
                task.command("commitWorktree"),
                task.command("cloneWorktree")
                        .put(
                                "targetDir",
                                root.resolve("clone-" + UUID.randomUUID()).toString()),
                task.command("mergeTaskToTarget").put("squash", false).put("targetBranch", "target"),
                task.command("createPR").put("title", "x"),
                task.command("retryCompletionAction")
                        .put("taskName", "x")
                        .put("action", "branch")
                        .put("targetRepoPath", repository.directory().toString()),
                new JsonObject()
                        .put("type", "applyPatchToWorktree")
                        .put("targetTaskId", task.id())
                        .put("sourceTaskId", UUID.randomUUID().toString())
                        .put("patchData", "x")
                        .put("baseSha", "x")));
        return all;
    }

    private static void assertAllAnswered(WireTask task) {
        for (JsonObject command : everyCommand(task)) {
            JsonObject answer = bench.ask(command);
            assertThat(answer).as(command.getString("type")).isNotNull();
        }
        assertThat(bench.server.mistakes()).isEmpty();
    }

    /** All of them fail, with a reason; what the answer type has no room for aside. */
    private static void assertAllRefused(WireTask task) {
        for (JsonObject command : everyCommand(task)) {
            String type = command.getString("type");
            JsonObject answer = bench.ask(command);
            switch (type) {
                case "checkTargetExists" ->
                    assertThat(answer.getBoolean("exists")).isFalse();
                case "checkMergeComplete" -> {
                    assertThat(answer.getBoolean("canComplete"))
                            .as(answer.encode())
                            .isFalse();
                    assertThat(WireTask.strings(answer, "unmergedBranches")).isNotEmpty();
                }
                case "mergeStatus" -> {
                    if (answer.getString("type").equals("mergeResult")) {
                        WireTask.assertRefused(answer);
                    } else {
                        assertThat(answer.getBoolean("inProgress")).isFalse();
                    }
                }
                case "applyPatchToWorktree" ->
                    assertThat(answer.getString("output")).isNotBlank();
                default -> WireTask.assertRefused(answer);
            }
        }
        assertThat(bench.server.mistakes()).isEmpty();
    }

    @Test
    void aTaskThatWasNeverKnownRefusesAllAndIsCleanedUpWithSuccess() {
        WireTask task = bench.unknown();
        assertAllRefused(task);
        JsonObject gone = bench.ask(task.command("cleanupWorktree").put("deleteBranch", true));
        WireTask.assertGood(gone);
        for (String type : List.of("pauseTask", "resumeTask")) {
            assertThat(task.ask(type).getString("output")).isNotBlank();
        }
        assertThat(task.ask("interruptTask", "graceful", true).getString("output"))
                .isNotBlank();
        assertThat(task.ask("sendMessage", "message", "x").getString("output")).isNotBlank();
        assertThat(bench.ask(task.command("injectSiblingContext")
                                .put("siblingTaskId", UUID.randomUUID().toString())
                                .put("siblingName", "x")
                                .put("siblingStatus", "done")
                                .put("changedFiles", new io.vertx.core.json.JsonArray()))
                        .getString("output"))
                .isNotBlank();
    }

    @Test
    void aRunningTaskAnswersAllAndRunsOn() {
        SourceFingerprint source = SourceFingerprint.of(repository);
        WireTask task = bench.running(repository, "echo one > work");
        assertThat(task.good("getWorktreeDiff").getString("diff")).contains("+one");
        assertAllAnswered(task);
        task.ask("getWorktreeInfo");
        end(task);
        source.assertOnlyChanged("target");
        repository.git("branch", "-f", "target", "main");
    }

    /** Its agent still hears, and ends the task well. */
    private static void end(WireTask task) {
        bench.server.send(task.command("sendMessage").put("message", "please end"));
        JsonObject end = bench.server.await("taskComplete", task.id(), CommandBench.PATIENCE);
        assertThat(end.getBoolean("success")).as(end.encode()).isTrue();
    }

    @Test
    void aPausedTaskAnswersAllAndStaysPaused() {
        WireTask task = bench.running(repository, ":");
        bench.server.send(task.command("pauseTask"));
        bench.server.await(
                frame -> task.id().equals(frame.getString("taskId")) && "paused".equals(frame.getString("newStatus")),
                CommandBench.PATIENCE);
        for (String type : LOOKS) {
            assertThat(bench.ask(task.command(type).put("targetDir", "~/x"))).isNotNull();
        }
        task.ask("commitWorktree");
        task.ask("createCheckpoint", "message", "x");
        assertThat(bench.server.frames("taskStatusChange").stream()
                        .filter(frame -> task.id().equals(frame.getString("taskId")))
                        .map(frame -> frame.getString("newStatus")))
                .endsWith("paused");
        end(task);
    }

    @Test
    void aFailedTaskAndAnInterruptedOneAnswerAll() {
        WireTask failed = bench.begin(bench.spawn(repository.directory().toString()), "echo x > work; exit 3");
        assertThat(bench.server
                        .await("taskComplete", failed.id(), CommandBench.PATIENCE)
                        .getBoolean("success"))
                .isFalse();
        assertThat(failed.good("getTaskDiff").getString("diff")).contains("work");
        assertAllAnswered(failed);
        WireTask interrupted = bench.running(repository, "echo x > work");
        bench.server.send(interrupted.command("interruptTask").put("graceful", false));
        bench.server.await(
                frame -> interrupted.id().equals(frame.getString("taskId"))
                        && "interrupted".equals(frame.getString("newStatus")),
                CommandBench.PATIENCE);
        assertThat(interrupted.good("getTaskDiff").getString("diff")).contains("work");
        assertAllAnswered(interrupted);
    }

    @Test
    void aTaskWithoutARepositoryRefusesAll() {
        JsonObject spawn = bench.spawn("");
        spawn.remove("repoUrl");
        WireTask task = bench.done(spawn, "echo x > work");
        for (JsonObject command : everyCommand(task)) {
            assertThat(bench.ask(command)).isNotNull();
        }
        WireTask.assertRefused(task.ask("getTaskDiff"));
        WireTask.assertRefused(task.ask("mergeTaskToTarget", "squash", false));
        task.good("cleanupWorktree", "deleteBranch", false);
        assertThat(bench.server.mistakes()).isEmpty();
    }

    @Test
    void aTaskThatWasCleanedUpRefusesAllAndIsCleanedUpAgain() {
        WireTask task = bench.done(repository, "echo x > work");
        String branch = task.branch();
        Path place = task.place();
        task.good("cleanupWorktree", "deleteBranch", true);
        assertThat(place).doesNotExist();
        assertThat(repository.branches()).doesNotContain(branch);
        assertThat(repository.git("config", "--local", "--list")).doesNotContain(branch);
        assertAllRefused(task);
        task.good("cleanupWorktree", "deleteBranch", true);
        // The same id may come again, as anew.
        WireTask again = bench.redo(task.id(), repository, "echo y > other");
        assertThat(again.place().resolve("work")).doesNotExist();
        assertThat(again.place().resolve("other")).exists();
    }

    @Test
    void aCleanUpOfARunningTaskEndsItsAgentFirst() {
        WireTask task = bench.running(repository, "echo $$ > \"$HOME/pid-of-cleaned\"");
        long pid = Long.parseLong(
                CommandBench.read(bench.home.resolve("pid-of-cleaned")).strip());
        Path place = task.place();
        task.good("cleanupWorktree", "deleteBranch", true);
        assertThat(Await.alive(pid)).isFalse();
        assertThat(place).doesNotExist();
        assertThat(bench.server.frames("taskStatusChange"))
                .anyMatch(frame -> task.id().equals(frame.getString("taskId"))
                        && "interrupted".equals(frame.getString("newStatus")));
        assertThat(bench.server.frames("taskComplete"))
                .noneMatch(frame -> task.id().equals(frame.getString("taskId")));
    }

    @Test
    void aWorktreeThatVanishedIsAFailureNeverSilence() throws IOException {
        WireTask task = bench.done(repository, "echo x > work");
        Path place = task.place();
        delete(place);
        for (JsonObject command : everyCommand(task)) {
            String type = command.getString("type");
            JsonObject answer = bench.ask(command);
            if (answer.containsKey("success")) {
                assertThat(answer.getBoolean("success"))
                        .as("%s: %s", type, answer)
                        .isFalse();
            }
            assertThat(answer.encode()).doesNotContain("Exception");
        }
        JsonObject info = task.ask("getWorktreeInfo");
        assertThat(info.getBoolean("exists")).isFalse();
        // Nothing of it was taken for the repository that the directory lies in.
        assertThat(place).doesNotExist();
        task.good("cleanupWorktree", "deleteBranch", true);
        assertThat(repository.git("worktree", "list", "--porcelain")).doesNotContain(place.toString());
    }

    @Test
    void aDirectoryOfSomebodyElseInThePlaceOfTheWorktreeIsLeftAlone() throws IOException {
        WireTask task = bench.done(repository, "echo x > work");
        Path place = task.place();
        delete(place);
        TestRepository stranger = TestRepository.create(place);
        SourceFingerprint fingerprint = SourceFingerprint.of(stranger);
        for (JsonObject command : everyCommand(task)) {
            JsonObject answer = bench.ask(command);
            if (answer.containsKey("success")) {
                assertThat(answer.getBoolean("success")).as(answer.encode()).isFalse();
            }
        }
        bench.ask(task.command("cleanupWorktree").put("deleteBranch", true));
        fingerprint.assertUntouched();
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> paths = Files.walk(tree)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
