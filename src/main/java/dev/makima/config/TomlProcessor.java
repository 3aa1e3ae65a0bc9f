package dev.makima.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import io.vertx.config.spi.ConfigProcessor;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Teaches Vert.x Config the format "toml". Found by its line in META-INF/services.
 *
 * <p>Whole numbers stay whole, dates become text, as in the other formats. The future fails with a DecodeException
 * whose cause, if any, knows the place in the file.
 */
public final class TomlProcessor implements ConfigProcessor {
    @Override
    public String name() {
        return "toml";
    }

    @Override
    public Future<JsonObject> process(Vertx vertx, JsonObject configuration, Buffer input) {
        return vertx.executeBlocking(() -> decode(input.getBytes())).map(Objects::requireNonNull);
    }

    private static JsonObject decode(byte[] bytes) {
        try {
            JsonNode tree = new TomlMapper().readTree(bytes);
            return tree.isObject() ? object(tree) : new JsonObject();
        } catch (JsonProcessingException e) {
            throw new DecodeException("no valid TOML", e);
        } catch (IOException e) {
            // Reading from memory fails for what is in it only: bytes that are no UTF-8.
            throw new DecodeException("no valid TOML", e);
        }
    }

    private static JsonObject object(JsonNode node) {
        JsonObject out = new JsonObject();
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            out.put(entry.getKey(), value(entry.getValue()));
        }
        return out;
    }

    private static @Nullable Object value(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> object(node);
            case ARRAY -> {
                JsonArray out = new JsonArray();
                node.forEach(item -> out.add(value(item)));
                yield out;
            }
            case NUMBER -> number(node);
            case BOOLEAN -> node.booleanValue();
            case NULL, MISSING -> null;
            case STRING, POJO, BINARY -> node.asText();
        };
    }

    private static Number number(JsonNode node) {
        if (!node.isIntegralNumber()) {
            return node.doubleValue();
        }
        BigInteger big = node.bigIntegerValue();
        if (big.bitLength() < Integer.SIZE) {
            return big.intValueExact();
        }
        return big.bitLength() < Long.SIZE ? big.longValueExact() : big;
    }
}
