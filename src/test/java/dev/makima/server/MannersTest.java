package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What holds for every route: answers that are known already, refusals, and the page that shows them all. */
class MannersTest extends SqliteServerBench {
    private HttpResponse<String> refused(HttpRequest.Builder request, int status, String code) {
        HttpResponse<String> answer = server.send(request);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(new JsonObject(answer.body()).getString("code")).isEqualTo(code);
        return answer;
    }

    private static HttpRequest.BodyPublisher text(String body) {
        return HttpRequest.BodyPublishers.ofString(body);
    }

    @Test
    void whoHasTheAnswerAlreadyIsToldSo() {
        String id = server.post("/mesh/tasks", new JsonObject().put("plan", "p"), 201)
                .getString("id");
        for (String path : List.of(
                "/mesh/tasks",
                "/mesh/tasks/" + id,
                "/mesh/tasks/" + id + "/output",
                "/openapi.json",
                "/usage",
                "/mesh/tasks/" + id + "/output?format=raw")) {
            String tag = server.send(server.request(path))
                    .headers()
                    .firstValue("ETag")
                    .orElseThrow();
            for (String known : List.of(tag, "W/" + tag, "\"x\", " + tag, "*")) {
                HttpResponse<String> again = server.send(server.request(path).header("If-None-Match", known));
                assertThat(again.statusCode()).as(path + " " + known).isEqualTo(304);
                assertThat(again.headers().firstValue("ETag")).contains(tag);
            }
            assertThat(server.send(server.request(path).header("If-None-Match", "\"x\""))
                            .statusCode())
                    .isEqualTo(200);
        }
        String before = server.send(server.request("/mesh/tasks"))
                .headers()
                .firstValue("ETag")
                .orElseThrow();
        server.post("/mesh/tasks", new JsonObject().put("plan", "p"), 201);
        assertThat(server.send(server.request("/mesh/tasks").header("If-None-Match", before))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void aHeadIsAnsweredAsAGetIsWithoutItsBody() {
        for (String path : List.of("/docs", "/health/live", "/api/v1/mesh/tasks", "/api/v1/mesh/tasks/none")) {
            HttpResponse<String> get = server.send(keyed(path));
            HttpResponse<String> head = server.send(keyed(path).method("HEAD", HttpRequest.BodyPublishers.noBody()));
            assertThat(head.statusCode()).isEqualTo(get.statusCode());
            assertThat(head.body()).isEmpty();
            for (String header : List.of("Content-Type", "ETag", "Cache-Control")) {
                assertThat(head.headers().firstValue(header))
                        .isEqualTo(get.headers().firstValue(header));
            }
            if (head.statusCode() == 200) {
                assertThat(head.headers().firstValue("Content-Length"))
                        .isEqualTo(get.headers().firstValue("Content-Length"))
                        .isPresent();
            }
            // The one connection is in step: no byte of a body has followed.
            assertThat(server.send(keyed("/health/live")).statusCode()).isEqualTo(200);
        }
        String tag = server.send(keyed("/docs")).headers().firstValue("ETag").orElseThrow();
        assertThat(server.send(keyed("/docs")
                                .header("If-None-Match", tag)
                                .method("HEAD", HttpRequest.BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(304);
    }

    private HttpRequest.Builder keyed(String path) {
        return HttpRequest.newBuilder(server.uri(path)).header("X-Makima-Api-Key", server.key);
    }

    @Test
    void whatIsNotThereOrNotMeantIsRefusedInTheSameForm() {
        refused(server.request("/nowhere"), 404, "NOT_FOUND");
        refused(HttpRequest.newBuilder(server.uri("/nowhere")), 404, "NOT_FOUND");
        HttpResponse<String> method = refused(server.request("/keys").PUT(text("{}")), 405, "METHOD_NOT_ALLOWED");
        assertThat(method.headers().firstValue("Allow").orElse("")).isEqualTo("GET, HEAD, POST");
        for (String type : List.of("text/plain", "application/jsonp", "application/x-www-form-urlencoded")) {
            refused(
                    server.request("/keys").header("Content-Type", type).POST(text("{\"name\":\"x\"}")),
                    415,
                    "UNSUPPORTED_MEDIA_TYPE");
        }
        assertThat(server.send(server.request("/keys")
                                .header("Content-Type", "Application/JSON; charset=utf-8")
                                .POST(text("{\"name\":\"x\"}")))
                        .statusCode())
                .isEqualTo(201);
        HttpResponse<String> large = refused(
                server.request("/keys").POST(text("{\"name\":\"" + "x".repeat(1 << 20) + "\"}")), 413, "TOO_LARGE");
        assertThat(large.body()).contains("1048576 bytes");
    }

    @Test
    void aMistakeInTheJsonIsToldWithItsPlace() {
        assertThat(place("{\"name\":\n  x}")).contains("line 2, column 3");
        assertThat(place("{\"name\":\"a\"} more")).contains("line 1, column");
        assertThat(place("{\"name\":\"a\",\"name\":\"b\"}")).contains("name");
        assertThat(place("[]")).contains("no JSON object");
        assertThat(place("{\"name\":7}")).contains("\"name\" is not a text");
        HttpResponse<String> nested = refused(
                server.request("/contracts").POST(text("{\"name\":\"c\",\"repository\":{\"url\":7}}")),
                400,
                "VALIDATION");
        assertThat(new JsonObject(nested.body()).getString("message")).contains("\"repository.url\"");
    }

    private String place(String body) {
        return new JsonObject(refused(server.request("/keys").POST(text(body)), 400, "VALIDATION")
                        .body())
                .getString("message");
    }

    @Test
    void aGuesserIsToldWhenToComeBackWhateverAddressItWrites() {
        for (int i = 0; i < 20; i++) {
            refused(guess(i), 401, "UNAUTHORIZED");
        }
        HttpResponse<String> limited = refused(guess(21), 429, "RATE_LIMITED");
        assertThat(Integer.parseInt(limited.headers().firstValue("Retry-After").orElseThrow()))
                .isBetween(1, 61);
        refused(
                HttpRequest.newBuilder(server.uri("/api/v1/keys")).header("X-Api-Key", "0".repeat(64)),
                429,
                "RATE_LIMITED");
        assertThat(server.send(server.request("/keys")).statusCode())
                .as("a good key goes on working")
                .isEqualTo(200);
    }

    private HttpRequest.Builder guess(int number) {
        return HttpRequest.newBuilder(server.uri("/api/v1/mesh/tasks"))
                .header("X-Forwarded-For", "10.0.0." + number)
                .header("Forwarded", "for=10.0.0." + number)
                .header("X-Real-IP", "10.0.0." + number)
                .header("X-Api-Key", "mk_" + "A".repeat(43));
    }

    @Test
    void theDocumentIsShownAsAPageThatNeedsNothingElse() {
        HttpResponse<String> page = server.send(HttpRequest.newBuilder(server.uri("/docs")));
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
        String policy = page.headers().firstValue("Content-Security-Policy").orElseThrow();
        assertThat(policy)
                .contains("default-src 'none'")
                .doesNotContain("unsafe")
                .doesNotContain("http");
        String html = page.body();
        assertThat(html)
                .doesNotContain("<script")
                .doesNotContain("src=")
                .doesNotContain("style=")
                .doesNotContain("{\"");
        assertThat(server.server.routes())
                .allSatisfy(route -> assertThat(html).contains("</b> <code>" + route.split(" ")[1] + "</code>"));
        Set<String> anchors = new HashSet<>();
        all(html, " id=\"([^\"]*)\"")
                .forEach(id -> assertThat(anchors.add(id)).as("twice: " + id).isTrue());
        assertThat(all(html, "href=\"([^\"]*)\""))
                .allSatisfy(link -> assertThat((link.startsWith("#") && anchors.contains(link.substring(1)))
                                || link.equals("/api/v1/openapi.json"))
                        .as(link)
                        .isTrue());
        assertThat(html)
                .contains(
                        "<tr id=\"failure-404\"><td class=\"name\">404</td><td class=\"type\">"
                                + "<a href=\"#schema-Error\">Error</a></td><td>It does not exist, or is not the caller's to see")
                .doesNotContain("What is wrong");
        assertThat(html.substring(html.indexOf("<section id=\"getTask\">")))
                .as("an operation's failures on one line")
                .containsPattern("^.*?<a href=\"#failure-401\">401</a>, <a href=\"#failure-404\">404</a></td>");
        assertThat(server.send(HttpRequest.newBuilder(server.uri("/api/v1/docs")))
                        .body())
                .isEqualTo(html);
        assertThat(all(html, "<(\\w+)[ >]").stream()
                        .filter(tag -> !tag.equals("meta"))
                        .count())
                .as("every element is closed")
                .isEqualTo(all(html, "</(\\w+)>").size());
    }

    private static List<String> all(String text, String pattern) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(found -> found.group(1))
                .toList();
    }
}
