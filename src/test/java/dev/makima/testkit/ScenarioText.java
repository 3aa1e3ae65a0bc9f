package dev.makima.testkit;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text form of scenarios, for markers in prompts: {@code NAME}, {@code NAME {parameters}}, or a whole scenario in
 * JSON: {@code {"steps":[…]}} or {@code {"rounds":[[…],[…]]}}, with {@code "after"}. A step's fields are text,
 * thinking, tools [{name, input}], chunk, delayMs, bytes, startDelayMs, stop, usage, gate {ready, reason}, status,
 * errorType, message, headers, retryAfter, hang, drop, sseError {type, message}, times, hold.
 */
final class ScenarioText {
    private static final Pattern NAMED = Pattern.compile("(\\S+)\\s*(\\{.*})?", Pattern.DOTALL);

    private ScenarioText() {}

    /** Reads a marker's content; one that cannot be read is answered by a text that says why. */
    static Scenario parse(String directive) {
        try {
            String text = directive.strip();
            if (text.startsWith("{")) {
                return ofJson(new JsonObject(text));
            }
            Matcher named = NAMED.matcher(text);
            if (!named.matches()) {
                return Scenario.says("SCRIPT ERROR: unreadable marker " + text);
            }
            JsonObject parameters = named.group(2) == null ? new JsonObject() : new JsonObject(named.group(2));
            return BuiltInScenarios.named(named.group(1), parameters)
                    .orElseGet(() -> Scenario.says("SCRIPT ERROR: unknown scenario " + named.group(1)));
        } catch (RuntimeException unreadable) {
            // The agent would only see a broken connection; as an answer the mistake stands in the test's output.
            return Scenario.says("SCRIPT ERROR: " + unreadable.getMessage());
        }
    }

    private static Scenario ofJson(JsonObject json) {
        String name = json.getString("scenario");
        if (name != null) {
            return BuiltInScenarios.named(name, json.getJsonObject("params", new JsonObject()))
                    .orElseThrow(() -> new IllegalArgumentException("unknown scenario " + name));
        }
        List<List<Step>> rounds = new ArrayList<>();
        JsonArray given = json.containsKey("rounds")
                ? json.getJsonArray("rounds")
                : new JsonArray().add(json.getJsonArray("steps", new JsonArray()));
        for (int i = 0; i < given.size(); i++) {
            rounds.add(steps(given.getJsonArray(i)));
        }
        Scenario scenario = new Scenario(rounds, Step.text("Done."));
        return json.containsKey("after") ? scenario.after(step(json.getJsonObject("after"))) : scenario;
    }

    private static List<Step> steps(JsonArray given) {
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < given.size(); i++) {
            steps.add(step(given.getJsonObject(i)));
        }
        return steps;
    }

    private static Step step(JsonObject json) {
        Step step = Step.text(json.getString("text", ""))
                .slowly(json.getInteger("chunk", 64), Duration.ofMillis(json.getInteger("delayMs", 0)))
                .startDelay(Duration.ofMillis(json.getInteger("startDelayMs", 0)))
                .withUsage(json.getJsonObject("usage", new JsonObject()))
                .times(json.getInteger("times", Integer.MAX_VALUE));
        if (json.containsKey("bytes")) {
            step = step.filler(json.getInteger("bytes"));
        }
        if (json.containsKey("thinking")) {
            step = step.thinking(json.getString("thinking"));
        }
        if (json.containsKey("stop")) {
            step = step.stop(json.getString("stop"));
        }
        if (json.containsKey("gate")) {
            JsonObject gate = json.getJsonObject("gate");
            step = step.gate(gate.getBoolean("ready"), gate.getString("reason", ""));
        }
        JsonArray tools = json.getJsonArray("tools", new JsonArray());
        for (int i = 0; i < tools.size(); i++) {
            JsonObject tool = tools.getJsonObject(i);
            step = step.tool(new ToolCall(tool.getString("name"), tool.getJsonObject("input")));
        }
        return json.getBoolean("hold", false) ? fault(step, json).hold() : fault(step, json);
    }

    private static Step fault(Step step, JsonObject json) {
        if (json.containsKey("status")) {
            Map<String, String> headers = new TreeMap<>();
            json.getJsonObject("headers", new JsonObject())
                    .forEach(header -> headers.put(header.getKey(), String.valueOf(header.getValue())));
            if (json.containsKey("retryAfter")) {
                headers.put("retry-after", String.valueOf(json.getInteger("retryAfter")));
            }
            int status = json.getInteger("status");
            String type = json.getString("errorType", "api_error");
            return step.fault(new Fault.HttpError(
                    status, type, json.getString("message", "scripted error " + status), Map.copyOf(headers)));
        }
        if (json.containsKey("hang")) {
            return step.hang(where(json.getString("hang")));
        }
        if (json.containsKey("drop")) {
            return step.drop(where(json.getString("drop")));
        }
        if (json.containsKey("sseError")) {
            JsonObject error = json.getJsonObject("sseError");
            return step.fault(new Fault.StreamError(error.getString("type"), error.getString("message")));
        }
        return step;
    }

    /** Reads a place by its short or long name. */
    static Fault.Where where(String name) {
        return switch (name) {
            case "connect" -> Fault.Where.CONNECT;
            case "start" -> Fault.Where.START;
            case "mid", "middle" -> Fault.Where.MIDDLE;
            case String other -> throw new IllegalArgumentException("connect, start or mid, not " + other);
        };
    }
}
