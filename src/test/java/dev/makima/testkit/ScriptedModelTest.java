package dev.makima.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The scripted model by itself, over plain HTTP: where the real agent is not installed, this is what is known of it. */
class ScriptedModelTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final HttpClient client = HttpClient.newHttpClient();
    private Vertx vertx;
    private ScriptedModel model;

    @BeforeEach
    void prepare() {
        vertx = Vertx.vertx();
        model = ScriptedModel.start(vertx, Scenario.says("default"));
    }

    @AfterEach
    void stop() {
        model.close();
        client.close();
        Await.value(vertx.close(), PATIENCE);
    }

    @Test
    void theStepIsCountedFromTheConversationAndTheMarkerStaysInForce() throws Exception {
        JsonArray talk = new JsonArray()
                .add(user("<system-reminder>note</system-reminder>"))
                .add(user("@@mock gate@@ go"));
        assertThat(text(ask(talk))).isEqualTo("Working.");
        assertThat(text(ask(talk.copy().add(assistant()).add(toolResult())))).startsWith("Not finished.");
        talk.add(assistant()).add(toolResult()).add(assistant()).add(user("go on"));
        JsonObject goingOn = new JsonObject(ask(talk).body());
        assertThat(goingOn.getString("stop_reason")).isEqualTo("tool_use");
        assertThat(goingOn.getJsonArray("content")
                        .getJsonObject(1)
                        .getJsonObject("input")
                        .getString("command"))
                .isEqualTo("echo two >> gate.txt");
        assertThat(model.messages()).extracting(ModelRequest::round).containsExactly(0, 0, 1);
        assertThat(model.messages()).extracting(ModelRequest::step).containsExactly(0, 1, 0);
        assertThat(model.messages().getLast().prompt()).isEqualTo("go on");
    }

    @Test
    void anErrorStrikesSoManyTimesWithItsHeadersAndThenTheAnswerComes() throws Exception {
        JsonArray talk = new JsonArray().add(user("@@mock 429 {\"times\":2,\"retryAfter\":3}@@"));
        for (int attempt = 0; attempt < 2; attempt++) {
            HttpResponse<String> refused = ask(talk);
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValue("retry-after")).hasValue("3");
            assertThat(new JsonObject(refused.body()).getJsonObject("error").getString("type"))
                    .isEqualTo("rate_limit_error");
        }
        assertThat(text(ask(talk))).isEqualTo("After the rate limit.");
    }

    @Test
    void aStreamCarriesThinkingTextAndToolsInOrder() throws Exception {
        model.scenario(Scenario.of(Step.text("Grüße 🚀🚀")
                .slowly(1, Duration.ofMillis(1))
                .thinking("hm")
                .tool(ToolCall.bash("echo \"{{prompt}}\""))
                .usage("output_tokens", 77)));
        List<JsonObject> events = events(stream("say \"hi\"").body());
        assertThat(events.getFirst().getString("type")).isEqualTo("message_start");
        assertThat(events.getLast().getString("type")).isEqualTo("message_stop");
        assertThat(joined(events, "thinking")).isEqualTo("hm");
        assertThat(joined(events, "text")).isEqualTo("Grüße 🚀🚀");
        assertThat(new JsonObject(joined(events, "partial_json")).getString("command"))
                .isEqualTo("echo \"say \"hi\"\"");
        assertThat(events.get(events.size() - 2).getJsonObject("usage").getInteger("output_tokens"))
                .isEqualTo(77);
    }

    @Test
    void aHeldAnswerComesOnlyOnceItIsReleased() throws Exception {
        model.scenario(Scenario.of(Step.text("released").hold()));
        CompletableFuture<HttpResponse<String>> answer =
                client.sendAsync(request(new JsonArray().add(user("x")), false), HttpResponse.BodyHandlers.ofString());
        model.awaitHeld(1, PATIENCE);
        assertThat(answer).isNotDone();
        model.release();
        assertThat(text(answer.get(20, TimeUnit.SECONDS))).isEqualTo("released");
    }

    @Test
    void aDroppedStreamEndsInTheMiddleOfItsText() {
        model.scenario(Scenario.of(Step.text("x".repeat(200)).drop(Fault.Where.MIDDLE)));
        assertThatThrownBy(() -> stream("x")).isInstanceOf(IOException.class);
        model.scenario(Scenario.of(Step.text("x").drop(Fault.Where.CONNECT)));
        assertThatThrownBy(() -> stream("x")).isInstanceOf(IOException.class);
    }

    @Test
    void aLargeAnswerArrivesWhole() throws Exception {
        List<JsonObject> events =
                events(stream("@@mock large {\"bytes\":2000000}@@").body());
        assertThat(joined(events, "text")).hasSize("Large:\n".length() + 2_000_000);
    }

    @Test
    void whatIsNotAMessageIsAnsweredTooAndAMistakenMarkerSaysSo() throws Exception {
        assertThat(new JsonObject(post("/v1/messages/count_tokens", "{}").body()).getInteger("input_tokens"))
                .isPositive();
        assertThat(post("/api/event_logging/batch", "not JSON").body()).isEqualTo("{}");
        assertThat(text(ask(new JsonArray().add(user("@@mock nosuch@@"))))).contains("unknown scenario nosuch");
        assertThat(text(ask(new JsonArray().add(user("@@mock {\"steps\":[{\"text\":\"from JSON\"}]}@@")))))
                .isEqualTo("from JSON");
        assertThat(text(ask(new JsonArray().add(user("plain"))))).isEqualTo("default");
    }

    private HttpResponse<String> ask(JsonArray messages) throws IOException, InterruptedException {
        return client.send(request(messages, false), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> stream(String prompt) throws IOException, InterruptedException {
        return client.send(request(new JsonArray().add(user(prompt)), true), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest request(JsonArray messages, boolean stream) {
        JsonObject body =
                new JsonObject().put("model", "m").put("stream", stream).put("messages", messages);
        return HttpRequest.newBuilder(model.baseUri().resolve("/v1/messages?beta=true"))
                .header("x-api-key", "k")
                .POST(HttpRequest.BodyPublishers.ofString(body.encode()))
                .build();
    }

    private HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(model.baseUri().resolve(path))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static String text(HttpResponse<String> response) {
        return new JsonObject(response.body())
                .getJsonArray("content")
                .getJsonObject(0)
                .getString("text");
    }

    private static List<JsonObject> events(String stream) {
        return stream.lines()
                .filter(line -> line.startsWith("data: "))
                .map(line -> new JsonObject(line.substring("data: ".length())))
                .toList();
    }

    private static String joined(List<JsonObject> events, String field) {
        StringBuilder text = new StringBuilder();
        for (JsonObject event : events) {
            text.append(event.getJsonObject("delta", new JsonObject()).getString(field, ""));
        }
        return text.toString();
    }

    private static JsonObject user(String text) {
        return new JsonObject().put("role", "user").put("content", text);
    }

    private static JsonObject assistant() {
        return new JsonObject().put("role", "assistant").put("content", "…");
    }

    private static JsonObject toolResult() {
        JsonObject result = new JsonObject()
                .put("type", "tool_result")
                .put("tool_use_id", "t")
                .put("content", "ok");
        return new JsonObject().put("role", "user").put("content", new JsonArray().add(result));
    }
}
