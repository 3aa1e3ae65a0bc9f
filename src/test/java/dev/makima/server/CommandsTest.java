package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.ErrorCode;
import dev.makima.base.TaskId;
import dev.makima.protocol.CommitWorktree;
import dev.makima.protocol.CreateCheckpoint;
import dev.makima.protocol.CreateExportPatch;
import dev.makima.protocol.CreatePR;
import dev.makima.protocol.EventAck;
import dev.makima.protocol.ExportPatchCreated;
import dev.makima.protocol.GetTaskDiff;
import dev.makima.protocol.GetWorktreeInfo;
import dev.makima.protocol.ListBranches;
import dev.makima.protocol.MergeResult;
import dev.makima.protocol.MergeStart;
import dev.makima.protocol.MergeTaskToTarget;
import dev.makima.protocol.MergeToTargetResult;
import dev.makima.protocol.PrCreated;
import dev.makima.protocol.SpawnTask;
import dev.makima.protocol.TaskDiff;
import dev.makima.protocol.WorktreeCommitResult;
import dev.makima.protocol.WorktreeInfoResult;
import dev.makima.server.core.Timings;
import dev.makima.testkit.Checkpoints;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Commands that wait for a daemon's answer: what comes of answers that are late, wrong, or never come. */
class CommandsTest extends ServerBench {
    /** Long enough for a busy machine, short enough to be waited for. */
    private static final Duration SOON = Duration.ofSeconds(5);

    /** Another server, which waits only so long. */
    private void waitFor(Duration answer) {
        server.close();
        Timings quick = TestServer.QUICK;
        server = new TestServer(
                database,
                directory.resolve("other"),
                new Timings(
                        quick.handshake(),
                        quick.ping(),
                        quick.dead(),
                        quick.heartbeat(),
                        quick.tick(),
                        quick.settle(),
                        answer,
                        quick.streamPing()),
                Duration.ofSeconds(30));
    }

    private CompletableFuture<HttpResponse<String>> asked(String path) {
        return server.http.sendAsync(server.request(path).GET().build(), HttpResponse.BodyHandlers.ofString());
    }

    private CompletableFuture<HttpResponse<String>> told(String path, JsonObject body) {
        return server.http.sendAsync(
                server.request(path)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body.encode()))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static JsonObject done(CompletableFuture<HttpResponse<String>> response, int status) {
        HttpResponse<String> answer =
                response.orTimeout(20, java.util.concurrent.TimeUnit.SECONDS).join();
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return new JsonObject(answer.body());
    }

    private static TaskDiff diff(TaskId task, String text, @Nullable UUID requestId) {
        return new TaskDiff(task, true, text, null, requestId, null);
    }

    private static String path(TaskId task) {
        return "/mesh/tasks/" + task;
    }

    @Test
    void answersFindTheirWayByTheirRequestIdsInWhateverOrder() {
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 1)) {
            server.task("one");
            TaskId task = daemon.take();
            var one = asked(path(task) + "/diff");
            UUID first = daemon.expect(GetTaskDiff.class).requestId();
            var other = asked(path(task) + "/diff");
            UUID second = daemon.expect(GetTaskDiff.class).requestId();
            assertThat(first).isNotNull().isNotEqualTo(second);
            daemon.send(diff(task, "two", second));
            daemon.send(diff(task, "one", first));
            assertThat(done(one, 200).getString("diff")).isEqualTo("one");
            assertThat(done(other, 200))
                    .isEqualTo(new JsonObject()
                            .put("taskId", task.toString())
                            .put("success", true)
                            .put("diff", "two"));
        }
    }

    @Test
    void aDaemonOfTheBaseProtocolIsAskedOneThingOfAKindAboutATaskAtATime() {
        try (ScriptedDaemon daemon = ScriptedDaemon.base(server, "m1", 2)) {
            server.task("one");
            TaskId task = daemon.take();
            server.task("two");
            TaskId otherTask = daemon.take();
            var one = asked(path(task) + "/diff");
            assertThat(daemon.expect(GetTaskDiff.class).requestId()).isNull();
            var same = asked(path(task) + "/diff");
            var info = asked(path(task) + "/worktree");
            daemon.expect(GetWorktreeInfo.class);
            var another = asked(path(otherTask) + "/diff");
            assertThat(daemon.expect(GetTaskDiff.class).taskId()).isEqualTo(otherTask);
            daemon.send(diff(otherTask, "other", null));
            daemon.send(diff(task, "one", null));
            assertThat(done(another, 200).getString("diff")).isEqualTo("other");
            assertThat(done(one, 200).getString("diff")).isEqualTo("one");
            // Only now the second of the same kind is sent.
            assertThat(daemon.expect(GetTaskDiff.class).taskId()).isEqualTo(task);
            daemon.send(diff(task, "two", null));
            assertThat(done(same, 200).getString("diff")).isEqualTo("two");
            daemon.send(new WorktreeInfoResult(
                    task, true, "/w", true, 0, 0, 0, List.of(), "makima/x", "abc", null, null, null));
            assertThat(done(info, 200).getString("worktreePath")).isEqualTo("/w");
        }
    }

    @Test
    void aLateAnswerIsDroppedAndNotTakenForTheNextOnes() {
        waitFor(SOON);
        try (ScriptedDaemon base = ScriptedDaemon.base(server, "m1", 1);
                ScriptedDaemon withIds = ScriptedDaemon.streaming(server, "m2", 1)) {
            server.task("one");
            server.task("two");
            TaskId task = base.run(server).taskId();
            TaskId other = withIds.run(server).taskId();
            var late = asked(path(task) + "/diff");
            var lateToo = asked(path(other) + "/diff");
            base.expect(GetTaskDiff.class);
            UUID request = withIds.expect(GetTaskDiff.class).requestId();
            assertThat(done(late, 504).getString("message")).contains("has not answered", "GetTaskDiff");
            var next = asked(path(task) + "/diff");
            base.send(diff(task, "late", null));
            base.expect(GetTaskDiff.class);
            base.send(diff(task, "fresh", null));
            assertThat(done(next, 200).getString("diff")).isEqualTo("fresh");
            done(lateToo, 504);
            next = asked(path(other) + "/diff");
            withIds.send(diff(other, "late", request));
            withIds.send(diff(other, "fresh", withIds.expect(GetTaskDiff.class).requestId()));
            assertThat(done(next, 200).getString("diff")).isEqualTo("fresh");
        }
    }

    @Test
    void anAnswerThatDoesNotFitIsDroppedAndTheRightOneIsWaitedFor() {
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 2);
                ScriptedDaemon stranger = ScriptedDaemon.streaming(server, "m2", 0)) {
            server.task("one");
            TaskId task = daemon.take();
            var asked = asked(path(task) + "/diff");
            UUID request = daemon.expect(GetTaskDiff.class).requestId();
            stranger.send(diff(task, "from a stranger", request));
            daemon.send(diff(task, "without an id", null));
            daemon.send(diff(task, "of another request", UUID.randomUUID()));
            daemon.send(diff(new TaskId(UUID.randomUUID()), "of another task", request));
            daemon.send(new WorktreeCommitResult(task, true, "abc", null, request, null, null));
            daemon.send(diff(task, "right", request));
            assertThat(done(asked, 200).getString("diff")).isEqualTo("right");
        }
    }

    @Test
    void whoIsNotThereCannotBeAsked() {
        String never = server.post("/mesh/tasks", new JsonObject().put("plan", "x"), 201)
                .getString("id");
        assertThat(done(asked("/mesh/tasks/" + never + "/diff"), 409).getString("message"))
                .contains("never given to a daemon");
        done(asked("/mesh/tasks/" + UUID.randomUUID() + "/diff"), 404);
        TaskId task;
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 1)) {
            server.task("one");
            task = daemon.take();
        }
        TestServer.until(
                "it is away", () -> server.get("/mesh/daemons").encode().contains("disconnected"));
        assertThat(done(asked(path(task) + "/worktree"), 503).getString("message"))
                .contains("is not connected");
    }

    @Test
    void aLostConnectionFailsWhatIsOnlyReadAtOnceAndWaitsForWhatIsToldAgain() {
        TaskId task;
        CompletableFuture<HttpResponse<String>> commit;
        UUID request;
        CompletableFuture<HttpResponse<String>> diff;
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 1)) {
            server.task("one");
            task = daemon.take();
            commit = told(path(task) + "/commit", new JsonObject().put("message", "m"));
            CommitWorktree command = daemon.expect(CommitWorktree.class);
            assertThat(command.message()).isEqualTo("m");
            request = java.util.Objects.requireNonNull(command.requestId());
            diff = asked(path(task) + "/diff");
            daemon.expect(GetTaskDiff.class);
        }
        assertThat(done(diff, 503).getString("message")).contains("disconnected before it answered");
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 1)) {
            WorktreeCommitResult result = new WorktreeCommitResult(task, true, "abc", null, request, "1-1", null);
            daemon.send(result);
            assertThat(done(commit, 200).getString("commitSha")).isEqualTo("abc");
            assertThat(daemon.expect(EventAck.class, SpawnTask.class).eventIds())
                    .containsExactly("1-1");
            daemon.send(result);
            assertThat(daemon.expect(EventAck.class, SpawnTask.class).eventIds())
                    .containsExactly("1-1");
        }
    }

    @Test
    void aNoIsAConflictInTheDaemonsWordsButConflictsOfAMergeAreAnAnswer() {
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 1)) {
            server.task("one");
            TaskId task = daemon.take();
            var diff = asked(path(task) + "/diff");
            UUID request = daemon.expect(GetTaskDiff.class).requestId();
            daemon.send(new TaskDiff(task, false, null, "the worktree is gone", request, null));
            assertThat(done(diff, 409))
                    .isEqualTo(new JsonObject()
                            .put("code", ErrorCode.CONFLICT.name())
                            .put("message", "the worktree is gone"));
            var merge = told(path(task) + "/merge", new JsonObject().put("sourceBranch", "makima/x"));
            request = daemon.expect(MergeStart.class).requestId();
            daemon.send(new MergeResult(task, false, "conflicts in 1 file", null, List.of("a"), request, "1-1", null));
            JsonObject answer = done(merge, 200);
            assertThat(answer.getBoolean("success")).isFalse();
            assertThat(answer.getJsonArray("conflicts")).containsExactly("a");
            assertThat(answer.fieldNames()).doesNotContain("requestId", "eventId", "type");
            var branches = asked(path(task) + "/branches");
            ListBranches list = daemon.expect(ListBranches.class, EventAck.class);
            daemon.send(new MergeResult(task, false, "no repository", null, null, list.requestId(), "1-2", null));
            done(branches, 409);
        }
    }

    @Test
    void checkpointsAreNumberedListedAndAnsweredAsTheyAreKept() {
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 1)) {
            String id = server.task("one");
            TaskId task = daemon.take();
            daemon.send(Checkpoints.withPatch(task, "by itself").withEventId("1-1"));
            var asked = told(path(task) + "/checkpoints", new JsonObject().put("message", "half"));
            CreateCheckpoint command = daemon.expect(CreateCheckpoint.class, EventAck.class);
            assertThat(command.message()).isEqualTo("half");
            daemon.send(Checkpoints.made(task, "half", "bbbb")
                    .withPatch(Checkpoints.PATCH, Checkpoints.BASE, 1)
                    .withRequestId(command.requestId())
                    .withEventId("1-2"));
            JsonObject made = done(asked, 201);
            assertThat(made.getInteger("number")).isEqualTo(2);
            assertThat(made.getString("commitSha")).isEqualTo("bbbb");
            assertThat(made.getBoolean("hasPatch")).isTrue();
            assertThat(made.encode()).doesNotContain(Checkpoints.PATCH);
            assertThat(server.get(path(task) + "/checkpoints").getJsonArray("checkpoints"))
                    .extracting(checkpoint -> ((JsonObject) checkpoint).getString("message"))
                    .containsExactlyInAnyOrder("by itself", "half");
            assertThat(server.entries(id, 2))
                    .extracting(entry -> entry.getString("messageType"))
                    .containsOnly("checkpoint");
        }
    }

    @Test
    void aPatchBecomesAnEntryAndAPullRequestTheTasks() {
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 1)) {
            String id = server.task("one");
            TaskId task = daemon.take();
            var patch = told(path(task) + "/patch", new JsonObject());
            UUID request = daemon.expect(CreateExportPatch.class).requestId();
            String text = "x".repeat(300_000);
            daemon.send(new ExportPatchCreated(task, true, text, 1, 2, 3, "abcd", null, request, null));
            assertThat(done(patch, 200).getString("patchContent")).isEqualTo(text);
            JsonObject entry = server.entries(id, 1).getFirst();
            assertThat(entry.getString("messageType")).isEqualTo("export_patch");
            assertThat(entry.getBoolean("truncated")).isTrue();
            assertThat(entry.getJsonObject("toolInput").getString("baseCommitSha"))
                    .isEqualTo("abcd");
            var pr = told(path(task) + "/pr", new JsonObject().put("title", "T"));
            CreatePR command = daemon.expect(CreatePR.class);
            assertThat(command.baseBranch()).isEqualTo("main");
            daemon.send(new PrCreated(task, true, "made", "https://x/pull/1", 1, command.requestId(), "1-1", null));
            assertThat(done(pr, 200).getInteger("prNumber")).isEqualTo(1);
            assertThat(server.get(path(task)).getString("prUrl")).isEqualTo("https://x/pull/1");
        }
    }

    @Test
    void tooMuchAtOnceIsRefused() {
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 1)) {
            server.task("one");
            TaskId task = daemon.run(server).taskId();
            List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
            for (int i = 0; i < 80; i++) {
                all.add(asked(path(task) + "/diff"));
            }
            TestServer.until(
                    "each is asked or refused",
                    () -> daemon.received.size()
                                    + all.stream()
                                            .filter(CompletableFuture::isDone)
                                            .count()
                            == all.size());
            assertThat(daemon.received).hasSizeBetween(1, all.size() - 1);
            while (!daemon.received.isEmpty()) {
                daemon.send(diff(task, "x", daemon.expect(GetTaskDiff.class).requestId()));
            }
            assertThat(all.stream().map(response -> response.join().statusCode()))
                    .containsOnly(429, 200);
            // The count goes down again.
            var one = asked(path(task) + "/diff");
            daemon.send(diff(task, "x", daemon.expect(GetTaskDiff.class).requestId()));
            done(one, 200);
        }
    }

    @Test
    void whatIsWrongIsSaidBeforeADaemonIsAsked() {
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 1)) {
            server.task("one");
            TaskId task = daemon.take();
            for (String query : List.of(
                    "/diff?scope=all",
                    "/diff?file=a",
                    "/diff?scope=worktree&file=../../etc/passwd",
                    "/file",
                    "/file?path=/etc/passwd",
                    "/target-exists")) {
                done(asked(path(task) + query), 400);
            }
            for (String body : List.of(
                    "/merge {\"sourceBranch\":\"--upload-pack=x\"}",
                    "/merge {}",
                    "/merge/resolve {\"file\":\"../x\",\"strategy\":\"ours\"}",
                    "/merge/resolve {\"file\":\"x\",\"strategy\":\"both\"}",
                    "/merge/target {\"targetBranch\":\"HEAD~1\"}",
                    "/merge/skip {\"subtaskId\":\"1\",\"reason\":\"x\"}",
                    "/branches {\"name\":\"a..b\"}",
                    "/checkpoints {}",
                    "/clone {\"targetDir\":\"a\\u0000b\"}",
                    "/pr {\"body\":\"x\"}",
                    "/patch {\"baseSha\":\"HEAD\"}",
                    "/completion-action {\"action\":\"push\"}",
                    "/completion-action {}")) {
                int space = body.indexOf(' ');
                done(told(path(task) + body.substring(0, space), new JsonObject(body.substring(space + 1))), 400);
            }
            var merge = told(path(task) + "/merge/target", new JsonObject().put("squash", true));
            MergeTaskToTarget command = daemon.expect(MergeTaskToTarget.class);
            assertThat(command.squash()).isTrue();
            daemon.send(new MergeToTargetResult(task, true, "merged", "abc", null, command.requestId(), "1-1", null));
            assertThat(done(merge, 200).getString("commitSha")).isEqualTo("abc");
        }
    }
}
