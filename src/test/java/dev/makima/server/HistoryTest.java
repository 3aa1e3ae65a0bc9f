package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.TaskId;
import dev.makima.protocol.AuthenticationRequired;
import dev.makima.protocol.CheckpointFile;
import dev.makima.protocol.EventAck;
import dev.makima.protocol.SpawnTask;
import dev.makima.protocol.TaskComplete;
import dev.makima.protocol.TaskState;
import dev.makima.protocol.TaskStatusChange;
import dev.makima.server.store.HistoryTable;
import dev.makima.testkit.Checkpoints;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What has happened: in pages, and live without a gap. */
class HistoryTest extends ServerBench {
    private record Event(String name, long id, JsonObject data) {}

    /** A client of a live stream, which reads until it is closed. */
    private final class Client implements AutoCloseable {
        private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
        private final BlockingQueue<Long> begins = new LinkedBlockingQueue<>();
        private final InputStream body;

        private Client(String path, @Nullable Long lastId) throws Exception {
            HttpRequest.Builder request = server.request(path);
            if (lastId != null) {
                request.header("Last-Event-ID", lastId.toString());
            }
            HttpResponse<InputStream> response =
                    server.http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
            body = response.body();
            Thread.ofPlatform().daemon(true).start(this::read);
        }

        private void read() {
            try (BufferedReader reader = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
                long id = 0;
                String name = "";
                boolean first = true;
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    if (line.startsWith("id: ")) {
                        id = Long.parseLong(line.substring(4));
                    } else if (line.startsWith("event: ")) {
                        name = line.substring(7);
                    } else if (line.startsWith("data: ")) {
                        events.add(new Event(name, id, new JsonObject(line.substring(6))));
                    } else if (line.isEmpty() && first) {
                        first = false;
                        begins.add(id);
                    }
                }
            } catch (IOException e) {
                // It was closed by the test.
            }
            events.add(new Event("closed", 0, new JsonObject()));
        }

        /** Where it begins: what happens from then on reaches it. */
        private long began() throws InterruptedException {
            Long id = begins.poll(20, TimeUnit.SECONDS);
            assertThat(id).isNotNull();
            return id;
        }

        private List<Event> until(String kind) throws InterruptedException {
            List<Event> seen = new ArrayList<>();
            do {
                Event next = events.poll(20, TimeUnit.SECONDS);
                assertThat(next).as("the next one after " + seen).isNotNull();
                seen.add(next);
            } while (!seen.getLast().name().equals(kind));
            return seen;
        }

        @Override
        public void close() throws IOException {
            body.close();
        }
    }

    private List<JsonObject> history(String query) {
        List<JsonObject> found = new ArrayList<>();
        server.get(query).getJsonArray("history").forEach(event -> found.add((JsonObject) event));
        return found.reversed();
    }

    private static List<String> kinds(List<JsonObject> events) {
        return events.stream().map(event -> event.getString("kind")).toList();
    }

    private void untilItTells(String task, String kind) {
        TestServer.until(kind, () -> kinds(history("/history?task=" + task)).contains(kind));
    }

    private static void runs(ScriptedDaemon daemon, TaskId task) {
        daemon.send(TaskStatusChange.of(task, TaskState.INITIALIZING, TaskState.STARTING));
        daemon.send(TaskStatusChange.of(task, TaskState.STARTING, TaskState.RUNNING));
    }

    @Test
    void aKindThatThereIsNotIsRefusedWithThoseThatThereAre() {
        HttpResponse<String> refused = server.send(server.request("/history?kind=task_faild"));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("VALIDATION", "task_faild", "task_failed");
        JsonObject event = new JsonObject(
                        server.send(server.request("/openapi.json")).body())
                .getJsonObject("components")
                .getJsonObject("schemas")
                .getJsonObject("Event");
        assertThat(event.getJsonObject("properties").getJsonObject("kind").getJsonArray("enum"))
                .containsExactlyElementsOf(HistoryTable.KINDS);
    }

    @Test
    void aTasksHistoryTellsOfItsStartsItsCheckpointsAndItsEnds() {
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 2)) {
            String id = server.task("one");
            SpawnTask spawn = daemon.expect(SpawnTask.class);
            runs(daemon, spawn.taskId());
            // What becomes of a task is written down soon after it, so each has to be there before the next happens.
            untilItTells(id, "task_started");
            daemon.send(Checkpoints.withPatch(spawn.taskId(), "half of it")
                    .withFiles(List.of(new CheckpointFile("M", "a.txt")))
                    .withEventId("1-1"));
            daemon.expect(EventAck.class);
            daemon.send(TaskComplete.failure(spawn.taskId(), "it broke"));
            untilItTells(id, "task_failed");
            server.post("/mesh/tasks/" + id + "/start", new JsonObject(), 200);
            SpawnTask again = daemon.expect(SpawnTask.class, EventAck.class);
            runs(daemon, again.taskId());
            server.taskWith(id, "running");
            daemon.send(TaskComplete.success(again.taskId()));
            untilItTells(id, "task_completed");
            List<JsonObject> told = history("/history?task=" + id);
            assertThat(kinds(told).stream().filter(kind -> !kind.equals("task_status")))
                    .containsExactly(
                            "task_created",
                            "task_started",
                            "checkpoint_created",
                            "task_failed",
                            "task_started",
                            "task_completed");
            JsonObject checkpoint = told.stream()
                    .filter(event -> event.getString("kind").equals("checkpoint_created"))
                    .findFirst()
                    .orElseThrow()
                    .getJsonObject("body");
            assertThat(checkpoint.getInteger("checkpointNumber")).isEqualTo(1);
            assertThat(checkpoint.getBoolean("hasPatch")).isTrue();
            assertThat(checkpoint.getString("message")).isEqualTo("half of it");
            assertThat(checkpoint.getJsonArray("filesChanged").encode()).contains("a.txt");
            JsonObject failed = history("/history?kind=task_failed").getFirst();
            assertThat(failed.getJsonObject("body").getString("error")).isEqualTo("it broke");
            assertThat(failed.getJsonObject("body").getBoolean("isSupervisor")).isFalse();
            server.send(server.request("/mesh/tasks/" + id).DELETE());
            assertThat(kinds(history("/history?task=" + id))).endsWith("task_completed", "task_deleted");
        }
    }

    @Test
    void aLoginThatIsNeededIsToldToTheOwnerAtOnce() throws Exception {
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 2)) {
            String id = server.task("one");
            SpawnTask spawn = daemon.expect(SpawnTask.class);
            runs(daemon, spawn.taskId());
            server.taskWith(id, "running");
            try (Client owner = new Client("/events", null)) {
                owner.began();
                daemon.send(new AuthenticationRequired(spawn.taskId(), "https://login.example/x", "m1", "1-1", null));
                daemon.send(TaskStatusChange.of(spawn.taskId(), TaskState.RUNNING, TaskState.BLOCKED));
                JsonObject told = owner.until("login_needed").getLast().data();
                assertThat(told.getString("taskId")).isEqualTo(id);
                assertThat(told.getJsonObject("body").getString("loginUrl")).isEqualTo("https://login.example/x");
            }
            server.taskWith(id, "blocked");
            assertThat(kinds(history("/history?kind=login_needed"))).containsExactly("login_needed");
        }
    }

    @Test
    void aContractsHistoryComesInPages() {
        String id = server.post(
                        "/contracts",
                        new JsonObject()
                                .put("name", "whole")
                                .put("contractType", "specification")
                                .put("start", false),
                        201)
                .getString("id");
        String path = "/contracts/" + id;
        String file = server.post(path + "/files", new JsonObject().put("name", "notes"), 201)
                .getString("id");
        server.post(path + "/phase", new JsonObject().put("phase", "specify"), 200);
        HttpResponse<String> marked = server.send(server.request(path + "/deliverables/requirements")
                .PUT(HttpRequest.BodyPublishers.ofString("{\"done\":true}")));
        assertThat(marked.statusCode()).isEqualTo(200);
        // Marked so already: nothing has happened.
        server.send(server.request(path + "/deliverables/requirements")
                .PUT(HttpRequest.BodyPublishers.ofString("{\"done\":true}")));
        JsonObject asked = server.post(
                path + "/questions?wait=0",
                new JsonObject().put("question", "Which?").put("context", "two of them"),
                201);
        server.post(
                path + "/questions/" + asked.getString("id") + "/answer", new JsonObject().put("answer", "both"), 200);
        TestServer.until(
                "the supervisor's task", () -> kinds(history(path + "/history")).contains("task_created"));
        assertThat(kinds(history(path + "/history")).stream().filter(kind -> !kind.equals("task_created")))
                .containsExactly(
                        "contract_created",
                        "document_created",
                        "phase_changed",
                        "deliverable_marked",
                        "question_asked",
                        "question_answered");
        JsonObject phase = history("/history?kind=phase_changed&contract=" + id).getFirst();
        assertThat(phase.getJsonObject("body"))
                .isEqualTo(new JsonObject()
                        .put("from", "research")
                        .put("to", "specify")
                        .put("by", "user"));
        assertThat(history(path + "/history?kind=document_created")
                        .getFirst()
                        .getJsonObject("body")
                        .getString("fileId"))
                .isEqualTo(file);
        List<String> paged = new ArrayList<>();
        JsonObject page = server.get(path + "/history?limit=3");
        while (true) {
            page.getJsonArray("history").forEach(event -> paged.add(((JsonObject) event).getString("kind")));
            if (page.getString("nextCursor") == null) {
                break;
            }
            page = server.get(path + "/history?limit=3&cursor=" + page.getString("nextCursor"));
        }
        assertThat(paged.reversed()).isEqualTo(kinds(history(path + "/history")));
        server.send(server.request(path).DELETE());
        assertThat(kinds(history("/history?contract=" + id))).contains("contract_deleted", "contract_created");
    }

    @Test
    void aLiveStreamGoesOnWhereItWasAcrossARestartOfTheServer() throws Exception {
        String id = server.post(
                        "/contracts", new JsonObject().put("name", "whole").put("start", false), 201)
                .getString("id");
        String path = "/contracts/" + id;
        List<Event> seen = new ArrayList<>();
        try (Client client = new Client(path + "/events", null)) {
            server.post(path + "/files", new JsonObject().put("name", "one"), 201);
            seen.addAll(client.until("document_created"));
        }
        for (String name : List.of("two", "three")) {
            server.post(path + "/files", new JsonObject().put("name", name), 201);
        }
        server.restart();
        try (Client client = new Client(path + "/events", seen.getLast().id())) {
            server.post(path + "/phase", new JsonObject().put("phase", "execute"), 200);
            seen.addAll(client.until("phase_changed"));
            server.send(server.request(path).DELETE());
            seen.addAll(client.until("contract_deleted"));
            assertThat(client.until("closed")).isNotEmpty();
        }
        assertThat(seen).extracting(Event::id).doesNotHaveDuplicates().isSorted();
        assertThat(seen)
                .filteredOn(event -> event.name().equals("document_created"))
                .extracting(event -> event.data().getJsonObject("body").getString("name"))
                .containsExactly("one", "two", "three");
        assertThat(seen.getFirst().name()).isEqualTo("contract_created");
    }

    @Test
    void allOfAnOwnersEventsComeFromNowOnAndNobodyElsesDo() throws Exception {
        server.post("/contracts", new JsonObject().put("name", "old").put("start", false), 201);
        TestServer.until("it is noted", () -> kinds(history("/history")).contains("task_created"));
        long before;
        try (Client client = new Client("/events", null)) {
            before = client.began();
            try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 2)) {
                String id = server.task("one");
                SpawnTask spawn = daemon.expect(SpawnTask.class);
                runs(daemon, spawn.taskId());
                daemon.send(TaskComplete.success(spawn.taskId()));
                List<Event> seen = client.until("task_completed");
                assertThat(seen.getFirst().name()).isEqualTo("task_created");
                assertThat(seen).allMatch(event -> id.equals(event.data().getString("taskId")) && event.id() > before);
                assertThat(seen)
                        .filteredOn(event -> event.name().equals("task_started"))
                        .hasSize(1);
            }
        }
        try (Client client = new Client("/events", before)) {
            assertThat(client.began()).isEqualTo(before);
            assertThat(client.until("task_completed").getFirst().name()).isEqualTo("task_created");
        }
        // An id of a later copy of the database: there is no such event yet.
        try (Client client = new Client("/events", Long.MAX_VALUE)) {
            client.began();
            server.post("/contracts", new JsonObject().put("name", "new").put("start", false), 201);
            assertThat(client.until("contract_created")).hasSize(1);
        }
        assertThat(server.send(server.request("/events").header("Last-Event-ID", "x"))
                        .statusCode())
                .isEqualTo(400);
    }
}
