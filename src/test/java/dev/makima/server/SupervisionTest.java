package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.TaskId;
import dev.makima.protocol.BranchCreated;
import dev.makima.protocol.CleanupWorktree;
import dev.makima.protocol.CleanupWorktreeResult;
import dev.makima.protocol.CreatePR;
import dev.makima.protocol.EventAck;
import dev.makima.protocol.GetWorktreeInfo;
import dev.makima.protocol.InterruptTask;
import dev.makima.protocol.MergeToTargetResult;
import dev.makima.protocol.PrCreated;
import dev.makima.protocol.ReadRepoFile;
import dev.makima.protocol.RepoFileContent;
import dev.makima.protocol.SendMessage;
import dev.makima.protocol.SpawnTask;
import dev.makima.protocol.TaskComplete;
import dev.makima.protocol.WorktreeInfoResult;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a contract needs next, its documents, its pull request, and what its daemons are told at its end. */
class SupervisionTest extends ServerBench {
    private String contract(JsonObject repository) {
        return server.post(
                        "/contracts", new JsonObject().put("name", "the whole").put("repository", repository), 201)
                .getString("id");
    }

    private static JsonObject remote() {
        return new JsonObject().put("url", "https://example.com/o/r.git");
    }

    private static JsonObject local() {
        return new JsonObject().put("localPath", "/home/me/r").put("baseBranch", "trunk");
    }

    private SpawnTask member(ScriptedDaemon daemon, String path, String name) {
        server.post(
                path + "/tasks",
                new JsonObject().put("name", name).put("plan", "do it").put("start", true),
                201);
        return daemon.run(server);
    }

    private void done(ScriptedDaemon daemon, TaskId task) {
        daemon.send(TaskComplete.success(task));
        server.taskWith(task.toString(), "done");
    }

    private JsonObject suggestion(String path) {
        return server.get(path + "/suggestion");
    }

    private void suggests(String path, String action, String command) {
        JsonObject next = suggestion(path);
        assertThat(next.getString("action")).as(next.encode()).isEqualTo(action);
        assertThat(next.getString("command")).isEqualTo(command);
    }

    private JsonObject advice(String path, JsonObject work) {
        return server.post(path + "/completion-action", work, 200);
    }

    @Test
    void atEveryPointTheNextCommandIsNamed() {
        String path = "/contracts/" + contract(local());
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 5)) {
            SpawnTask lead = daemon.run(server);
            suggests(path, "create-document", "makima contract create-file plan < FILE");
            String file = server.post(path + "/files", new JsonObject().put("name", "plan"), 201)
                    .getString("id");
            suggests(path, "advance-phase", "makima supervisor advance-phase execute");
            server.post(path + "/phase", new JsonObject().put("phase", "execute"), 200);
            assertThat(daemon.expect(SendMessage.class).message()).startsWith("[INFO] A person");
            suggests(path, "spawn-task", "makima supervisor spawn NAME PLAN");
            SpawnTask one = member(daemon, path, "one");
            suggests(path, "wait-for-tasks", "makima supervisor wait " + one.taskId());
            daemon.send(TaskComplete.failure(one.taskId(), "it broke"));
            assertThat(daemon.expect(SendMessage.class).message()).startsWith("[ERROR]");
            JsonObject failed = suggestion(path);
            assertThat(failed.getString("action")).isEqualTo("look-into-failure");
            assertThat(failed.getString("why")).contains("it broke");
            assertThat(failed.getString("taskId")).isEqualTo(one.taskId().toString());
            server.post("/mesh/tasks/" + one.taskId() + "/start", new JsonObject(), 200);
            daemon.run(server);
            done(daemon, one.taskId());
            assertThat(daemon.expect(SendMessage.class).message()).startsWith("[ACTION REQUIRED]");
            suggests(path, "create-branch", "makima supervisor branch makima/the-whole");
            daemon.send(new BranchCreated(lead.taskId(), "makima/the-whole", true, null, null, null, "1-1", null));
            daemon.expect(EventAck.class);
            suggests(path, "merge-task", "makima supervisor merge " + one.taskId() + " --to makima/the-whole");
            daemon.send(new MergeToTargetResult(one.taskId(), true, "merged", "abc", null, null, "1-2", null));
            assertThat(daemon.expect(SendMessage.class, EventAck.class).message())
                    .startsWith("[INFO] The work of task \"one\"");
            suggests(path, "open-pull-request", "makima supervisor pr makima/the-whole --title 'the whole'");
            server.post(path + "/questions?wait=0", new JsonObject().put("question", "Now?"), 201);
            assertThat(suggestion(path).getString("why")).contains("Now?");
            JsonArray open = server.get(path + "/questions?open=true").getJsonArray("questions");
            String asked = open.getJsonObject(0).getString("id");
            server.post(path + "/questions/" + asked + "/answer", new JsonObject().put("answer", "yes"), 200);
            daemon.send(new PrCreated(lead.taskId(), true, "made", "https://example.com/pr/1", 1, null, "1-3", null));
            TestServer.until(
                    "its end", () -> suggestion(path).getString("action").equals("complete"));
            suggests(path, "complete", "makima supervisor complete");
            assertThat(server.get(path + "/files/" + file).getString("body")).isEmpty();
        }
    }

    @Test
    void whatBecomesOfWorkDependsOnWhatItIsAndWhereItMayGo() {
        String local = "/contracts/" + contract(local());
        String remote = "/contracts/" + contract(remote());
        JsonObject code = new JsonObject().put("files", new JsonArray(List.of("src/A.java", "README.md")));
        JsonObject documents = new JsonObject().put("files", new JsonArray(List.of("docs/a.md", "LICENSE")));
        assertThat(advice(local, new JsonObject()).getString("action")).isEqualTo("none");
        assertThat(advice(local, documents).getString("action")).isEqualTo("merge");
        assertThat(advice(local, code).getString("action")).isEqualTo("branch");
        JsonObject pull = advice(remote, code);
        assertThat(pull.getString("action")).isEqualTo("pr");
        assertThat(pull.getString("command")).isEqualTo("makima supervisor pr makima/the-whole --title 'the whole'");
        assertThat(advice(remote, documents.copy().put("code", true)).getString("action"))
                .isEqualTo("pr");
        String member = server.post(
                        remote + "/tasks", new JsonObject().put("name", "one").put("plan", "do it"), 201)
                .getString("id");
        assertThat(advice(remote, code.copy().put("taskId", member)).getString("action"))
                .isEqualTo("branch");
        assertThat(advice(remote, new JsonObject().put("taskId", member)).getString("action"))
                .isEqualTo("none");
        server.post(local + "/completion-action", code.copy().put("taskId", member), 404);
    }

    @Test
    void aPullRequestOfNothingIsAskedForOnceAndTheSupervisorIsToldWhatToMerge() {
        String path = "/contracts/" + contract(remote());
        server.post(path + "/phase", new JsonObject().put("phase", "execute"), 200);
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 5)) {
            SpawnTask lead = daemon.run(server);
            assertThat(daemon.expect(SendMessage.class).message()).startsWith("[INFO] A person");
            SpawnTask one = member(daemon, path, "one");
            done(daemon, one.taskId());
            CreatePR asked = daemon.expect(CreatePR.class, SendMessage.class);
            assertThat(asked.branch())
                    .isEqualTo("makima/the-whole-" + lead.taskId().toString().substring(0, 8));
            daemon.send(PrCreated.failure(lead.taskId(), "nothing was changed").withRequestId(asked.requestId()));
            SendMessage told = daemon.expect(SendMessage.class);
            while (told.message().startsWith("[INFO]")) {
                told = daemon.expect(SendMessage.class);
            }
            assertThat(told.message())
                    .startsWith("[ERROR] The pull request could not be made: nothing was changed")
                    .contains("makima supervisor merge " + one.taskId() + " --to ");
            done(daemon, member(daemon, path, "two").taskId());
            assertThat(daemon.expect(SendMessage.class).message()).startsWith("[ACTION REQUIRED] Task \"two\"");
            assertThat(daemon.received).noneMatch(text -> text.contains("\"createPR\""));
            assertThat(server.get(path + "/history?kind=pull_request_failed").getJsonArray("history"))
                    .hasSize(1);
        }
    }

    @Test
    void whatAnotherDaemonSaysOfATaskChangesNothingOfItsContract() {
        String path = "/contracts/" + contract(local());
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 5)) {
            SpawnTask lead = daemon.run(server);
            SpawnTask one = member(daemon, path, "one");
            try (ScriptedDaemon other = ScriptedDaemon.streaming(server, "m2", 0)) {
                other.send(new PrCreated(lead.taskId(), true, "made", "https://evil.example", 1, null, "1-1", null));
                other.expect(EventAck.class);
                other.send(new BranchCreated(lead.taskId(), "makima/evil", true, null, null, null, "1-2", null));
                other.expect(EventAck.class);
                other.send(new MergeToTargetResult(one.taskId(), true, "merged", "abc", null, null, "1-3", null));
                other.expect(EventAck.class);
            }
            JsonObject whole = server.get(path);
            assertThat(whole.getString("prUrl")).isNull();
            assertThat(whole.getString("branch")).isNull();
            assertThat(server.get(path + "/history?kind=task_merged").getJsonArray("history"))
                    .isEmpty();
        }
    }

    private JsonObject synced(String file, String state) {
        TestServer.until(state, () -> server.get(file).getString("syncState").equals(state));
        return server.get(file);
    }

    @Test
    void aDocumentGetsItsTextFromTheRepositoryByABaseDaemon() {
        String id = contract(local());
        String path = "/contracts/" + id;
        String file = server.post(
                        path + "/files", new JsonObject().put("name", "plan").put("path", "docs/plan.md"), 201)
                .getString("id");
        String document = path + "/files/" + file;
        // Nobody has the supervisor yet.
        server.post(document + "/sync", new JsonObject(), 409);
        try (ScriptedDaemon daemon = ScriptedDaemon.base(server, "m1", 5);
                ScriptedDaemon other = ScriptedDaemon.base(server, "m2", 0)) {
            daemon.run(server);
            assertThat(server.post(document + "/sync", new JsonObject(), 202).getString("syncState"))
                    .isEqualTo("pending");
            ReadRepoFile asked = daemon.expect(ReadRepoFile.class);
            assertThat(asked.requestId()).hasToString(file);
            assertThat(asked.contractId()).hasToString(id);
            assertThat(asked.filePath()).isEqualTo("docs/plan.md");
            assertThat(asked.repoPath()).isEqualTo("/home/me/r");
            other.send(new RepoFileContent(asked.requestId(), "docs/plan.md", "of a stranger", true, null));
            daemon.send(new RepoFileContent(asked.requestId(), "docs/plan.md", "# The plan\n", true, null));
            JsonObject read = synced(document, "synced");
            assertThat(read.getString("body")).isEqualTo("# The plan\n");
            assertThat(read.getString("syncedAt")).isNotNull();
            assertThat(read.getLong("version")).isEqualTo(2);

            for (RepoFileContent answer : List.of(
                    RepoFileContent.failure(asked.requestId(), "docs/plan.md", "there is no docs/plan.md"),
                    new RepoFileContent(asked.requestId(), "docs/plan.md", "a\0b", true, null),
                    new RepoFileContent(asked.requestId(), "docs/plan.md", "x".repeat((1 << 20) + 1), true, null))) {
                server.post(document + "/sync", new JsonObject(), 202);
                daemon.expect(ReadRepoFile.class);
                daemon.send(answer);
                JsonObject failed = synced(document, "failed");
                assertThat(failed.getString("syncError"))
                        .containsAnyOf("there is no", "is no text", "a document has at most");
                assertThat(failed.getString("body")).isEqualTo("# The plan\n");
            }
            server.post(document + "/sync", new JsonObject().put("path", "../x"), 400);
            server.post(document + "/sync", new JsonObject().put("path", "other.md"), 202);
            assertThat(daemon.expect(ReadRepoFile.class).filePath()).isEqualTo("other.md");
        }
        assertThat(synced(document, "failed").getString("syncError")).contains("disconnected");
        server.post(document + "/sync", new JsonObject(), 503);
        List<String> kinds = server.get(path + "/history").getJsonArray("history").stream()
                .map(event -> ((JsonObject) event).getString("kind"))
                .filter(kind -> kind.startsWith("document_sync"))
                .toList();
        assertThat(kinds).hasSizeGreaterThanOrEqualTo(5).endsWith("document_synced");
    }

    @Test
    void aDocumentOfARepositoryThatIsElsewhereIsReadInTheSupervisorsWorktree() {
        String path = "/contracts/" + contract(remote());
        String file = server.post(path + "/files", new JsonObject().put("name", "plan"), 201)
                .getString("id");
        String document = path + "/files/" + file;
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 5)) {
            SpawnTask lead = daemon.run(server);
            server.post(document + "/sync", new JsonObject(), 400);
            server.post(
                    document + "/sync", new JsonObject().put("path", "plan.md").put("from", "repository"), 409);
            server.post(
                    document + "/sync", new JsonObject().put("path", "plan.md").put("from", "moon"), 400);
            CompletableFuture<HttpResponse<String>> answer =
                    CompletableFuture.supplyAsync(() -> server.post(document + "/sync", "{\"path\":\"plan.md\"}"));
            GetWorktreeInfo where = daemon.expect(GetWorktreeInfo.class);
            assertThat(where.taskId()).isEqualTo(lead.taskId());
            daemon.send(new WorktreeInfoResult(
                    lead.taskId(),
                    true,
                    "/trees/lead",
                    true,
                    0,
                    0,
                    0,
                    null,
                    null,
                    null,
                    null,
                    where.requestId(),
                    null));
            assertThat(daemon.expect(ReadRepoFile.class).repoPath()).isEqualTo("/trees/lead");
            assertThat(answer.join().statusCode()).isEqualTo(202);
            daemon.send(new RepoFileContent(UUID.fromString(file), "plan.md", "text", true, null));
            assertThat(synced(document, "synced").getString("path")).isEqualTo("plan.md");
        }
    }

    @Test
    void whoDeletesAContractIsAnsweredWhenItsDaemonWasTold() {
        String path = "/contracts/" + contract(local());
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 5)) {
            SpawnTask lead = daemon.run(server);
            CompletableFuture<HttpResponse<String>> deleted = CompletableFuture.supplyAsync(
                    () -> server.send(server.request(path).DELETE()));
            assertThat(daemon.expect(InterruptTask.class).taskId()).isEqualTo(lead.taskId());
            // The agent's work is not wanted any more: it is not waited for.
            CleanupWorktree cleanup = daemon.expect(CleanupWorktree.class);
            assertThat(cleanup.deleteBranch()).isTrue();
            daemon.send(new CleanupWorktreeResult(lead.taskId(), true, "gone", cleanup.requestId(), "1-1", null));
            assertThat(deleted.join().statusCode()).isEqualTo(204);
            assertThat(server.send(server.request(path)).statusCode()).isEqualTo(404);
        }
    }
}
