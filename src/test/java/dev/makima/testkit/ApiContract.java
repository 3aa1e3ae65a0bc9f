package dev.makima.testkit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The OpenAPI document as what both sides have to keep to: every answer has a status, a type and a form that the document
 * names, and every request that was accepted has one too. What the document does not name is a mistake, further fields
 * included. Thread-safe.
 */
public final class ApiContract {
    private static final String DOCUMENT = "dev/makima/server/openapi.json";
    private static final String RESPONSES = "#/components/responses/";
    private static final String REFERENCE = "#/components/schemas/";
    /** What any route may answer: no key, too many attempts, our own mistakes, no database, a full disk. */
    private static final Set<Integer> ANYWHERE = Set.of(401, 429, 500, 503, 507);
    /** What any route with a body may answer: too large, no JSON. */
    private static final Set<Integer> TO_BODIES = Set.of(400, 413, 415);

    /** One entry may have a line of many megabytes. */
    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(Integer.MAX_VALUE)
                            .build())
                    .build())
            .build();

    private static final TypeReference<Map<String, Object>> FIELDS = new TypeReference<>() {};

    private final JsonObject document;
    private final List<Route> routes = new ArrayList<>();
    private final Map<JsonObject, Validator> validators = new ConcurrentHashMap<>();

    private record Route(String path, Pattern pattern, JsonObject item) {}

    /** A request and what came of it; bodies as they went over the wire. */
    public record Exchange(
            String method, String path, @Nullable String query, String sent, int status, String type, String received) {
        private String words() {
            return method + " " + path + (query == null ? "" : "?" + query) + " -> " + status;
        }
    }

    private static final class Holder {
        private static final ApiContract IT = new ApiContract(read());
    }

    private ApiContract(JsonObject document) {
        this.document = document;
        document.getJsonObject("paths").forEach(each -> {
            String pattern = each.getKey().replaceAll("\\{[^}]*\\}", "[^/]+");
            routes.add(new Route(each.getKey(), Pattern.compile(pattern), (JsonObject) each.getValue()));
        });
        // "/mesh/daemons/connect" is meant by itself, not as the daemon of that id.
        routes.sort((a, b) -> Boolean.compare(a.path().contains("{"), b.path().contains("{")));
    }

    /** The contract of this version. */
    public static ApiContract get() {
        return Holder.IT;
    }

    private static JsonObject read() {
        try (InputStream in = ApiContract.class.getClassLoader().getResourceAsStream(DOCUMENT)) {
            return new JsonObject(
                    new String(Objects.requireNonNull(in, DOCUMENT).readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Throws an AssertionError where the exchange is not as the document says. */
    public void check(Exchange exchange) {
        if (exchange.method().equals("HEAD")) {
            checkHead(exchange);
            return;
        }
        JsonObject operation = operation(exchange);
        if (operation == null) {
            if (exchange.status() < 400) {
                throw broken(exchange, "the document has no such operation");
            }
            checkBody(exchange, "answer", REFERENCE + "Error", exchange.received());
            return;
        }
        checkAnswer(exchange, operation);
        if (exchange.status() >= 200 && exchange.status() < 300) {
            checkRequest(exchange, operation);
        }
    }

    /** That of a GET without its body. */
    private void checkHead(Exchange exchange) {
        JsonObject operation = operation(exchange);
        if (!exchange.received().isEmpty()) {
            throw broken(exchange, "a body to HEAD");
        }
        if (exchange.status() < 400 && exchange.status() != 304) {
            if (operation == null || answer(operation, exchange.status()) == null) {
                throw broken(exchange, "the document has no such operation");
            }
        }
    }

    private @Nullable JsonObject operation(Exchange exchange) {
        String method =
                exchange.method().equals("HEAD") ? "get" : exchange.method().toLowerCase(Locale.ROOT);
        return routes.stream()
                .filter(route -> route.pattern().matcher(exchange.path()).matches())
                .findFirst()
                .map(route -> {
                    JsonObject operation = route.item().getJsonObject(method);
                    return operation == null
                            ? null
                            : operation.copy().put("shared", route.item().getJsonArray("parameters", new JsonArray()));
                })
                .orElse(null);
    }

    private void checkAnswer(Exchange exchange, JsonObject operation) {
        int status = exchange.status();
        if (status == 304) {
            if (!exchange.method().equals("GET") || !exchange.received().isEmpty()) {
                throw broken(exchange, "304 with a body, or to something else than GET");
            }
            return;
        }
        JsonObject answer = answer(operation, status);
        if (answer == null) {
            boolean general =
                    ANYWHERE.contains(status) || (TO_BODIES.contains(status) && operation.containsKey("requestBody"));
            if (!general) {
                throw broken(exchange, "the document does not name the status: " + exchange.received());
            }
            checkBody(exchange, "answer", REFERENCE + "Error", exchange.received());
            return;
        }
        JsonObject content = answer.getJsonObject("content");
        if (content == null) {
            if (!exchange.received().isEmpty()) {
                throw broken(exchange, "the document names no body: " + exchange.received());
            }
            return;
        }
        String type = exchange.type().replaceFirst(";.*", "").strip();
        JsonObject found = content.getJsonObject(type);
        if (found == null) {
            throw broken(exchange, "the document does not name the type \"" + type + "\"");
        }
        if (type.equals("application/json")) {
            checkBody(exchange, "answer", found.getJsonObject("schema"), exchange.received());
        }
    }

    private @Nullable JsonObject answer(JsonObject operation, int status) {
        JsonObject answer = operation.getJsonObject("responses").getJsonObject(Integer.toString(status));
        if (answer == null || !answer.containsKey("$ref")) {
            return answer;
        }
        String reference = answer.getString("$ref");
        return Objects.requireNonNull(
                document.getJsonObject("components")
                        .getJsonObject("responses")
                        .getJsonObject(reference.substring(RESPONSES.length())),
                reference);
    }

    private void checkRequest(Exchange exchange, JsonObject operation) {
        Set<String> declared = new HashSet<>();
        for (String list : List.of("shared", "parameters")) {
            operation
                    .getJsonArray(list, new JsonArray())
                    .forEach(each -> declared.add(((JsonObject) each).getString("name")));
        }
        if (exchange.query() != null) {
            for (String pair : exchange.query().split("&", -1)) {
                String name = pair.replaceFirst("=.*", "");
                if (!declared.contains(name)) {
                    throw broken(
                            exchange, "was accepted with the parameter " + name + " that the document does not name");
                }
            }
        }
        JsonObject body = operation.getJsonObject("requestBody");
        if (exchange.sent().isEmpty()) {
            if (body != null && body.getBoolean("required", false)) {
                throw broken(exchange, "was accepted without the body that the document requires");
            }
        } else if (body == null) {
            throw broken(exchange, "was accepted with a body that the document does not name");
        } else {
            JsonObject schema = body.getJsonObject("content")
                    .getJsonObject("application/json")
                    .getJsonObject("schema");
            checkBody(exchange, "accepted request", schema, exchange.sent());
        }
    }

    private void checkBody(Exchange exchange, String what, String reference, String body) {
        checkBody(exchange, what, new JsonObject().put("$ref", reference), body);
    }

    private void checkBody(Exchange exchange, String what, JsonObject schema, String body) {
        Object json;
        try {
            // Every answer and every request is an object.
            json = new JsonObject(MAPPER.readValue(body, FIELDS));
        } catch (IOException e) {
            throw broken(exchange, "the " + what + " is no JSON: " + body);
        }
        OutputUnit result = validators
                .computeIfAbsent(schema, one -> validator(one, OutputFormat.Flag))
                .validate(json);
        if (!Boolean.TRUE.equals(result.getValid())) {
            // The fast way says no more than no.
            OutputUnit words = validator(schema, OutputFormat.Basic).validate(json);
            List<String> errors = Objects.requireNonNullElse(words.getErrors(), List.<OutputUnit>of()).stream()
                    .map(error -> error.getInstanceLocation() + ": " + error.getError())
                    .toList();
            throw broken(exchange, "the " + what + " is not as the document says: " + errors + "\n" + body);
        }
    }

    private static AssertionError broken(Exchange exchange, String why) {
        return new AssertionError(exchange.words() + ": " + why);
    }

    /** A schema that stands alone, with all that it refers to. */
    private Validator validator(JsonObject schema, OutputFormat format) {
        Map<String, Object> defs = new LinkedHashMap<>();
        JsonObject alone = (JsonObject) strict(schema, defs);
        JsonObject whole =
                new JsonObject().put("allOf", new JsonArray().add(alone)).put("$defs", new JsonObject(defs));
        JsonSchemaOptions options = new JsonSchemaOptions()
                .setBaseUri("https://makima.invalid/")
                .setDraft(Draft.DRAFT202012)
                .setOutputFormat(format);
        return Validator.create(JsonSchema.of(whole), options);
    }

    private Object strict(Object schema, Map<String, Object> defs) {
        if (schema instanceof JsonArray array) {
            JsonArray copy = new JsonArray();
            array.forEach(each -> copy.add(strict(each, defs)));
            return copy;
        }
        if (!(schema instanceof JsonObject object)) {
            return schema;
        }
        if (object.containsKey("$ref")) {
            String name = object.getString("$ref").substring(REFERENCE.length());
            if (!defs.containsKey(name)) {
                defs.put(name, new JsonObject());
                defs.put(name, strict(named(name), defs));
            }
            return new JsonObject().put("$ref", "#/$defs/" + name);
        }
        JsonObject merged = object.containsKey("allOf") ? merged(object) : object;
        JsonObject copy = new JsonObject();
        merged.forEach(each -> copy.put(
                each.getKey(),
                each.getKey().equals("properties")
                        ? fields((JsonObject) each.getValue(), defs)
                        : strict(each.getValue(), defs)));
        if (copy.containsKey("properties") && !copy.containsKey("additionalProperties")) {
            copy.put("additionalProperties", false);
        }
        return copy;
    }

    private JsonObject fields(JsonObject fields, Map<String, Object> defs) {
        JsonObject copy = new JsonObject();
        fields.forEach(each -> copy.put(each.getKey(), strict(each.getValue(), defs)));
        return copy;
    }

    /** Of several forms at once one with the fields of all. */
    private JsonObject merged(JsonObject schema) {
        JsonObject fields = new JsonObject();
        JsonArray required = new JsonArray();
        for (Object part : schema.getJsonArray("allOf")) {
            JsonObject one = (JsonObject) part;
            JsonObject whole =
                    one.containsKey("$ref") ? named(one.getString("$ref").substring(REFERENCE.length())) : one;
            JsonObject flat = whole.containsKey("allOf") ? merged(whole) : whole;
            fields.mergeIn(flat.getJsonObject("properties", new JsonObject()));
            required.addAll(flat.getJsonArray("required", new JsonArray()));
        }
        return new JsonObject().put("type", "object").put("properties", fields).put("required", required);
    }

    private JsonObject named(String name) {
        return Objects.requireNonNull(
                document.getJsonObject("components").getJsonObject("schemas").getJsonObject(name), name);
    }
}
