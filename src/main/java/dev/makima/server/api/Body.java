package dev.makima.server.api;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.makima.base.MakimaException;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The JSON object of a request, read field by field; null counts as absent. Not thread-safe. */
final class Body {
    /** What is said twice, or behind the end, was meant otherwise: better refused than half read. */
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // What is too large for a double is then a number all the same, and out of its bounds.
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    /** What the reader says of where it read from, and of how it was set up. */
    private static final Pattern SOURCE = Pattern.compile("\\[Source: [^;\\]]*; ([^\\]]*)\\]");

    private final JsonNode object;
    /** Where it is in the body, such as "repository."; empty for the body itself. */
    private final String place;

    private Body(JsonNode object, String place) {
        this.object = object;
        this.place = place;
    }

    /**
     * Reads the body; an empty one counts as an empty object.
     *
     * @throws MakimaException VALIDATION with the place where it is no JSON
     */
    static Body of(RoutingContext context) {
        Buffer buffer = context.body().buffer();
        if (buffer == null || buffer.length() == 0) {
            return new Body(MAPPER.createObjectNode(), "");
        }
        try {
            JsonNode node = MAPPER.readTree(buffer.getBytes());
            if (!node.isObject()) {
                throw Errors.validation("the body is no JSON object", "Send an object, such as {\"name\": \"x\"}");
            }
            return new Body(node, "");
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            // What is too deep or too long is refused without a place.
            String place = at == null ? "" : "line " + at.getLineNr() + ", column " + at.getColumnNr() + ": ";
            throw Errors.validation(
                    "the body is no JSON: " + place
                            + SOURCE.matcher(e.getOriginalMessage()).replaceAll("$1"),
                    at == null ? "Send less" : "Mend it there");
        } catch (IOException e) {
            throw Errors.validation("the body is no JSON: it is not UTF-8", "Send UTF-8");
        }
    }

    @Nullable
    String text(String name) {
        JsonNode node = field(name);
        if (node == null) {
            return null;
        }
        if (!node.isTextual()) {
            throw wrong(name, "a text");
        }
        return node.textValue();
    }

    String needText(String name) {
        String text = text(name);
        if (text == null || text.isBlank()) {
            throw Errors.validation(
                    "the field \"" + place + name + "\" is missing", "Send it as a text that is not empty");
        }
        return text;
    }

    boolean flag(String name, boolean otherwise) {
        JsonNode node = field(name);
        if (node == null) {
            return otherwise;
        }
        if (!node.isBoolean()) {
            throw wrong(name, "true or false");
        }
        return node.booleanValue();
    }

    @Nullable
    Long number(String name, long min, long max) {
        JsonNode node = field(name);
        if (node == null) {
            return null;
        }
        if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < min || node.longValue() > max) {
            throw wrong(name, "a whole number from " + min + " to " + max);
        }
        return node.longValue();
    }

    @Nullable
    BigDecimal decimal(String name, BigDecimal min, BigDecimal max) {
        JsonNode node = field(name);
        if (node == null) {
            return null;
        }
        if (!node.isNumber()
                || node.decimalValue().compareTo(min) < 0
                || node.decimalValue().compareTo(max) > 0) {
            throw wrong(name, "a number from " + min.toPlainString() + " to " + max.toPlainString());
        }
        return node.decimalValue();
    }

    List<String> texts(String name) {
        JsonNode node = field(name);
        List<String> texts = new ArrayList<>();
        if (node == null) {
            return texts;
        }
        for (JsonNode text : node) {
            if (!text.isTextual()) {
                throw wrong(name, "a list of texts");
            }
            texts.add(text.textValue());
        }
        if (!node.isArray()) {
            throw wrong(name, "a list of texts");
        }
        return texts;
    }

    /** The object in that field; null where there is none. */
    @Nullable
    Body object(String name) {
        JsonNode node = field(name);
        if (node == null) {
            return null;
        }
        if (!node.isObject()) {
            throw wrong(name, "an object");
        }
        return new Body(node, place + name + ".");
    }

    /** true or false; null where it is not said. */
    @Nullable
    Boolean flagOrNull(String name) {
        return field(name) == null ? null : Boolean.valueOf(flag(name, false));
    }

    private @Nullable JsonNode field(String name) {
        JsonNode node = object.get(name);
        return node == null || node.isNull() ? null : node;
    }

    private MakimaException wrong(String name, String kind) {
        return Errors.validation("the field \"" + place + name + "\" is not " + kind, "Send " + kind);
    }
}
