package dev.makima.cli.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.Text;

/** The command line's one JSON mapper: unknown fields are ignored, so that a newer server can be talked to. */
public final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private Json() {}

    /** A new, empty object. */
    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /**
     * Reads one JSON value.
     *
     * @param what where it came from, for the error
     * @throws MakimaException INTERNAL where the text is no JSON
     */
    public static JsonNode read(String what, String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new MakimaException(
                    ErrorCode.INTERNAL,
                    what + " is not JSON: " + Text.abbreviate(text, 120),
                    "Check that the URL is that of a makima server",
                    e);
        }
    }

    /**
     * The tree as a record.
     *
     * @throws MakimaException INTERNAL where a field has another type than expected
     */
    public static <T> T as(JsonNode tree, Class<T> type) {
        try {
            return MAPPER.treeToValue(tree, type);
        } catch (JsonProcessingException e) {
            throw new MakimaException(
                    ErrorCode.INTERNAL,
                    "the server's answer is not understood: " + Text.abbreviate(e.getOriginalMessage(), 200),
                    "Check that makima has the same version on both sides",
                    e);
        }
    }

    /** The value on one line. */
    public static String line(JsonNode tree) {
        return tree.toString();
    }

    /** The object on one line, with its type as the first field: an object of a stream of them. */
    public static String typed(String type, JsonNode content) {
        ObjectNode line = object().put("type", type);
        content.properties().forEach(field -> line.set(field.getKey(), field.getValue()));
        return line(line);
    }
}
