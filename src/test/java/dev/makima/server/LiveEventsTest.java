package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.RunId;
import dev.makima.base.StreamName;
import dev.makima.base.TaskId;
import dev.makima.testkit.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestDatabase.class)
class LiveEventsTest {
    private final TestDatabase database;

    LiveEventsTest(TestDatabase database) {
        this.database = database;
    }

    private static final int LINES = 3000;

    @TempDir
    Path directory;

    private record Event(String name, long id, JsonObject data) {}

    @Test
    void replayAndLiveHaveNoGapBetweenThem() throws Exception {
        try (TestServer server = new TestServer(database, directory);
                ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 2)) {
            String id = server.task("one");
            TaskId task = daemon.take();
            RunId run = new RunId(UUID.randomUUID());
            List<CompletableFuture<List<Event>>> readers = new ArrayList<>();
            long offset = 0;
            for (int i = 1; i <= LINES; i++) {
                String line = "line " + i + "\n";
                daemon.output(task, run, StreamName.STDOUT, offset, line);
                offset += line.length();
                if (i % 1000 == 500) {
                    // Each joins in the middle of the flood.
                    readers.add(read(server, server.request("/mesh/tasks/" + id + "/events"), Long.MAX_VALUE));
                }
            }
            daemon.complete(task, run, offset);
            for (CompletableFuture<List<Event>> reader : readers) {
                List<Event> events = reader.get();
                assertThat(events.getFirst().name()).isEqualTo("task");
                assertThat(events.getLast().name()).isEqualTo("end");
                assertThat(events.getLast().data().getString("status")).isEqualTo("done");
                List<Event> entries = events.stream()
                        .filter(event -> event.name().equals("entry"))
                        .toList();
                assertThat(entries)
                        .extracting(Event::id)
                        .containsExactlyElementsOf(
                                LongStream.rangeClosed(1, LINES).boxed().toList());
                assertThat(entries.getLast().data().getString("content")).isEqualTo("line " + LINES);
                List<Event> tasks = events.stream()
                        .filter(event -> event.name().equals("task"))
                        .toList();
                assertThat(tasks.getLast().data().getString("status")).isEqualTo("done");
            }
        }
    }

    @Test
    void aClientGoesOnWhereItWas() throws Exception {
        try (TestServer server = new TestServer(database, directory);
                ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 2)) {
            String id = server.task("one");
            TaskId task = daemon.take();
            RunId run = new RunId(UUID.randomUUID());
            daemon.output(task, run, StreamName.STDOUT, 0, "a\nb\nc\nd");
            HttpRequest.Builder request = server.request("/mesh/tasks/" + id + "/events");
            List<Event> first = read(server, request, 2).get();
            assertThat(first.getLast().id()).isEqualTo(2);
            daemon.complete(task, run, 7);
            List<Event> rest = read(server, request.header("Last-Event-ID", "2"), Long.MAX_VALUE)
                    .get();
            assertThat(rest.stream()
                            .filter(event -> event.name().equals("entry"))
                            .map(event -> event.data().getString("content")))
                    .containsExactly("c", "d");
            assertThat(rest.getLast().name()).isEqualTo("end");
        }
    }

    @Test
    void aStreamOfAQueuedTaskEndsWhenItIsStopped() throws Exception {
        try (TestServer server = new TestServer(database, directory)) {
            String id = server.task("one");
            var events = read(server, server.request("/mesh/tasks/" + id + "/events"), Long.MAX_VALUE);
            server.post("/mesh/tasks/" + id + "/stop", new JsonObject(), 200);
            assertThat(events.get().getLast().data().getString("status")).isEqualTo("interrupted");
        }
    }

    @Test
    void theStreamOfATaskWhoseEndNobodyTellsEndsToo() throws Exception {
        try (TestServer server = new TestServer(database, directory);
                ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 2)) {
            String id = server.task("one");
            TaskId task = daemon.take();
            daemon.output(task, new RunId(UUID.randomUUID()), StreamName.STDOUT, 0, "no line feed");
            daemon.send(dev.makima.protocol.TaskStatusChange.of(
                    task, dev.makima.protocol.TaskState.RUNNING, dev.makima.protocol.TaskState.INTERRUPTED));
            List<Event> events = read(server, server.request("/mesh/tasks/" + id + "/events"), Long.MAX_VALUE)
                    .get();
            assertThat(events.stream().filter(event -> event.name().equals("entry")))
                    .hasSize(1);
            assertThat(events.getLast().name()).isEqualTo("end");
        }
    }

    /** Reads events until the stream ends or an entry of that number has come. */
    private static CompletableFuture<List<Event>> read(TestServer server, HttpRequest.Builder request, long last) {
        CompletableFuture<List<Event>> result = new CompletableFuture<>();
        Thread.ofPlatform().daemon(true).start(() -> {
            try {
                HttpResponse<InputStream> response =
                        server.http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
                assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
                try (BufferedReader reader =
                        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
                    result.complete(events(reader, last));
                }
            } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
                result.completeExceptionally(e);
            }
        });
        return result.orTimeout(30, java.util.concurrent.TimeUnit.SECONDS);
    }

    private static List<Event> events(BufferedReader reader, long last) throws IOException {
        List<Event> events = new ArrayList<>();
        long id = 0;
        String name = "";
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            if (line.startsWith("id: ")) {
                id = Long.parseLong(line.substring(4));
            } else if (line.startsWith("event: ")) {
                name = line.substring(7);
            } else if (line.startsWith("data: ")) {
                events.add(new Event(name, id, new JsonObject(line.substring(6))));
                if (name.equals("entry") && id >= last) {
                    break;
                }
            }
        }
        return events;
    }
}
