package dev.makima.server.api;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The OpenAPI document as one page of HTML that needs nothing else: no script, no font, no other server. Pure, made once.
 */
final class DocsPage {
    /** What a browser may do with the page: show it, in its own style, and nothing else. */
    static final String POLICY = "default-src 'none'; style-src '" + DocsStyle.HASH
            + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /** What the document itself is found under, in it. */
    private static final String DOCUMENT = "document";

    private static final List<String> METHODS = List.of("get", "post", "put", "delete");

    private final JsonObject document;
    /** By status, the failures that mean the same at every operation. */
    private final SortedMap<String, JsonObject> failures = new TreeMap<>();

    private final Html html = new Html();

    DocsPage(JsonObject document) {
        this.document = document;
    }

    String html() {
        JsonObject info = document.getJsonObject("info");
        html.raw("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
                .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>")
                .text(info.getString("title") + " API")
                .raw("</title><style>" + DocsStyle.CSS + "</style></head><body>");
        Map<String, List<Operation>> rooms = rooms();
        contents(rooms);
        html.raw("<main><h1>").text(info.getString("title") + " API").raw("</h1><p>");
        html.text(info.getString("description", "")).raw("</p>");
        html.raw("<p>The same for programs: <a href=\"" + Routes.PREFIX + "/openapi.json\">openapi.json</a>, OpenAPI ")
                .text(document.getString("openapi"))
                .raw(". An API key goes in the header <code>X-Makima-Api-Key</code>, <code>X-Api-Key</code> or"
                        + " <code>Authorization: Bearer</code>; <code>makima keys create NAME</code> makes one. Every"
                        + " failure is a <a href=\"#schema-Error\">code and a message</a>. Of what is marked with"
                        + " <sup>*</sup> none may be left out of a body, and each is in every answer.</p>")
                .raw("<pre>curl -H \"X-Makima-Api-Key: $MAKIMA_API_KEY\" http://127.0.0.1:8080" + Routes.PREFIX
                        + "/mesh/tasks</pre>");
        rooms.forEach((room, operations) -> {
            html.raw("<h2 id=\"" + room + "\">").text(room).raw("</h2>");
            operations.forEach(this::operation);
        });
        html.raw("<h2 id=\"failures\">failures</h2><table>");
        failures.forEach(this::failure);
        html.raw("</table><h2 id=\"schemas\">schemas</h2>");
        schemas().forEach(this::schema);
        return html.raw("</main></body></html>\n").toString();
    }

    private record Operation(String method, String path, JsonObject it, JsonArray shared) {
        String id() {
            return it.getString("operationId");
        }
    }

    /** The operations by what they are about, in the document's order. */
    private Map<String, List<Operation>> rooms() {
        Map<String, List<Operation>> rooms = new LinkedHashMap<>();
        document.getJsonObject("paths").forEach(entry -> {
            JsonObject path = (JsonObject) entry.getValue();
            JsonArray shared = path.getJsonArray("parameters", new JsonArray());
            METHODS.stream()
                    .filter(path::containsKey)
                    .forEach(method -> rooms.computeIfAbsent(room(entry.getKey()), ignored -> new ArrayList<>())
                            .add(new Operation(method, entry.getKey(), path.getJsonObject(method), shared)));
        });
        return rooms;
    }

    private static String room(String path) {
        String[] parts = path.replace(Routes.PREFIX, "").replace("/mesh", "").split("/", -1);
        String first = parts.length > 1 ? parts[1] : "";
        return first.startsWith("openapi") || first.equals("docs") ? DOCUMENT : first;
    }

    private JsonObject schemas() {
        return components("schemas");
    }

    private JsonObject components(String kind) {
        return document.getJsonObject("components", new JsonObject()).getJsonObject(kind, new JsonObject());
    }

    private void contents(Map<String, List<Operation>> rooms) {
        html.raw("<nav aria-label=\"Contents\">");
        rooms.forEach((room, operations) -> {
            html.raw("<h3><a href=\"#" + room + "\">").text(room).raw("</a></h3><ul>");
            operations.forEach(one -> html.raw("<li><a href=\"#" + one.id() + "\"><b class=\"" + one.method() + "\">")
                    .text(one.method().toUpperCase(Locale.ROOT))
                    .raw("</b> ")
                    .text(room.equals(DOCUMENT) ? one.path() : one.path().replace(Routes.PREFIX, ""))
                    .raw("</a></li>"));
            html.raw("</ul>");
        });
        html.raw("<h3><a href=\"#failures\">failures</a></h3>");
        html.raw("<h3><a href=\"#schemas\">schemas</a></h3></nav>");
    }

    private void operation(Operation one) {
        html.raw("<section id=\"" + one.id() + "\"><h3><b class=\"" + one.method() + "\">")
                .text(one.method().toUpperCase(Locale.ROOT))
                .raw("</b> <code>")
                .text(one.path())
                .raw("</code></h3><p>")
                .text(one.it().getString("summary", ""));
        if (one.it().getJsonArray("security", new JsonArray(List.of(1))).isEmpty()) {
            html.raw(". <i>No key is needed.</i>");
        }
        html.raw("</p>");
        List<JsonObject> parameters = new ArrayList<>();
        one.shared().forEach(each -> parameters.add((JsonObject) each));
        one.it().getJsonArray("parameters", new JsonArray()).forEach(each -> parameters.add((JsonObject) each));
        if (!parameters.isEmpty()) {
            html.raw("<h4>Parameters</h4><table>");
            parameters.forEach(this::parameter);
            html.raw("</table>");
        }
        JsonObject body = one.it().getJsonObject("requestBody");
        if (body != null) {
            html.raw("<h4>Body")
                    .text(body.getBoolean("required", false) ? "" : " (may be left out)")
                    .raw("</h4>");
            whole(content(body));
        }
        answers(one.it().getJsonObject("responses", new JsonObject()));
        html.raw("</section>");
    }

    /** A line for each kind of answer, and one for all failures that are told of further down. */
    private void answers(JsonObject answers) {
        List<String> shared = new ArrayList<>();
        html.raw("<h4>Answers</h4><table>");
        answers.fieldNames().stream().sorted().forEach(status -> {
            JsonObject answer = answers.getJsonObject(status);
            if (answer.containsKey("$ref")) {
                failures.put(status, components("responses").getJsonObject(last(answer.getString("$ref"))));
                shared.add("<a href=\"#failure-" + status + "\">" + status + "</a>");
            } else {
                answer(status, "", answer);
            }
        });
        if (!shared.isEmpty()) {
            html.raw("<tr><td class=\"name\">" + String.join(", ", shared) + "</td><td class=\"type\">");
            type(new JsonObject().put("$ref", "#/components/schemas/Error"));
            html.raw("</td><td></td></tr>");
        }
        html.raw("</table>");
    }

    private void failure(String status, JsonObject failure) {
        answer(status, " id=\"failure-" + status + "\"", failure);
    }

    private void answer(String status, String attributes, JsonObject answer) {
        html.raw("<tr" + attributes + "><td class=\"name\">").text(status).raw("</td><td class=\"type\">");
        type(content(answer));
        html.raw("</td><td>").text(answer.getString("description", "")).raw("</td></tr>");
    }

    private void parameter(JsonObject parameter) {
        JsonObject schema = parameter.getJsonObject("schema", new JsonObject());
        html.raw("<tr><td class=\"name\"><code>")
                .text(parameter.getString("name"))
                .raw("</code></td><td class=\"type\">");
        type(schema);
        html.text(" in the " + parameter.getString("in"))
                .raw("</td><td>")
                .text(parameter.getString("description", ""))
                .raw(bounds(schema))
                .raw("</td></tr>");
    }

    private static @Nullable JsonObject content(JsonObject of) {
        JsonObject content = of.getJsonObject("content");
        return content == null || content.isEmpty()
                ? null
                : content.getJsonObject(content.fieldNames().iterator().next()).getJsonObject("schema");
    }

    private void schema(Map.Entry<String, Object> schema) {
        html.raw("<section id=\"schema-" + schema.getKey() + "\"><h3>")
                .text(schema.getKey())
                .raw("</h3>");
        whole((JsonObject) schema.getValue());
        html.raw("</section>");
    }

    /** A type with all its fields, or the name of one that has a place of its own. */
    private void whole(@Nullable JsonObject schema) {
        if (schema == null || !schema.containsKey("properties")) {
            html.raw("<p>");
            type(schema);
            html.raw("</p>");
            return;
        }
        JsonArray required = schema.getJsonArray("required", new JsonArray());
        JsonObject fields = schema.getJsonObject("properties");
        html.raw(fields.isEmpty() ? "<p>an empty object</p>" : "<table>");
        fields.forEach(each -> {
            JsonObject field = (JsonObject) each.getValue();
            html.raw("<tr><td class=\"name\"><code>").text(each.getKey()).raw("</code>");
            html.raw(required.contains(each.getKey()) ? "<sup title=\"always there\">*</sup>" : "")
                    .raw("</td><td class=\"type\">");
            type(field);
            html.raw("</td><td>")
                    .text(field.getString("description", ""))
                    .raw(bounds(field))
                    .raw("</td></tr>");
        });
        html.raw(fields.isEmpty() ? "" : "</table>");
    }

    private void type(@Nullable JsonObject schema) {
        if (schema == null) {
            html.text("nothing");
        } else if (schema.containsKey("$ref")) {
            String name = last(schema.getString("$ref"));
            html.raw("<a href=\"#schema-" + name + "\">").text(name).raw("</a>");
        } else if (schema.containsKey("allOf")) {
            JsonArray parts = schema.getJsonArray("allOf");
            for (int i = 0; i < parts.size(); i++) {
                html.raw(i > 0 ? " and " : "");
                type(parts.getJsonObject(i));
            }
        } else if (schema.containsKey("enum")) {
            html.text(String.join(
                    " | ",
                    schema.getJsonArray("enum").stream().map(String::valueOf).toList()));
        } else if ("array".equals(schema.getString("type"))) {
            html.text("list of ");
            type(schema.getJsonObject("items"));
        } else if (schema.containsKey("properties")) {
            html.text("{" + String.join(", ", schema.getJsonObject("properties").fieldNames()) + "}");
        } else {
            html.text(schema.getString("format", schema.getString("type", "anything")));
        }
    }

    private static String last(String reference) {
        return reference.substring(reference.lastIndexOf('/') + 1);
    }

    private static String bounds(JsonObject schema) {
        StringBuilder bounds = new StringBuilder();
        for (String name : List.of("default", "minimum", "maximum", "minLength", "maxLength", "maxItems")) {
            if (schema.containsKey(name)) {
                bounds.append(" <small>" + name + " ")
                        .append(Html.escaped(String.valueOf(schema.getValue(name))))
                        .append("</small>");
            }
        }
        return bounds.toString();
    }

    /** Text that is escaped, and markup that is not. */
    private static final class Html {
        private final StringBuilder text = new StringBuilder(200_000);

        private Html raw(String markup) {
            text.append(markup);
            return this;
        }

        private Html text(@Nullable String words) {
            text.append(escaped(words == null ? "" : words));
            return this;
        }

        private static String escaped(String words) {
            return words.replace("&", "&amp;")
                    .replace("<", "&lt;")
                    .replace(">", "&gt;")
                    .replace("\"", "&quot;");
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
