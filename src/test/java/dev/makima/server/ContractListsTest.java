package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The lists of contracts in pages, and what two people do to one thing at once. */
class ContractListsTest extends ServerBench {
    private String contract;

    @BeforeEach
    void makeAContract() {
        contract = "/contracts/"
                + server.post("/contracts", new JsonObject().put("name", "c"), 201)
                        .getString("id");
    }

    /** The fields of all pages in order; each page but the last has two. */
    private List<String> pages(String path, String list, String field) {
        List<String> seen = new ArrayList<>();
        String query = path + (path.contains("?") ? "&" : "?") + "limit=2";
        String cursor = "";
        while (true) {
            JsonObject page = server.get(query + cursor);
            JsonArray items = page.getJsonArray(list);
            items.forEach(one -> seen.add(((JsonObject) one).getString(field)));
            if (!page.containsKey("nextCursor")) {
                return seen;
            }
            assertThat(items).hasSize(2);
            cursor = "&cursor=" + page.getString("nextCursor");
        }
    }

    @Test
    void whatAContractHasIsListedInPagesOldestFirst() {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            made.add("n" + i);
            server.post(
                    contract + "/tasks", new JsonObject().put("name", "n" + i).put("plan", "p"), 201);
            server.post(contract + "/files", new JsonObject().put("name", "n" + i), 201);
            server.post(contract + "/questions?wait=0", new JsonObject().put("question", "n" + i), 201);
        }
        // In one millisecond several may be made: those are in the order of their ids.
        assertThat(pages(contract + "/files", "files", "name")).containsExactlyInAnyOrderElementsOf(made);
        assertThat(pages(contract + "/questions", "questions", "question")).containsExactlyInAnyOrderElementsOf(made);
        assertThat(pages(contract + "/questions?open=true", "questions", "question"))
                .containsExactlyInAnyOrderElementsOf(made);
        assertThat(pages(contract + "/tasks", "tasks", "name")).hasSize(6).containsAll(made);
        assertThat(pages(contract + "/tree", "tasks", "name")).hasSize(6).containsAll(made);
        assertThat(server.send(server.request(contract + "/files?cursor=x")).statusCode())
                .isEqualTo(400);
        assertThat(server.send(server.request(contract + "/tree?limit=501")).statusCode())
                .isEqualTo(400);
    }

    private HttpResponse<String> put(String path, JsonObject body, String tag) {
        HttpRequest.Builder request = server.request(path).PUT(HttpRequest.BodyPublishers.ofString(body.encode()));
        return server.send(tag.isEmpty() ? request : request.header("If-Match", tag));
    }

    private JsonObject outdated(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        JsonObject refused = new JsonObject(answer.body());
        assertThat(refused.getString("code")).isEqualTo("CONFLICT");
        assertThat(refused.getString("message"))
                .contains("has version " + refused.getJsonObject("current").getLong("version"));
        return refused.getJsonObject("current");
    }

    private String tag(String path) {
        return server.send(server.request(path)).headers().firstValue("ETag").orElseThrow();
    }

    @Test
    void aPutForAStateThatIsGoneIsRefusedWithTheOneThatIsThere() {
        String task = "/mesh/tasks/"
                + server.post("/mesh/tasks", new JsonObject().put("plan", "p"), 201)
                        .getString("id");
        String file = contract + "/files/"
                + server.post(contract + "/files", new JsonObject().put("name", "f"), 201)
                        .getString("id");
        for (String path : List.of(task, file, contract)) {
            String before = tag(path);
            JsonObject name = new JsonObject().put("name", "first");
            assertThat(put(path, name, before).statusCode()).as(path).isEqualTo(200);
            JsonObject other = new JsonObject().put("name", "second");
            assertThat(outdated(put(path, other, before), 412).getString("name"))
                    .isEqualTo("first");
            assertThat(outdated(put(path, other.copy().put("version", 1), ""), 409)
                            .getString("name"))
                    .isEqualTo("first");
            assertThat(outdated(put(path, new JsonObject().put("version", 1), ""), 409))
                    .isNotEmpty();
            assertThat(put(path, other.copy().put("version", 2), "\"x\", " + tag(path))
                            .statusCode())
                    .isEqualTo(200);
            assertThat(put(path, other, "*").statusCode()).isEqualTo(200);
            assertThat(put(path, other, "").statusCode()).isEqualTo(200);
            assertThat(server.get(path).getString("name")).isEqualTo("second");
        }
        JsonObject phase = new JsonObject().put("phase", "execute").put("version", 1);
        assertThat(outdated(server.post(contract + "/phase", phase.encode()), 409)
                        .getString("phase"))
                .isEqualTo("plan");
        JsonObject end = new JsonObject().put("version", 1);
        assertThat(outdated(server.post(contract + "/complete", end.encode()), 409)
                        .getString("status"))
                .isEqualTo("active");
        assertThat(outdated(put(contract, end.copy().put("status", "completed"), ""), 409)
                        .getString("status"))
                .isEqualTo("active");
    }

    @Test
    void aDeliverableIsMarkedByVersionToo() {
        JsonObject item = server.get(contract + "/deliverables")
                .getJsonArray("deliverables")
                .getJsonObject(0);
        assertThat(item.getLong("version")).isZero();
        String path = contract + "/deliverables/" + item.getString("name");
        JsonObject done = new JsonObject().put("done", true).put("version", 0);
        assertThat(put(path, done, "").statusCode()).isEqualTo(200);
        assertThat(outdated(put(path, done, ""), 409).getBoolean("done")).isTrue();
        JsonObject open = new JsonObject().put("done", false).put("version", 1);
        HttpResponse<String> marked = put(path, open, "");
        assertThat(marked.statusCode()).as(marked.body()).isEqualTo(200);
        assertThat(new JsonObject(marked.body())
                        .getJsonArray("items")
                        .getJsonObject(0)
                        .getLong("version"))
                .isEqualTo(2);
        assertThat(put(path, new JsonObject().put("done", true), "").statusCode())
                .isEqualTo(200);
        assertThat(outdated(put(path, new JsonObject(), "\"x\""), 412).getLong("version"))
                .isEqualTo(3);
        HttpResponse<String> unknown = put(contract + "/deliverables/no-such", done, "");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(new JsonObject(unknown.body()).getString("message"))
                .contains("has no deliverable no-such. It has ", item.getString("name"), "pull-request");
    }
}
