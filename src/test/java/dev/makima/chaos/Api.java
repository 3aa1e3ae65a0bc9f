package dev.makima.chaos;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The REST API of a server that may be another process the next time. For one thread. */
final class Api implements AutoCloseable {
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private String base = "";
    private String key = "";
    private String lastAnswer = "";

    /** Where the server is from now on, and the key for it. */
    void at(int port, String newKey) {
        base = "http://127.0.0.1:" + port + "/api/v1/mesh";
        key = newKey;
    }

    /** Makes a task and starts it; gives its id. */
    String start(String name, String plan) throws IOException, InterruptedException {
        return start(new JsonObject().put("name", name).put("plan", plan));
    }

    /** Makes a task and starts it; gives its id. */
    String start(JsonObject task) throws IOException, InterruptedException {
        HttpRequest request = request("/tasks")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        task.copy().put("start", true).encode()))
                .build();
        HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
        if (answer.statusCode() != 201) {
            throw new IOException(answer.statusCode() + ": " + answer.body());
        }
        return new JsonObject(answer.body()).getString("id");
    }

    /** Stops a task; false where it has ended already. */
    boolean stop(String id) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(
                request("/tasks/" + id + "/stop")
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{}"))
                        .build(),
                BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(answer.statusCode() + ": " + answer.body());
        }
        return !List.of("done", "failed").contains(new JsonObject(answer.body()).getString("status"));
    }

    /** The status with which the server answers a new task. */
    int tryToStart(String name, String plan) throws IOException, InterruptedException {
        JsonObject task = new JsonObject().put("name", name).put("plan", plan).put("start", true);
        HttpRequest request = request("/tasks")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(task.encode()))
                .build();
        HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
        lastAnswer = answer.body();
        return answer.statusCode();
    }

    /** What the last {@link #tryToStart} was answered. */
    String lastAnswer() {
        return lastAnswer;
    }

    /** All daemons. */
    String daemons() throws IOException, InterruptedException {
        return text("/daemons");
    }

    JsonObject task(String id) throws IOException, InterruptedException {
        return new JsonObject(text("/tasks/" + id));
    }

    /** A stream of the task's latest run. */
    byte[] raw(String id, String stream) throws IOException, InterruptedException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        byte[] piece;
        do {
            piece = bytes(
                    "/tasks/" + id + "/output?format=raw&stream=" + stream + "&length=8388608&offset=" + whole.size());
            whole.writeBytes(piece);
        } while (piece.length > 0);
        return whole.toByteArray();
    }

    /** All entries of the task, in order. */
    List<JsonObject> entries(String id) throws IOException, InterruptedException {
        List<JsonObject> entries = new ArrayList<>();
        JsonObject page;
        long after = 0;
        do {
            page = new JsonObject(text("/tasks/" + id + "/output?limit=5000&after=" + after));
            page.getJsonArray("entries").forEach(entry -> entries.add((JsonObject) entry));
            after = page.getLong("next");
        } while (page.getBoolean("more"));
        return entries;
    }

    private String text(String path) throws IOException, InterruptedException {
        return new String(bytes(path), StandardCharsets.UTF_8);
    }

    private byte[] bytes(String path) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = http.send(request(path).build(), BodyHandlers.ofByteArray());
        if (answer.statusCode() != 200) {
            throw new IOException(answer.statusCode() + " for " + path);
        }
        return answer.body();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path))
                .timeout(Duration.ofSeconds(60))
                .header("X-Makima-Api-Key", key);
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
