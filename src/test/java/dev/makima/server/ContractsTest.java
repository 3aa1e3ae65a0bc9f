package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.TaskId;
import dev.makima.protocol.ApplyPatchToWorktree;
import dev.makima.protocol.BranchCreated;
import dev.makima.protocol.CleanupWorktree;
import dev.makima.protocol.CleanupWorktreeResult;
import dev.makima.protocol.CreatePR;
import dev.makima.protocol.EventAck;
import dev.makima.protocol.InterruptTask;
import dev.makima.protocol.MergePatchToSupervisor;
import dev.makima.protocol.OutputAck;
import dev.makima.protocol.PrCreated;
import dev.makima.protocol.RegisterToolKey;
import dev.makima.protocol.Resume;
import dev.makima.protocol.SendMessage;
import dev.makima.protocol.ServerFrame;
import dev.makima.protocol.SpawnTask;
import dev.makima.protocol.SupervisorHeartbeat;
import dev.makima.protocol.SupervisorState;
import dev.makima.protocol.TaskComplete;
import dev.makima.protocol.TaskState;
import dev.makima.protocol.TaskStatusChange;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Contracts: their phases, their supervisors and what these are told, questions, the end. */
class ContractsTest extends ServerBench {
    private static final String LEAD = "0123456789abcdef".repeat(4);
    private static final String MEMBER = "fedcba9876543210".repeat(4);

    private JsonObject contract(JsonObject more) {
        return server.post("/contracts", new JsonObject().put("name", "whole").mergeIn(more), 201);
    }

    private static JsonObject remote() {
        return new JsonObject()
                .put("repository", new JsonObject().put("url", "https://example.com/o/r.git"))
                .put("initialPhase", "execute");
    }

    private HttpResponse<String> send(String key, String method, String path, @Nullable JsonObject body) {
        return server.send(HttpRequest.newBuilder(server.uri("/api/v1" + path))
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body.encode())));
    }

    private int status(String key, String method, String path, @Nullable JsonObject body) {
        return send(key, method, path, body).statusCode();
    }

    /** The daemon takes the next task, gives its agent a key, and says that it runs. */
    private SpawnTask run(ScriptedDaemon daemon, @Nullable String key) {
        SpawnTask spawn = daemon.expect(SpawnTask.class);
        if (key != null) {
            daemon.send(new RegisterToolKey(spawn.taskId(), key, "1-" + key.charAt(0), null));
            daemon.expect(EventAck.class);
        }
        return daemon.run(server, spawn);
    }

    private static SupervisorHeartbeat heartbeat(
            SpawnTask lead, String contract, SupervisorState state, @Nullable String activity) {
        UUID id = UUID.fromString(contract);
        return new SupervisorHeartbeat(
                lead.taskId(), id, state, "execute", activity, 0, List.of(), Instant.now(), null);
    }

    private void untilItIs(String state, String contract) {
        TestServer.until(
                "it is " + state,
                () -> state.equals(server.get(contract + "/supervisor").getString("state")));
    }

    private static JsonObject member(TaskId parent, String name) {
        return new JsonObject()
                .put("name", name)
                .put("plan", "do it")
                .put("parentTaskId", parent.toString())
                .put("start", true);
    }

    @Test
    void phasesAdvanceOneStepAtATimeAndAreRecorded() {
        String id = contract(
                        new JsonObject().put("contractType", "specification").put("start", false))
                .getString("id");
        JsonObject skipped = server.post("/contracts/" + id + "/phase", new JsonObject().put("phase", "plan"), 409);
        assertThat(skipped.getString("message")).contains("Go on to specify", "research-notes");
        server.post("/contracts/" + id + "/phase", new JsonObject().put("phase", "lunch"), 400);
        server.post(
                "/contracts/" + id + "/files",
                new JsonObject().put("name", "Research").put("body", "much"),
                201);
        assertThat(server.get("/contracts/" + id + "/checklist").getBoolean("ready"))
                .isTrue();
        assertThat(server.post("/contracts/" + id + "/phase", new JsonObject().put("phase", "specify"), 200)
                        .getString("phase"))
                .isEqualTo("specify");
        JsonObject whole = server.get("/contracts/" + id);
        assertThat(whole.getJsonArray("phases"))
                .extracting(phase -> ((JsonObject) phase).getString("phase"))
                .containsExactly("research", "specify");
        assertThat(whole.getString("nextPhase")).isEqualTo("plan");
        assertThat(server.get("/contracts/" + id + "/suggestion").getString("action"))
                .isEqualTo("start-supervisor");
        server.post("/contracts", new JsonObject().put("name", "x").put("initialPhase", "review"), 400);
    }

    @Test
    void aChangeOfAnOlderVersionIsRefusedWithThePresentRow() {
        JsonObject made = contract(new JsonObject().put("start", false));
        String path = "/contracts/" + made.getString("id");
        JsonObject change = new JsonObject().put("name", "other").put("version", made.getLong("version"));
        assertThat(status(server.key, "PUT", path, change)).isEqualTo(200);
        HttpResponse<String> late = send(server.key, "PUT", path, change.put("name", "third"));
        assertThat(late.statusCode()).isEqualTo(409);
        assertThat(new JsonObject(late.body()).getJsonObject("current").getString("name"))
                .isEqualTo("other");
        assertThat(server.get("/contracts?status=active").getJsonArray("contracts"))
                .hasSize(1);
        assertThat(server.get("/contracts?status=completed").getJsonArray("contracts"))
                .isEmpty();
        assertThat(status(server.key, "DELETE", path, null)).isEqualTo(204);
        assertThat(status(server.key, "GET", path, null)).isEqualTo(404);
    }

    @Test
    void theSupervisorLeadsAndIsToldOfItsMembersAndThePullRequestIsAskedForOnce() {
        String id = contract(remote()).getString("id");
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 5)) {
            SpawnTask lead = run(daemon, LEAD);
            assertThat(lead.isSupervisor()).isTrue();
            assertThat(lead.phase()).isEqualTo("execute");
            assertThat(lead.contractId()).hasToString(id);
            assertThat(lead.repoUrl()).isEqualTo("https://example.com/o/r.git");
            daemon.send(new BranchCreated(lead.taskId(), "makima/whole", true, null, null, null, "2-1", null));
            daemon.expect(EventAck.class);

            JsonObject one = new JsonObject(send(LEAD, "POST", "/mesh/tasks", member(lead.taskId(), "one"))
                    .body());
            assertThat(one.getString("contractId")).isEqualTo(id);
            SpawnTask first = run(daemon, MEMBER);
            assertThat(first.isSupervisor()).isFalse();
            assertThat(first.supervisorWorktreeTaskId()).isNull();
            JsonObject two =
                    new JsonObject(send(LEAD, "POST", "/contracts/" + id + "/tasks", member(lead.taskId(), "two"))
                            .body());
            SpawnTask second = run(daemon, null);
            assertThat(server.get("/contracts/" + id + "/supervisor").getJsonArray("pendingTaskIds"))
                    .contains(one.getString("id"), two.getString("id"));

            daemon.send(TaskComplete.failure(first.taskId(), "it broke"));
            SendMessage failed = daemon.expect(SendMessage.class);
            assertThat(failed.taskId()).isEqualTo(lead.taskId());
            assertThat(failed.message()).startsWith("[ERROR] Task \"one\"").contains("it broke");
            send(LEAD, "POST", "/mesh/tasks/" + first.taskId() + "/start", new JsonObject());
            SpawnTask again = run(daemon, null);
            daemon.send(TaskComplete.success(second.taskId()));
            assertThat(daemon.expect(SendMessage.class).message()).startsWith("[ACTION REQUIRED] Task \"two\"");
            daemon.send(TaskComplete.success(again.taskId()));
            CreatePR asked = daemon.expect(CreatePR.class);
            assertThat(asked.taskId()).isEqualTo(lead.taskId());
            assertThat(asked.branch()).isEqualTo("makima/whole");
            assertThat(daemon.expect(SendMessage.class, EventAck.class).message())
                    .startsWith("[INFO] Task \"one\"")
                    .contains("pull request is being made");
            daemon.send(new PrCreated(
                    lead.taskId(), true, "made", "https://example.com/pr/1", 1, asked.requestId(), "2-2", null));
            assertThat(daemon.expect(SendMessage.class, EventAck.class).message())
                    .startsWith("[ACTION REQUIRED] The pull request is open: https://example.com/pr/1")
                    .contains("makima supervisor complete");
            JsonObject whole = server.get("/contracts/" + id);
            assertThat(whole.getString("prUrl")).isEqualTo("https://example.com/pr/1");
            assertThat(server.get("/contracts/" + id + "/checklist").getBoolean("ready"))
                    .isTrue();
            assertThat(daemon.received).noneMatch(text -> text.contains("\"createPR\""));
        }
    }

    @Test
    void whatAgentsKeysReachOfAContract() {
        String id = contract(remote()).getString("id");
        String other = contract(new JsonObject().put("start", false)).getString("id");
        String path = "/contracts/" + id;
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 5)) {
            SpawnTask lead = run(daemon, LEAD);
            send(LEAD, "POST", "/mesh/tasks", member(lead.taskId(), "one"));
            SpawnTask member = run(daemon, MEMBER);
            for (String key : List.of(LEAD, MEMBER)) {
                for (String part : List.of("", "/checklist", "/files", "/deliverables", "/suggestion")) {
                    assertThat(status(key, "GET", path + part, null)).as(part).isEqualTo(200);
                    assertThat(status(key, "GET", "/contracts/" + other + part, null))
                            .as(part)
                            .isEqualTo(404);
                }
                assertThat(status(key, "GET", "/contracts", null)).isEqualTo(401);
                assertThat(status(key, "POST", "/contracts", new JsonObject().put("name", "x")))
                        .isEqualTo(401);
                assertThat(status(key, "DELETE", path, null)).isEqualTo(401);
                assertThat(status(
                                key,
                                "POST",
                                path + "/questions/" + UUID.randomUUID() + "/answer",
                                new JsonObject().put("answer", "yes")))
                        .isEqualTo(401);
            }
            for (String part : List.of("/tree", "/tasks", "/supervisor", "/questions", "/repositories", "/history")) {
                assertThat(status(LEAD, "GET", path + part, null)).as(part).isEqualTo(200);
                assertThat(status(MEMBER, "GET", path + part, null)).as(part).isEqualTo(401);
            }
            assertThat(status(MEMBER, "POST", path + "/phase", new JsonObject().put("phase", "execute")))
                    .isEqualTo(401);
            assertThat(status(MEMBER, "POST", path + "/complete", new JsonObject()))
                    .isEqualTo(401);
            assertThat(status(LEAD, "POST", path + "/complete", new JsonObject()))
                    .isEqualTo(409);
            JsonObject file = new JsonObject(send(
                            MEMBER,
                            "POST",
                            path + "/files",
                            new JsonObject().put("name", "Notes").put("body", "a"))
                    .body());
            assertThat(status(
                            MEMBER, "PUT", path + "/files/" + file.getString("id"), new JsonObject().put("body", "b")))
                    .isEqualTo(200);
            assertThat(server.get(path + "/files/" + file.getString("id")).getString("body"))
                    .isEqualTo("b");
            // It has no path yet: they may ask for it, all the same.
            for (String key : List.of(LEAD, MEMBER)) {
                assertThat(status(key, "POST", path + "/files/" + file.getString("id") + "/sync", new JsonObject()))
                        .isEqualTo(400);
                assertThat(status(key, "GET", "/history", null)).isEqualTo(401);
                assertThat(status(key, "GET", "/events", null)).isEqualTo(401);
            }
            assertThat(status(MEMBER, "GET", path + "/events", null)).isEqualTo(401);
            JsonObject report = new JsonObject()
                    .put("message", "half")
                    .put("taskId", member.taskId().toString());
            assertThat(status(MEMBER, "POST", path + "/reports", report)).isEqualTo(202);
            assertThat(daemon.expect(SendMessage.class).message()).contains("\"one\"", "reports: half");
            assertThat(status(
                            MEMBER,
                            "POST",
                            path + "/reports",
                            report.put("taskId", lead.taskId().toString())))
                    .isEqualTo(404);
            assertThat(status(LEAD, "POST", path + "/reports", report)).isEqualTo(400);
            assertThat(status(MEMBER, "POST", "/mesh/tasks", member(member.taskId(), "below")))
                    .isEqualTo(401);
        }
    }

    @Test
    void aQuestionBlocksUntilItIsAnswered() throws Exception {
        String id = contract(remote()).getString("id");
        String questions = "/contracts/" + id + "/questions";
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 5)) {
            String lead = run(daemon, LEAD).taskId().toString();
            JsonObject question = new JsonObject()
                    .put("question", "Go on?")
                    .put("choices", new JsonArray().add("yes").add("no"))
                    .put("context", "All is merged.");
            CompletableFuture<HttpResponse<String>> asked = CompletableFuture.supplyAsync(
                    () -> send(LEAD, "POST", questions, question), Thread::startVirtualThread);
            TestServer.until(
                    "the question",
                    () -> !server.get(questions + "?open=true")
                            .getJsonArray("questions")
                            .isEmpty());
            assertThat(server.get("/contracts/" + id + "/supervisor").getString("state"))
                    .isEqualTo("waiting_for_user");
            String first = server.get(questions)
                    .getJsonArray("questions")
                    .getJsonObject(0)
                    .getString("id");
            JsonObject entry = server.entries(lead, 1).getFirst();
            assertThat(entry.getString("messageType")).isEqualTo("supervisor_question");
            assertThat(entry.getString("content")).isEqualTo("Go on?");
            assertThat(entry.getJsonObject("toolInput"))
                    .isEqualTo(new JsonObject()
                            .put("question_id", first)
                            .put("choices", question.getJsonArray("choices"))
                            .put("context", "All is merged."));
            String answer = questions + "/" + first + "/answer";
            // No time passes before it is fetched, however long that takes: else it would be told.
            clock.stop();
            server.post(answer, new JsonObject().put("answer", "maybe"), 400);
            server.post(answer, new JsonObject().put("answer", "yes"), 200);
            server.post(answer, new JsonObject().put("answer", "no"), 409);
            assertThat(new JsonObject(asked.get().body()).getString("answer")).isEqualTo("yes");
            clock.goOn();

            HttpResponse<String> late =
                    send(LEAD, "POST", questions, question.copy().put("timeoutSecs", 1));
            assertThat(late.statusCode()).as(late.body()).isEqualTo(504);
            assertThat(late.body()).contains("the question is closed");
            HttpResponse<String> impatient = send(LEAD, "POST", questions + "?wait=1", question);
            assertThat(impatient.statusCode()).isEqualTo(504);
            assertThat(impatient.body()).contains("what is answered later is told");
            HttpResponse<String> open = send(LEAD, "POST", questions + "?wait=0", question);
            assertThat(open.statusCode()).isEqualTo(201);
            String left = questions + "/" + new JsonObject(open.body()).getString("id");
            server.post(left + "/answer", new JsonObject().put("answer", "no"), 200);
            assertThat(status(LEAD, "HEAD", left, null))
                    .as("nothing of it was seen")
                    .isEqualTo(200);
            // Nobody fetches it, so it is told.
            assertThat(daemon.expect(SendMessage.class).message()).contains("Go on?", "was answered: no");
        }
    }

    @Test
    void aSupervisorsStateIsKeptAndItIsStartedAgain() {
        String id = contract(remote()).getString("id");
        String path = "/contracts/" + id;
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 5)) {
            SpawnTask lead = run(daemon, LEAD);
            daemon.send(heartbeat(lead, id, SupervisorState.WORKING, "reading"));
            untilItIs("working", path);
            assertThat(server.get(path + "/supervisor").getString("activity")).isEqualTo("reading");
            daemon.send(heartbeat(lead, id, SupervisorState.IDLE, null));
            untilItIs("idle", path);
            send(LEAD, "POST", "/mesh/tasks", member(lead.taskId(), "one"));
            run(daemon, null);
            untilItIs("waiting_for_tasks", path);
            send(LEAD, "POST", path + "/questions?wait=0", new JsonObject().put("question", "Which one?"));
            daemon.send(TaskStatusChange.of(lead.taskId(), TaskState.RUNNING, TaskState.INTERRUPTED));
            server.taskWith(lead.taskId().toString(), "interrupted");
            assertThat(server.get(path + "/supervisor").getString("state")).isEqualTo("interrupted");
            server.post("/mesh/tasks/" + lead.taskId() + "/start", new JsonObject(), 200);
            SpawnTask again = run(daemon, null);
            assertThat(again.resumeSession()).isTrue();
            assertThat(again.isSupervisor()).isTrue();
            assertThat(daemon.expect(SendMessage.class).message()).contains("started again", "Which one?");
            assertThat(server.get(path + "/supervisor").getLong("restarts")).isEqualTo(1);
        }
    }

    @Test
    void whatADaemonIsToBeToldWaitsForIt() {
        String id = contract(remote()).getString("id");
        SpawnTask lead;
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 5)) {
            lead = run(daemon, LEAD);
        }
        TestServer.until(
                "it is gone",
                () -> server.get("/mesh/daemons")
                        .getJsonArray("daemons")
                        .getJsonObject(0)
                        .getString("status")
                        .equals("disconnected"));
        server.restart();
        assertThat(status(server.key, "DELETE", "/contracts/" + id, null)).isEqualTo(204);
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 5, List.of())) {
            // It may come before the word on what the daemon has.
            CleanupWorktree cleanup = daemon.expect(CleanupWorktree.class, Resume.class);
            assertThat(cleanup.taskId()).isEqualTo(lead.taskId());
            assertThat(cleanup.deleteBranch()).isTrue();
            assertThat(cleanup.keepUnmerged()).as("deleted with its work").isNull();
        }
    }

    @Test
    void completingStopsTheSupervisorOnceItsTurnIsOver() {
        String id = contract(new JsonObject()).getString("id");
        String path = "/contracts/" + id;
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 5)) {
            SpawnTask lead = run(daemon, LEAD);
            assertThat(status(LEAD, "POST", path + "/complete", new JsonObject()))
                    .isEqualTo(200);
            assertThat(server.get(path).getString("status")).isEqualTo("completed");
            assertThat(server.get("/mesh/tasks/" + lead.taskId()).getString("status"))
                    .isEqualTo("running");
            HttpResponse<String> again = send(LEAD, "POST", path + "/complete", new JsonObject());
            assertThat(again.statusCode()).isEqualTo(409);
            assertThat(again.body()).contains("is completed already").doesNotContain("version");
            HttpResponse<String> on = send(LEAD, "POST", path + "/phase", new JsonObject().put("phase", "execute"));
            assertThat(on.statusCode()).isEqualTo(409);
            assertThat(on.body()).contains("Make another one").doesNotContain("Go on");
            daemon.send(heartbeat(lead, id, SupervisorState.IDLE, null));
            assertThat(daemon.expect(InterruptTask.class).taskId()).isEqualTo(lead.taskId());
            daemon.send(TaskStatusChange.of(lead.taskId(), TaskState.RUNNING, TaskState.INTERRUPTED));
            CleanupWorktree cleanup = daemon.expect(CleanupWorktree.class);
            assertThat(cleanup.taskId()).isEqualTo(lead.taskId());
            assertThat(cleanup.deleteBranch()).isTrue();
            assertThat(cleanup.keepUnmerged()).isTrue();
        }
    }

    @Test
    void theDeletionOfACompletedContractLooksAgainAtTheBranchesThatItsCompletionHasLeft() {
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 5)) {
            for (boolean discard : List.of(false, true)) {
                String path = "/contracts/" + contract(new JsonObject()).getString("id");
                SpawnTask lead = run(daemon, null);
                server.post(path + "/complete", new JsonObject(), 200);
                daemon.expect(InterruptTask.class);
                daemon.send(TaskStatusChange.of(lead.taskId(), TaskState.RUNNING, TaskState.INTERRUPTED));
                answered(daemon, lead, true);
                CompletableFuture<Integer> deleted = CompletableFuture.supplyAsync(
                        () -> status(server.key, "DELETE", path + (discard ? "?discardUnmerged=true" : ""), null),
                        Thread::startVirtualThread);
                answered(daemon, lead, !discard);
                assertThat(deleted.join()).isEqualTo(204);
                // It is told of once: the next word on a task is that it is to be done.
                server.post("/mesh/tasks/" + lead.taskId() + "/start", new JsonObject(), 200);
                assertThat(run(daemon, null).taskId()).isEqualTo(lead.taskId());
            }
        }
    }

    private static void answered(ScriptedDaemon daemon, SpawnTask lead, boolean keepUnmerged) {
        CleanupWorktree cleanup = daemon.expect(CleanupWorktree.class);
        assertThat(cleanup.taskId()).isEqualTo(lead.taskId());
        assertThat(cleanup.deleteBranch()).isTrue();
        assertThat(Boolean.TRUE.equals(cleanup.keepUnmerged())).isEqualTo(keepUnmerged);
        daemon.send(new CleanupWorktreeResult(lead.taskId(), true, "gone", cleanup.requestId(), null, null));
    }

    private void gone(int daemons) {
        TestServer.until(
                daemons + " are gone",
                () -> server.get("/mesh/daemons").getJsonArray("daemons").stream()
                                .map(JsonObject.class::cast)
                                .filter(one -> one.getString("status").equals("disconnected"))
                                .count()
                        == daemons);
    }

    @Test
    void theChangeOfAMemberOnAnotherMachineReachesTheSupervisorsDaemonWhenItIsBack() {
        String id = contract(new JsonObject()).getString("id");
        try (ScriptedDaemon first = ScriptedDaemon.streaming(server, "m2", 0)) {
            TaskId leader;
            SpawnTask member;
            try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 5)) {
                SpawnTask lead = run(daemon, LEAD);
                leader = lead.taskId();
                send(LEAD, "POST", "/mesh/tasks", member(leader, "one").put("start", false));
            }
            gone(1);
            try (ScriptedDaemon other = ScriptedDaemon.streaming(server, "m3", 5)) {
                String one = server.get("/contracts/" + id + "/tree").getJsonArray("tasks").stream()
                        .map(JsonObject.class::cast)
                        .filter(task -> !task.getBoolean("isSupervisor"))
                        .findFirst()
                        .orElseThrow()
                        .getString("id");
                server.post("/mesh/tasks/" + one + "/start", new JsonObject(), 200);
                member = run(other, null);
                assertThat(member.supervisorWorktreeTaskId()).isEqualTo(leader);
                other.send(new MergePatchToSupervisor(member.taskId(), leader, "cGF0Y2g=", "abc", "1-7", null));
                other.expect(EventAck.class);
            }
            // What is older than the start waits for those that were connected until then.
            gone(2);
            server.restart();
            try (ScriptedDaemon second = ScriptedDaemon.streaming(server, "m2", 0);
                    ScriptedDaemon back = ScriptedDaemon.streaming(server, "m1", 5, List.of())) {
                // It comes without the run, so the supervisor is started again; its worktree is there all the time,
                // so the change may come even before the word on what the daemon has.
                @Nullable ApplyPatchToWorktree patch = null;
                boolean started = false;
                while (patch == null || !started) {
                    ServerFrame frame = back.next();
                    if (frame instanceof ApplyPatchToWorktree applied) {
                        patch = applied;
                    } else if (frame instanceof SpawnTask spawn) {
                        back.run(server, spawn);
                        started = true;
                    } else {
                        assertThat(frame).isInstanceOfAny(Resume.class, SendMessage.class, OutputAck.class);
                    }
                }
                assertThat(patch.targetTaskId()).isEqualTo(leader);
                assertThat(patch.sourceTaskId()).isEqualTo(member.taskId());
                assertThat(patch.patchData()).isEqualTo("cGF0Y2g=");
                for (ScriptedDaemon members : List.of(first, second)) {
                    assertThat(members.received).noneMatch(text -> text.contains("\"applyPatchToWorktree\""));
                }
            }
        }
    }
}
