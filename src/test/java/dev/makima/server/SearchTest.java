package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.RunId;
import dev.makima.base.StreamName;
import dev.makima.base.TaskId;
import dev.makima.protocol.EventAck;
import dev.makima.protocol.RegisterToolKey;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Words are found in what tasks have said, in one and in all. */
class SearchTest extends ServerBench {
    private static final String KEY = "0123456789abcdef".repeat(4);

    /** A task that runs and has said these lines. */
    private String saying(ScriptedDaemon daemon, String... lines) {
        String id = server.task(lines[0]);
        TaskId task = daemon.take();
        byte[] bytes = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
        daemon.output(task, new RunId(UUID.randomUUID()), StreamName.STDOUT, 0, bytes);
        server.entries(id, lines.length);
        return id;
    }

    private static String encoded(String words) {
        return URLEncoder.encode(words, StandardCharsets.UTF_8);
    }

    private List<String> contents(String path) {
        List<String> contents = new ArrayList<>();
        server.get(path)
                .getJsonArray("entries")
                .forEach(each -> contents.add(((JsonObject) each).getString("content")));
        return contents;
    }

    @Test
    void theEntriesOfATaskThatHaveTheWordsAreFound() {
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 5)) {
            String id = saying(
                    daemon,
                    "The build FAILED: 100% of it",
                    "all \"quoted\" and C:\\back\\slash",
                    "Grüße aus Ärzen",
                    "content of stdout_ok",
                    "nothing");
            String path = "/mesh/tasks/" + id + "/output?text=";
            assertThat(contents(path + "failed")).containsExactly("The build FAILED: 100% of it");
            assertThat(contents(path + encoded("100% of"))).hasSize(1);
            assertThat(contents(path + encoded("0%o"))).isEmpty();
            assertThat(contents(path + encoded("\"Quoted\" and c:\\BACK\\")))
                    .containsExactly("all \"quoted\" and C:\\back\\slash");
            assertThat(contents(path + encoded("grüße"))).hasSize(1);
            assertThat(contents(path + encoded("GRÜSSE"))).isEmpty();
            assertThat(contents(path + encoded("ärzen")))
                    .as("other letters are small or capital on every database alike")
                    .isEmpty();
            assertThat(contents(path + "stdout_ok")).hasSize(1);
            assertThat(contents(path + "messageType"))
                    .as("names of fields are no output")
                    .isEmpty();
            JsonObject page = server.get(path + "o&limit=2");
            assertThat(page.getJsonArray("entries")).hasSize(2);
            assertThat(page.getBoolean("more")).isTrue();
            JsonObject rest = server.get(path + "o&limit=2&after=" + page.getLong("next"));
            assertThat(rest.getJsonArray("entries")).hasSize(2);
        }
    }

    @Test
    void allTasksAreSearchedInPagesNewestFirst() {
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 5)) {
            String old = saying(daemon, "first", "needle one", "needle two");
            saying(daemon, "hay", "hay");
            String young = saying(daemon, "second", "needle three");
            assertThat(found("needle", 50))
                    .containsExactly(young + " needle three", old + " needle one", old + " needle two");
            assertThat(found("needle", 1))
                    .containsExactly(young + " needle three", old + " needle one", old + " needle two");
            assertThat(found("nowhere", 50)).isEmpty();
            for (String wrong : List.of(
                    "", "?text=", "?text=%20", "?text=x&limit=0", "?text=x&cursor=bad", "?text=x&cursor=MTox")) {
                assertThat(server.send(server.request("/mesh/output" + wrong)).statusCode())
                        .as(wrong)
                        .isEqualTo(400);
            }
        }
    }

    private List<String> found(String words, int limit) {
        List<String> found = new ArrayList<>();
        String cursor = "";
        do {
            JsonObject page = server.get("/mesh/output?text=" + words + "&limit=" + limit + cursor);
            JsonArray matches = page.getJsonArray("matches");
            assertThat(matches).hasSizeLessThanOrEqualTo(limit);
            matches.forEach(each -> found.add(((JsonObject) each).getString("taskId") + " "
                    + ((JsonObject) each).getJsonObject("entry").getString("content")));
            cursor = page.containsKey("nextCursor") ? "&cursor=" + page.getString("nextCursor") : "";
        } while (!cursor.isEmpty());
        return found;
    }

    @Test
    void anAgentFindsWhatItsFamilyHasSaid() {
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 5)) {
            saying(daemon, "needle of another");
            String own = saying(daemon, "needle of its own");
            daemon.send(new RegisterToolKey(TaskId.of(own), KEY, "1-1", null));
            daemon.expect(EventAck.class);
            JsonObject page =
                    new JsonObject(server.send(HttpRequest.newBuilder(server.uri("/api/v1/mesh/output?text=needle"))
                                    .header("X-Makima-Api-Key", KEY))
                            .body());
            assertThat(page.getJsonArray("matches"))
                    .extracting(each -> ((JsonObject) each).getString("taskId"))
                    .containsExactly(own);
        }
    }
}
