package dev.makima.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.toml.TomlFactory;
import io.vertx.config.spi.ConfigProcessor;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Objects;

/**
 * Teaches Vert.x Config the format "toml". Found by its line in META-INF/services.
 *
 * <p>Whole numbers stay whole, dates become text, as in the other formats. Read token by token: a mapper
 * would take four times as long, for a hundred milliseconds at every start. The future fails with a DecodeException
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

    static JsonObject decode(byte[] bytes) {
        try (JsonParser parser = new TomlFactory().createParser(bytes)) {
            return parser.nextToken() == JsonToken.START_OBJECT ? object(parser) : new JsonObject();
        } catch (IOException e) {
            throw new DecodeException("no valid TOML", e);
        }
    }

    private static JsonObject object(JsonParser parser) throws IOException {
        JsonObject out = new JsonObject();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            out.put(name, value(parser, parser.nextToken()));
        }
        return out;
    }

    private static JsonArray array(JsonParser parser) throws IOException {
        JsonArray out = new JsonArray();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            out.add(value(parser, token));
        }
        return out;
    }

    private static Object value(JsonParser parser, JsonToken token) throws IOException {
        return switch (token) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_NUMBER_INT -> whole(parser.getBigIntegerValue());
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            // Texts and dates; TOML knows no null, and the structure is the parser's to keep.
            case VALUE_STRING, VALUE_EMBEDDED_OBJECT, VALUE_NULL -> parser.getText();
            case FIELD_NAME, END_OBJECT, END_ARRAY, NOT_AVAILABLE ->
                throw new DecodeException("no valid TOML: " + token);
        };
    }

    private static Number whole(BigInteger big) {
        if (big.bitLength() < Integer.SIZE) {
            return big.intValueExact();
        }
        return big.bitLength() < Long.SIZE ? big.longValueExact() : big;
    }
}
