package dev.makima.daemon.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.Await;
import dev.makima.testkit.TestRepository;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that cannot be read, and more of them than anybody would send. */
class BadInputFramesTest {
    @TempDir
    private static Path root;

    private static CommandBench bench;
    private static TestRepository repository;

    @BeforeAll
    static void startDaemon() {
        bench = CommandBench.start(root);
        repository = bench.repository("repository");
    }

    @AfterAll
    static void stopDaemon() {
        bench.close();
    }

    @Test
    void aCommandWithAMissingOrWrongFieldIsAnsweredOnItsTask() {
        for (JsonObject bad : List.of(
                new JsonObject().put("type", "mergeStart"),
                new JsonObject().put("type", "mergeStart").put("sourceBranch", 7),
                new JsonObject().put("type", "mergeStart").put("sourceBranch", new JsonObject().put("x", 1)),
                new JsonObject().put("type", "mergeResolve").put("file", "x"),
                new JsonObject()
                        .put("type", "mergeSkip")
                        .put("subtaskId", "not a uuid")
                        .put("reason", "x"),
                new JsonObject().put("type", "cleanupWorktree").put("deleteBranch", "maybe"),
                new JsonObject().put("type", "createBranch").putNull("branchName"),
                new JsonObject().put("type", "retryCompletionAction").put("taskName", "x"),
                new JsonObject().put("type", "sendMessage").put("message", new JsonArray()),
                new JsonObject().put("type", "noSuchCommand").put("x", 1))) {
            WireTask task = bench.unknown();
            bench.server.send(bad.copy().put("taskId", task.id()));
            JsonObject answer =
                    bench.server.await(frame -> task.id().equals(frame.getString("taskId")), CommandBench.PATIENCE);
            // A number where a text should be may be taken for its digits: then the task is unknown.
            assertThat(answer.getString("output", WireTask.reason(answer)))
                    .as(answer.encode())
                    .containsAnyOf(bad.getString("type"), task.id());
        }
        bench.assertAlive();
    }

    @Test
    void aCommandThatCannotBeReadIsAnsweredByItsOwnAnswer() {
        WireTask task = bench.unknown();
        for (String type : List.of("mergeStart", "createBranch", "cleanupWorktree", "createCheckpoint")) {
            WireTask.assertRefused(task.ask(type), type, "missing");
        }
    }

    @Test
    void anIdThatIsNoneHarmsNothing() {
        for (Object id :
                List.of("", "x", "../../etc", "00000000-0000-0000-0000", 7, new JsonArray(), true, "a\u0000b")) {
            for (String type : CommandBench.ANSWERS.keySet()) {
                bench.server.send(new JsonObject()
                        .put("type", type)
                        .put("taskId", id)
                        .put("targetTaskId", id)
                        .put("requestId", id)
                        .put("graceful", true));
            }
            bench.server.send(
                    new JsonObject().put("type", "spawnTask").put("taskId", id).put("plan", "x"));
        }
        bench.server.sendText("{\"type\":\"mergeStart\",\"taskId\":" + "[".repeat(50_000));
        bench.server.sendText("{\"type\":\"mergeStart\",\"type\":\"spawnTask\"}");
        bench.assertAlive();
    }

    @Test
    void anIdInCapitalsIsTheSameTask() {
        WireTask task = bench.done(repository, "echo x > work");
        JsonObject command = task.command("getTaskDiff").put("taskId", task.id().toUpperCase(java.util.Locale.ROOT));
        bench.server.send(command);
        JsonObject answer = bench.server.await("taskDiff", task.id(), CommandBench.PATIENCE);
        assertThat(answer.getString("diff")).contains("work");
    }

    @Test
    void unknownFieldsAndAbsentOptionalOnesMakeNoDifference() {
        WireTask task = bench.done(repository, "echo x > work");
        JsonObject odd = task.command("getWorktreeDiff")
                .put("future", new JsonObject().put("deep", new JsonArray(List.of(1, "x"))))
                .putNull("file");
        assertThat(WireTask.assertGood(bench.ask(odd)).getString("diff")).contains("work");
        task.good("commitWorktree");
        assertThat(task.worktree().isClean()).isTrue();
    }

    @Test
    void tenThousandCommandsAreAllAnsweredAndHeartbeatsComeMeanwhile() {
        WireTask task = bench.running(repository, "echo x > work");
        int burst = 10_000;
        // Each has a task of its own, which tells its answer: the result, or a line that there are too many.
        List<JsonObject> commands = IntStream.range(0, burst)
                .mapToObj(i -> new JsonObject()
                        .put("type", "checkTargetExists")
                        .put("taskId", new UUID(7, i).toString())
                        .put("targetDir", "/nowhere/" + i))
                .toList();
        List<String> texts = commands.stream().map(JsonObject::encode).toList();
        int heartbeats = bench.server.frames("heartbeat").size();
        texts.forEach(bench.server::sendText);
        Set<String> answered = new HashSet<>();
        bench.server.await(
                frame -> frame.getString("taskId", "").startsWith("00000000-0000-0007")
                        && answered.add(frame.getString("taskId"))
                        && answered.size() == burst,
                CommandBench.PATIENCE);
        assertThat(bench.server.frames("checkTargetExistsResult")).hasSizeGreaterThan(1000);
        bench.server.await(
                new Predicate<>() {
                    private int left = heartbeats;

                    @Override
                    public boolean test(JsonObject frame) {
                        return "heartbeat".equals(frame.getString("type")) && left-- == 0;
                    }
                },
                CommandBench.PATIENCE);
        // And it goes on as if nothing had been.
        assertThat(task.good("getTaskDiff").getString("diff")).contains("work");
        bench.server.send(task.command("sendMessage").put("message", "please end"));
        assertThat(bench.server
                        .await("taskComplete", task.id(), CommandBench.PATIENCE)
                        .getBoolean("success"))
                .isTrue();
        bench.assertAlive();
    }

    @Test
    void manyTasksAreCommandedAtOnceAndNoneWaitsForASlowOne() {
        List<WireTask> tasks = IntStream.range(0, 3)
                .mapToObj(i -> bench.done(repository, "echo x > work"))
                .toList();
        for (int round = 0; round < 3; round++) {
            for (WireTask task : tasks) {
                for (String type : List.of("getWorktreeInfo", "getTaskDiff", "listBranches", "createExportPatch")) {
                    bench.server.send(task.command(type));
                }
                bench.server.send(task.command("createCheckpoint").put("message", "round " + round));
                bench.server.send(task.command("commitWorktree").put("message", "round " + round));
            }
        }
        for (WireTask task : tasks) {
            for (String type : List.of(
                    "worktreeInfoResult",
                    "taskDiff",
                    "branchList",
                    "exportPatchCreated",
                    "checkpointCreated",
                    "worktreeCommitResult")) {
                Await.until(
                        CommandBench.PATIENCE,
                        "three of " + type,
                        () -> bench.server.frames(type).stream()
                                        .filter(frame -> task.id().equals(frame.getString("taskId")))
                                        .count()
                                == 3);
            }
            assertThat(task.worktree().isClean()).isTrue();
        }
        assertThat(repository.git("fsck", "--no-dangling", "--connectivity-only"))
                .doesNotContain("error");
    }
}
