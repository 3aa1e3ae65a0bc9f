package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.config.LoggingSettings;
import dev.makima.config.ServerConfig;
import dev.makima.server.core.Timings;
import dev.makima.testkit.ApiExchange;
import dev.makima.testkit.Await;
import dev.makima.testkit.TestDatabase;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** A real server on a real database for one test, with short times, and a client for its API. */
final class TestServer implements AutoCloseable {
    /** Short enough for tests to see what happens at their ends. */
    static final Timings QUICK = new Timings(
            // A JVM that has just started, on a busy machine, needs more than two for its first handshake.
            Duration.ofSeconds(6),
            Duration.ofMillis(200),
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofMillis(100),
            Duration.ofMillis(500),
            Duration.ofSeconds(30),
            Duration.ofMillis(500));

    final Vertx vertx;
    final HttpClient http = HttpClient.newHttpClient();
    final ServerConfig config;
    MakimaServer server;
    String key;
    private final Timings timings;
    private final Clock clock;

    TestServer(Path directory) {
        this(TestDatabase.SQLITE, directory);
    }

    TestServer(TestDatabase database, Path directory) {
        this(database, directory, QUICK, Duration.ofSeconds(30));
    }

    TestServer(TestDatabase database, Path directory, Timings timings, Duration grace) {
        this(config(database, directory, 0, grace), timings);
    }

    TestServer(ServerConfig config, Timings timings) {
        this(config, timings, Clock.systemUTC());
    }

    TestServer(ServerConfig config, Timings timings, Clock clock) {
        this.vertx = Vertx.vertx();
        this.timings = timings;
        this.clock = clock;
        this.config = config;
        this.server = begin();
        this.key = server.firstKey().orElseThrow().secret().reveal();
    }

    /** A server on a database that has a key already. */
    TestServer(ServerConfig config, Timings timings, String key) {
        this.vertx = Vertx.vertx();
        this.timings = timings;
        this.clock = Clock.systemUTC();
        this.config = config;
        this.server = begin();
        this.key = key;
    }

    /** A key of another owner. */
    String keyOf(String owner) {
        return post("/keys", new JsonObject().put("name", "first").put("owner", owner), 201)
                .getString("key");
    }

    static ServerConfig config(Path directory, int port, Duration grace) {
        return config(TestDatabase.SQLITE, directory, port, grace);
    }

    static ServerConfig config(TestDatabase database, Path directory, int port, Duration grace) {
        return new ServerConfig(
                new ServerConfig.Http("127.0.0.1", port),
                database.withTables(directory),
                new ServerConfig.Tasks(grace, Duration.ofSeconds(120), 3, Duration.ofMinutes(15)),
                new ServerConfig.Checkpoints(Duration.ofDays(7)),
                new ServerConfig.History(Duration.ofDays(90)),
                new ServerConfig.Limits(1 << 20, 16 << 20, 2000),
                new ServerConfig.Directives(Duration.ofSeconds(15)),
                directory,
                new LoggingSettings(LoggingSettings.Level.INFO, LoggingSettings.Format.PRETTY));
    }

    /** The same with other rules for tasks. */
    static ServerConfig withTasks(ServerConfig config, ServerConfig.Tasks tasks) {
        return new ServerConfig(
                config.http(),
                config.database(),
                tasks,
                config.checkpoints(),
                config.history(),
                config.limits(),
                config.directives(),
                config.home(),
                config.logging());
    }

    private MakimaServer begin() {
        return await(MakimaServer.start(vertx, new ServerVerticle(config, timings, clock)));
    }

    /** Ends the server and starts another on the same file. */
    void restart() {
        await(server.close());
        server = begin();
    }

    /** The same, and between the two whatever is to be done to the file. */
    void restart(Runnable between) {
        await(server.close());
        between.run();
        server = begin();
    }

    static <T> T await(io.vertx.core.Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Waits until it is so. */
    static void until(String what, BooleanSupplier condition) {
        Await.until(Duration.ofSeconds(60), what, condition);
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri("/api/v1" + path)).header("X-Makima-Api-Key", key);
    }

    /** Sends it. What comes of it has to be as the OpenAPI document says. */
    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            ApiExchange.check(response);
            return response;
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    HttpResponse<String> post(String path, String body) {
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    JsonObject post(String path, JsonObject body, int status) {
        HttpResponse<String> response = post(path, body.encode());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return new JsonObject(response.body());
    }

    JsonObject get(String path) {
        HttpResponse<String> response = send(request(path));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return new JsonObject(response.body());
    }

    /** Makes a task, started, and gives its id. */
    String task(String name) {
        return post(
                        "/mesh/tasks",
                        new JsonObject().put("name", name).put("plan", "do it").put("start", true),
                        201)
                .getString("id");
    }

    JsonObject task(String id, Predicate<JsonObject> is) {
        until("task " + id, () -> is.test(get("/mesh/tasks/" + id)));
        return get("/mesh/tasks/" + id);
    }

    JsonObject taskWith(String id, String status) {
        return task(id, task -> task.getString("status").equals(status));
    }

    /** All entries, once there are at least so many. */
    java.util.List<JsonObject> entries(String id, int atLeast) {
        until("entries of " + id, () -> get("/mesh/tasks/" + id).getLong("lastSeq") >= atLeast);
        java.util.List<JsonObject> entries = new java.util.ArrayList<>();
        long next = 0;
        JsonObject page;
        do {
            page = get("/mesh/tasks/" + id + "/output?limit=5000&after=" + next);
            page.getJsonArray("entries").forEach(entry -> entries.add((JsonObject) entry));
            next = page.getLong("next");
        } while (page.getBoolean("more"));
        return entries;
    }

    @Override
    public void close() {
        await(server.close());
        await(vertx.close());
        http.close();
    }
}
