package dev.makima.testkit;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * The stand-in for the Anthropic Messages API that the real agent talks to on loopback. What it answers is a
 * {@link Scenario}: the last {@code @@mock …@@} marker in a prompt, or else the one set on this object. All methods
 * may be called by any thread but an event loop.
 */
public final class ScriptedModel implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(10);

    private record StepKey(String prompt, int prompts, int step) {}

    private final Vertx vertx;
    private final HttpServer server;
    private final Recording<ModelRequest> requests = new Recording<>("calls of the scripted model");
    private final Recording<Promise<Void>> held = new Recording<>("held answers");
    private final Map<StepKey, Integer> attempts = new ConcurrentHashMap<>();
    private final AtomicInteger counter = new AtomicInteger();
    private volatile Scenario scenario;

    private ScriptedModel(Vertx vertx, Scenario scenario) {
        this.vertx = vertx;
        this.scenario = scenario;
        this.server = vertx.createHttpServer(new HttpServerOptions()
                .setHost("127.0.0.1")
                .setPort(0)
                .setTcpNoDelay(true)
                .setMaxHeaderSize(64 * 1024));
        server.requestHandler(this::take);
    }

    /** A plan by which the agent writes a file into its worktree, and says that it does. */
    public static String writing(String file) {
        return "Write it. @@mock {\"steps\":[{\"text\":\"Writing.\",\"tools\":[{\"name\":\"Bash\",\"input\":{\"command\":"
                + "\"echo done > " + file + "\"}}]}]}@@";
    }

    /** Starts a model on a free port of the loopback interface. */
    public static ScriptedModel start(Vertx vertx, Scenario scenario) {
        ScriptedModel model = new ScriptedModel(vertx, scenario);
        Await.value(model.server.listen(), START_LIMIT);
        return model;
    }

    /** The port it listens on. */
    public int port() {
        return server.actualPort();
    }

    /** What the agent gets as {@code ANTHROPIC_BASE_URL}. */
    public URI baseUri() {
        return URI.create("http://127.0.0.1:" + port());
    }

    /** Plays another scenario from the next call on and forgets how often each step was tried. */
    public void scenario(Scenario next) {
        scenario = next;
        attempts.clear();
    }

    /** All calls so far. */
    public List<ModelRequest> requests() {
        return requests.entries();
    }

    /** The calls of the model itself so far. */
    public List<ModelRequest> messages() {
        return requests.entries().stream().filter(ModelRequest::isMessage).toList();
    }

    /** Waits for a call that fits, past or coming. */
    public ModelRequest await(Predicate<ModelRequest> fitting, Duration patience) {
        return requests.await(fitting, patience);
    }

    /** Waits until so many answers are held back by {@link Step#hold()}. */
    public void awaitHeld(int count, Duration patience) {
        held.awaitSize(size -> size >= count, patience);
    }

    /** Lets all answers go on that are held now; later ones are held again. */
    public void release() {
        held.take().forEach(Promise::tryComplete);
    }

    /** Stops and cuts all connections. */
    @Override
    public void close() {
        Await.value(server.close(), START_LIMIT);
    }

    private void take(HttpServerRequest request) {
        request.body().onSuccess(body -> answer(request, json(body)));
    }

    private void answer(HttpServerRequest request, JsonObject body) {
        String path = Objects.requireNonNullElse(request.path(), "/");
        if (!path.endsWith("/v1/messages") || !"POST".equals(request.method().name())) {
            log(request, path, body, "", 0, 0, 0);
            send(request, 200, Map.of(), other(path));
            return;
        }
        Conversation conversation = Conversation.of(body);
        Scenario playing = conversation.marker().map(ScenarioText::parse).orElse(scenario);
        int round = Math.min(conversation.round(), playing.rounds().size() - 1);
        int attempt = attempts.merge(
                new StepKey(conversation.prompt(), conversation.prompts(), conversation.step()), 1, Integer::sum);
        int number = log(request, path, body, conversation.prompt(), round, conversation.step(), attempt);
        Step step = Answer.filled(playing.step(round, conversation.step()).atAttempt(attempt), conversation, number);
        ready(step).onSuccess(go -> play(request, body, step, number));
    }

    private Future<Void> ready(Step step) {
        Future<Void> released = Future.succeededFuture();
        if (step.held()) {
            // Completed by a test's thread, so the answer must be brought back onto this event loop.
            Promise<Void> promise = Promise.promise();
            var loop = vertx.getOrCreateContext();
            Promise<Void> onLoop = Promise.promise();
            promise.future().onComplete(done -> loop.runOnContext(go -> onLoop.tryComplete()));
            released = onLoop.future();
            held.add(promise);
        }
        return step.startDelay().isPositive()
                ? released.compose(
                        go -> vertx.timer(step.startDelay().toMillis()).mapEmpty())
                : released;
    }

    private void play(HttpServerRequest request, JsonObject body, Step step, int number) {
        switch (step.fault()) {
            case Fault.Hang(Fault.Where where)
            when where == Fault.Where.CONNECT -> {
                return;
            }
            case Fault.Drop(Fault.Where where)
            when where == Fault.Where.CONNECT -> {
                request.connection().close();
                return;
            }
            case Fault.HttpError(int status, String type, String message, Map<String, String> headers) -> {
                send(request, status, headers, error(type, message, number));
                return;
            }
            case null, default -> {
                // The other faults strike inside the stream.
            }
        }
        Answer answer = new Answer(step, number, body.getString("model", "scripted-model"));
        if (body.getBoolean("stream", false)) {
            HttpServerResponse response = request.response();
            Runnable cut = () -> request.connection().close();
            new AnswerWriter(vertx, response, answer.stream(), cut).start(number);
        } else {
            send(request, 200, Map.of(), answer.whole());
        }
    }

    private int log(
            HttpServerRequest request, String path, JsonObject body, String prompt, int round, int step, int attempt) {
        int number = counter.incrementAndGet();
        String bearer = Objects.requireNonNullElse(request.getHeader("authorization"), "");
        String apiKey = request.getHeader("x-api-key");
        String credential = apiKey != null ? "x-api-key" : bearer.startsWith("Bearer ") ? "bearer" : "none";
        String key = apiKey != null ? apiKey : bearer.replaceFirst("^Bearer ", "");
        requests.add(new ModelRequest(
                number, request.method().name(), path, credential, key, prompt, round, step, attempt, body));
        return number;
    }

    private static JsonObject other(String path) {
        if (path.endsWith("/count_tokens")) {
            return new JsonObject().put("input_tokens", 10);
        }
        if (path.endsWith("/v1/models")) {
            JsonObject model = new JsonObject()
                    .put("id", "scripted-model")
                    .put("type", "model")
                    .put("display_name", "Scripted")
                    .put("created_at", "2026-01-01T00:00:00Z");
            return new JsonObject().put("data", new JsonArray().add(model)).put("has_more", false);
        }
        return new JsonObject();
    }

    private static JsonObject error(String type, String message, int number) {
        return new JsonObject()
                .put("type", "error")
                .put("error", new JsonObject().put("type", type).put("message", message))
                .put("request_id", "req_script_" + number);
    }

    private static void send(HttpServerRequest request, int status, Map<String, String> headers, JsonObject body) {
        HttpServerResponse response = request.response().setStatusCode(status);
        response.putHeader("content-type", "application/json");
        headers.forEach(response::putHeader);
        response.end(body.toBuffer());
    }

    private static JsonObject json(Buffer body) {
        try {
            return body.length() == 0 ? new JsonObject() : body.toJsonObject();
        } catch (DecodeException notJson) {
            // Calls that are not the API's (telemetry, probes) may carry anything; they are answered 200 all the same.
            return new JsonObject();
        }
    }
}
