package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.RunId;
import dev.makima.base.StreamName;
import dev.makima.base.TaskId;
import dev.makima.protocol.StreamLengths;
import dev.makima.protocol.TaskComplete;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What tasks have cost is summed up by day, task and contract. */
class UsageTest extends ServerBench {
    private static String result(double total) {
        return "{\"type\":\"result\",\"result\":\"x\",\"duration_ms\":1000,\"num_turns\":2,\"total_cost_usd\":" + total
                + ",\"usage\":{\"input_tokens\":100,\"output_tokens\":10}}\n";
    }

    /** A run with results of these totals, which fails or not. */
    private void run(ScriptedDaemon daemon, boolean fails, double... totals) {
        TaskId task = daemon.take();
        RunId run = new RunId(UUID.randomUUID());
        StringBuilder output = new StringBuilder();
        for (double total : totals) {
            output.append(result(total));
        }
        byte[] bytes = output.toString().getBytes(StandardCharsets.UTF_8);
        daemon.output(task, run, StreamName.STDOUT, 0, bytes);
        daemon.expectAck(run, StreamName.STDOUT, bytes.length);
        TaskComplete end = fails ? TaskComplete.failure(task, "no luck") : TaskComplete.success(task);
        daemon.send(end.withRun(run, new StreamLengths(bytes.length, 0, 0)));
        server.taskWith(task.toString(), fails ? "failed" : "done");
    }

    private String task(JsonObject task) {
        return server.post("/mesh/tasks", task.put("plan", "p").put("start", true), 201)
                .getString("id");
    }

    private JsonObject usage(String query) {
        return server.get("/usage?" + query);
    }

    private JsonObject paid(int turns) {
        TestServer.until(
                "what was paid", () -> usage("by=day").getJsonObject("total").getInteger("turns") == turns);
        return usage("by=day");
    }

    @Test
    void aResumedRunCountsWhatItAddsToTheTotalOfTheOneBefore() {
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 1)) {
            String contract = server.post(
                            "/contracts", new JsonObject().put("name", "c").put("start", false), 201)
                    .getString("id");
            String dear = task(new JsonObject().put("name", "dear").put("contractId", contract));
            run(daemon, true, 0.10, 0.25);
            paid(4);
            server.post("/mesh/tasks/" + dear + "/retry", new JsonObject(), 200);
            run(daemon, false, 0.40);
            String cheap = task(new JsonObject().put("name", "cheap"));
            run(daemon, false, 0.05);
            JsonObject days = paid(8);
            assertThat(days.getJsonObject("total").getDouble("costUsd")).isEqualTo(0.45);
            assertThat(days.getJsonObject("total").getInteger("inputTokens")).isEqualTo(400);
            assertThat(days.getJsonObject("total").getInteger("tasks")).isEqualTo(2);
            assertThat(rows(days, "day")).containsExactly(days.getString("to"));
            JsonObject tasks = usage("by=task");
            assertThat(rows(tasks, "taskId")).containsExactly(dear, cheap);
            assertThat(rows(tasks, "name")).containsExactly("dear", "cheap");
            assertThat(rows(tasks, "costUsd")).containsExactly(0.4, 0.05);
            JsonObject first = usage("by=task&limit=1");
            assertThat(rows(first, "taskId")).containsExactly(dear);
            JsonObject second = usage("by=task&limit=1&cursor=" + first.getString("nextCursor"));
            assertThat(rows(second, "taskId")).containsExactly(cheap);
            assertThat(second.containsKey("nextCursor")).isFalse();
            assertThat(rows(usage("by=contract"), "contractId")).containsExactly(contract);
            assertThat(rows(usage("by=contract"), "costUsd")).containsExactly(0.4);
            whatWasPaidStaysPaid(cheap);
        }
    }

    private void whatWasPaidStaysPaid(String deleted) {
        assertThat(server.send(server.request("/mesh/tasks/" + deleted).DELETE())
                        .statusCode())
                .isEqualTo(204);
        assertThat(usage("by=day").getJsonObject("total").getDouble("costUsd")).isEqualTo(0.45);
        assertThat(usage("by=task").getJsonArray("rows").getJsonObject(1).containsKey("name"))
                .isFalse();
    }

    private static List<Object> rows(JsonObject usage, String field) {
        return usage.getJsonArray("rows").stream()
                .map(row -> ((JsonObject) row).getValue(field))
                .toList();
    }

    @Test
    void daysAreChosenAndBounded() {
        assertThat(usage("by=day&from=2020-01-01&to=2020-12-31").getJsonArray("rows"))
                .isEmpty();
        assertThat(usage("from=2020-01-01&to=2020-01-01").getJsonObject("total").getDouble("costUsd"))
                .isZero();
        for (String wrong : List.of(
                "by=hour",
                "from=yesterday",
                "from=2020-01-02&to=2020-01-01",
                "from=2019-01-01&to=2020-12-31",
                "by=task&cursor=x")) {
            assertThat(server.send(server.request("/usage?" + wrong)).statusCode())
                    .as(wrong)
                    .isEqualTo(400);
        }
    }
}
