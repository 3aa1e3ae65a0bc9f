package dev.makima.testkit;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/** The scenarios that a marker in a prompt can name: {@code @@mock NAME {"parameter": …}@@}. */
final class BuiltInScenarios {
    private static final String OVERLOADED = "overloaded_error";
    private static final Map<String, Function<JsonObject, Scenario>> BY_NAME = Map.ofEntries(
            Map.entry("text", p -> Scenario.says(p.getString("text", "Hello from the scripted model."))),
            Map.entry("think", p -> Scenario.of(Step.text("Thought about it.").thinking("Let me think about it."))),
            Map.entry("echo", p -> Scenario.says("You said: {{prompt}}")),
            Map.entry("tools", BuiltInScenarios::tools),
            Map.entry("bash", p -> Scenario.runs(p.getString("command"))),
            Map.entry("write", p -> Scenario.writes(p.getString("path"), p.getString("content", "hello\n"))),
            Map.entry(
                    "edit",
                    p -> Scenario.edits(
                            p.getString("path"), p.getString("old", "hello"), p.getString("new", "goodbye"))),
            Map.entry("parallel", p -> parallel()),
            Map.entry(
                    "slow",
                    p -> Scenario.of(Step.text(Step.fillerText(p.getInteger("bytes", 600)))
                            .slowly(p.getInteger("chunk", 10), Duration.ofMillis(p.getInteger("delayMs", 200))))),
            Map.entry("large", p -> Scenario.of(Step.text("Large:\n").filler(p.getInteger("bytes", 300_000)))),
            Map.entry("gate", p -> gate()),
            Map.entry("401", p -> failing(p, 401, "authentication_error", "invalid x-api-key")),
            Map.entry(
                    "403",
                    p -> failing(
                            p,
                            403,
                            "permission_error",
                            "Your API key does not have permission to use the specified resource.")),
            Map.entry(
                    "credit",
                    p -> failing(
                            p,
                            400,
                            "invalid_request_error",
                            "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing"
                                    + " to upgrade or purchase credits.")),
            Map.entry("400", p -> failing(p, 400, "invalid_request_error", "messages.0: bad request")),
            Map.entry("429", BuiltInScenarios::rateLimited),
            Map.entry("529", p -> passing(p, 529, OVERLOADED, "Overloaded")),
            Map.entry("500", p -> passing(p, 500, "api_error", "Internal server error")),
            Map.entry("hang", p -> Scenario.of(times(halved(p).hang(where(p)), p, Integer.MAX_VALUE))),
            Map.entry("drop", p -> Scenario.of(times(halved(p).drop(where(p)), p, 1))),
            Map.entry(
                    "sseerror",
                    p -> Scenario.of(times(halved(p).fault(new Fault.StreamError(OVERLOADED, "Overloaded")), p, 1))),
            Map.entry("refusal", p -> Scenario.of(Step.empty().stop("refusal"))),
            Map.entry(
                    "maxtokens",
                    p -> Scenario.of(times(Step.text("truncated tex").stop("max_tokens"), p, Integer.MAX_VALUE))));

    private BuiltInScenarios() {}

    /** The scenario of that name, or nothing where there is none. */
    static Optional<Scenario> named(String name, JsonObject parameters) {
        return Optional.ofNullable(BY_NAME.get(name)).map(made -> made.apply(parameters));
    }

    private static Scenario tools(JsonObject p) {
        Step[] steps = IntStream.rangeClosed(1, p.getInteger("k", 3))
                .mapToObj(i -> Step.text("Step " + i + ".")
                        .tool(ToolCall.bash(p.getString("command", "echo step-" + i + " >> steps.txt"))))
                .toArray(Step[]::new);
        return Scenario.of(steps).after(Step.text("All steps done."));
    }

    private static Scenario parallel() {
        Step all = Step.text("Three at once.");
        for (int i = 1; i <= 3; i++) {
            all = all.tool(ToolCall.bash("sleep 0." + i + "; echo p" + i));
        }
        return Scenario.of(all).after(Step.text("Parallel done."));
    }

    private static Scenario gate() {
        return Scenario.of(
                        Step.text("Working.").tool(ToolCall.bash("echo one >> gate.txt")),
                        Step.text("Not finished.").gate(false, "tests are not written yet"))
                .nextRound(
                        Step.text("Going on.").tool(ToolCall.bash("echo two >> gate.txt")),
                        Step.text("Finished.").gate(true, "tests pass"));
    }

    private static Scenario failing(JsonObject p, int status, String type, String message) {
        return Scenario.of(
                times(Step.empty().error(status, type, p.getString("message", message)), p, Integer.MAX_VALUE));
    }

    private static Scenario passing(JsonObject p, int status, String type, String message) {
        return Scenario.of(times(Step.text("After the " + status + ".").error(status, type, message), p, 2));
    }

    private static Scenario rateLimited(JsonObject p) {
        Fault fault = new Fault.HttpError(
                429,
                "rate_limit_error",
                "This request would exceed your account's rate limit. Please try again later.",
                Map.of("retry-after", String.valueOf(p.getInteger("retryAfter", 1))));
        return Scenario.of(times(Step.text("After the rate limit.").fault(fault), p, 2));
    }

    private static Step halved(JsonObject p) {
        return Step.text(Step.fillerText(p.getInteger("bytes", 200))).slowly(20, Duration.ZERO);
    }

    private static Step times(Step step, JsonObject p, int otherwise) {
        return step.times(p.getInteger("times", otherwise));
    }

    private static Fault.Where where(JsonObject p) {
        return ScenarioText.where(p.getString("where", "mid"));
    }
}
