package dev.makima.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/** The REST API of a server in another process. Thread-safe. */
final class ServerClient implements AutoCloseable {
    private final HttpClient http = HttpClient.newHttpClient();
    private final String url;
    private final String key;

    ServerClient(String url, String key) {
        this.url = url + "/api/v1";
        this.key = key;
    }

    /** Makes a task and starts it; gives its id. */
    String start(String plan) throws IOException, InterruptedException {
        return make(
                        "/mesh/tasks",
                        new JsonObject().put("name", "a task").put("plan", plan).put("start", true))
                .getString("id");
    }

    /** Makes something, which is what the answer shows. */
    JsonObject make(String path, JsonObject what) throws IOException, InterruptedException {
        HttpRequest request = request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(what.encode()))
                .build();
        return new JsonObject(checked(http.send(request, BodyHandlers.ofString()), 201));
    }

    /** What the API answers to a GET. */
    JsonObject get(String path) throws IOException, InterruptedException {
        return new JsonObject(checked(http.send(request(path).build(), BodyHandlers.ofString()), 200));
    }

    /** How many bytes of a task's standard output are stored. */
    long stored(String taskId) throws IOException, InterruptedException {
        HttpResponse<Void> answer = http.send(
                request("/mesh/tasks/" + taskId + "/output?format=raw&length=0").build(), BodyHandlers.discarding());
        return answer.headers().firstValueAsLong("X-Makima-Length").orElse(0);
    }

    /** The live events of a task, as they come. */
    InputStream events(String taskId) throws IOException, InterruptedException {
        return http.send(request("/mesh/tasks/" + taskId + "/events").build(), BodyHandlers.ofInputStream())
                .body();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path)).header("X-Makima-Api-Key", key);
    }

    private static String checked(HttpResponse<String> answer, int status) throws IOException {
        if (answer.statusCode() != status) {
            throw new IOException(answer.statusCode() + ": " + answer.body());
        }
        return answer.body();
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
