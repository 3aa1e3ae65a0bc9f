package dev.makima.agent;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads agents' JSON, which is checked by nobody, and writes the few lines that are said to them. */
final class AgentJson {
    /** Half of what Jackson writes, so that whatever was read can be written as a part of something else. */
    private static final int MAX_DEPTH = 500;

    /** More than any run costs. Both bounds keep an exponent of millions from becoming as many digits later. */
    private static final BigDecimal MAX_COST = BigDecimal.valueOf(1_000_000_000L);

    private static final int MAX_COST_DECIMALS = 30;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(Integer.MAX_VALUE)
                            .maxNestingDepth(MAX_DEPTH)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            // Pure ASCII: no reader's idea of a line (U+2028) or of an encoding matters.
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .build();

    private static final ObjectReader READER = MAPPER.readerFor(JsonNode.class);

    private AgentJson() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static String line(ObjectNode node) {
        try {
            return MAPPER.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of our own can always be written", e);
        }
    }

    /** The text as a JSON object; empty where it is none, or one that nests too deep or has too long a number. */
    static Optional<ObjectNode> parse(String text) {
        try {
            JsonNode node = READER.readValue(LoneSurrogates.replaceEscaped(text));
            return node instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
        } catch (JsonProcessingException e) {
            // Not an error here: whoever asks treats the line as text.
            return Optional.empty();
        }
    }

    /** The field's text; empty where it is absent or no text. */
    static String text(JsonNode node, String field) {
        JsonNode value = node.get(field);
        return value != null && value.isTextual() ? value.textValue() : "";
    }

    static long number(JsonNode node, String field) {
        JsonNode value = node.get(field);
        return value != null && value.isNumber() && value.canConvertToLong() ? value.longValue() : 0;
    }

    static boolean flag(JsonNode node, String field) {
        JsonNode value = node.get(field);
        return value != null && value.isBoolean() && value.booleanValue();
    }

    static boolean has(JsonNode node, String field) {
        JsonNode value = node.get(field);
        return value != null && !value.isNull();
    }

    /** The field as USD; null where it is absent or no amount of money. */
    static @Nullable BigDecimal cost(JsonNode node, String field) {
        JsonNode value = node.get(field);
        if (value == null || !value.isNumber()) {
            return null;
        }
        BigDecimal cost = value.decimalValue();
        boolean isMoney = cost.signum() >= 0 && cost.compareTo(MAX_COST) <= 0 && cost.scale() <= MAX_COST_DECIMALS;
        return isMoney ? cost : null;
    }

    static List<String> texts(JsonNode node, String field) {
        List<String> texts = new ArrayList<>();
        JsonNode values = node.get(field);
        if (values != null && values.isArray()) {
            for (JsonNode value : values) {
                texts.add(value.isTextual() ? value.textValue() : value.toString());
            }
        }
        return List.copyOf(texts);
    }

    /** Whether an assistant's message comes from the agent itself, not from one that it delegated to. */
    static boolean isTopLevel(JsonNode line) {
        return !has(line, "parent_tool_use_id");
    }

    /** Whether a result tells of a failure: {@code is_error} decides, the subtype only where that is absent. */
    static boolean isErrorResult(JsonNode line) {
        return has(line, "is_error")
                ? flag(line, "is_error")
                : text(line, "subtype").startsWith("error");
    }
}
