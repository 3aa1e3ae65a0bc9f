package dev.makima.whole;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.config.ConfigLoader;
import dev.makima.config.DaemonConfig;
import dev.makima.config.Environment;
import dev.makima.config.Flags;
import dev.makima.daemon.DaemonVerticle;
import dev.makima.server.MakimaServer;
import dev.makima.testkit.ApiExchange;
import dev.makima.testkit.Await;
import dev.makima.testkit.StrayAgents;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A real server and a real daemon in one process, as {@code makima up} has them, with a client of the REST API. */
final class WholeStack implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path home;
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http = HttpClient.newHttpClient();
    private final MakimaServer server;
    private final String key;

    /**
     * Starts both and waits until the daemon is there.
     *
     * @param home everything lies under it
     * @param agent the agent's executable
     * @param variables added to the daemon's environment
     */
    WholeStack(Path home, Path agent, Map<String, String> variables) {
        this.home = home;
        Environment environment = environment(home, variables);
        server = Await.value(
                MakimaServer.start(
                        vertx,
                        ConfigLoader.serverFromTree(
                                        new JsonObject()
                                                .put("home", home.toString())
                                                .put("http", new JsonObject().put("port", 0)),
                                        Flags.none(),
                                        environment,
                                        home)
                                .config()),
                PATIENCE);
        key = Await.value(server.createKey("test"), PATIENCE).secret().reveal();
        Await.value(vertx.deployVerticle(new DaemonVerticle(daemon(home, agent, environment), environment)), PATIENCE);
        Await.until(
                PATIENCE,
                "the daemon is connected",
                () -> get("/mesh/daemons").getJsonArray("daemons").stream()
                        .anyMatch(daemon -> "connected".equals(((JsonObject) daemon).getString("status"))));
    }

    private DaemonConfig daemon(Path home, Path agent, Environment environment) {
        JsonObject tree = new JsonObject()
                .put("home", home.toString())
                .put(
                        "server",
                        new JsonObject()
                                .put("url", "http://127.0.0.1:" + server.port())
                                .put("apiKey", key))
                .put("process", new JsonObject().put("claudeCommand", agent.toString()));
        return ConfigLoader.daemonFromTree(tree, Flags.none(), environment, home)
                .config();
    }

    private static Environment environment(Path home, Map<String, String> more) {
        Map<String, String> variables = new HashMap<>();
        variables.put("PATH", System.getenv("PATH"));
        variables.put("HOME", home.toString());
        variables.put("GIT_CONFIG_NOSYSTEM", "1");
        variables.putAll(more);
        return new Environment(variables, home, "Linux");
    }

    /** Where the server is. */
    String url() {
        return "http://127.0.0.1:" + server.port();
    }

    /** A key for it. */
    String key() {
        return key;
    }

    /** Makes a task and starts it; gives its id. */
    String start(JsonObject task) {
        return send("POST", "/mesh/tasks", task.copy().put("start", true), 201).getString("id");
    }

    /** Waits until the task is in a final state, and gives it. */
    JsonObject end(String id, Duration patience) {
        Await.until(
                patience,
                "the end of task " + id,
                () -> List.of("done", "failed", "interrupted")
                        .contains(get("/mesh/tasks/" + id).getString("status")));
        return get("/mesh/tasks/" + id);
    }

    /** All entries of a task that is done: they are derived from its output, and may come a moment after its end. */
    List<JsonObject> entriesOfDone(String id) {
        Await.until(
                PATIENCE,
                "the result among the entries of " + id,
                () -> entries(id).stream().anyMatch(entry -> "result".equals(entry.getString("messageType"))));
        return entries(id);
    }

    /** The entries of the task so far, in order. */
    List<JsonObject> entries(String id) {
        List<JsonObject> entries = new ArrayList<>();
        JsonObject page;
        long after = 0;
        do {
            page = get("/mesh/tasks/" + id + "/output?limit=5000&after=" + after);
            JsonArray some = page.getJsonArray("entries");
            some.forEach(entry -> entries.add((JsonObject) entry));
            after = page.getLong("next");
        } while (page.getBoolean("more"));
        return entries;
    }

    /** A stream of the task's latest run as the server holds it. */
    byte[] raw(String id, String stream) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        byte[] piece;
        do {
            piece = bytes("/mesh/tasks/" + id + "/output?format=raw&stream=" + stream + "&length=1048576&offset="
                    + whole.size());
            whole.writeBytes(piece);
        } while (piece.length > 0);
        return whole.toByteArray();
    }

    /** What the API answers to a GET. */
    JsonObject get(String path) {
        return new JsonObject(new String(bytes(path), StandardCharsets.UTF_8));
    }

    /** Sends a request with a body and checks the status of the answer. */
    JsonObject send(String method, String path, JsonObject body, int status) {
        HttpResponse<String> response = exchange(
                request(path)
                        .header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body.encode()))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        ApiExchange.check(response);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return response.body().isEmpty() ? new JsonObject() : new JsonObject(response.body());
    }

    private byte[] bytes(String path) {
        HttpResponse<byte[]> response = exchange(request(path).build(), HttpResponse.BodyHandlers.ofByteArray());
        assertThat(response.statusCode()).as(path).isEqualTo(200);
        return response.body();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/api/v1" + path))
                .header("X-Makima-Api-Key", key);
    }

    private <T> HttpResponse<T> exchange(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        try {
            return http.send(request, handler);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        Await.value(vertx.close(), Duration.ofSeconds(60));
        // They outlive their daemon, which nobody starts again.
        StrayAgents.end(home);
        http.close();
    }
}
