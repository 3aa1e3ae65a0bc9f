package dev.makima.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import dev.makima.base.Uuids;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.UUID;

/** The one mapper of this room, set up once: building it costs far more than any frame. */
final class Wire {
    static final ObjectMapper MAPPER = mapper();

    private Wire() {}

    private static ObjectMapper mapper() {
        // The receiver bounds whole messages before they get here; a single string may fill one.
        StreamReadConstraints constraints = StreamReadConstraints.builder()
                .maxStringLength(Integer.MAX_VALUE)
                .build();
        ObjectMapper mapper = JsonMapper.builder(
                        JsonFactory.builder().streamReadConstraints(constraints).build())
                .annotationIntrospector(new WireIntrospector())
                .addModule(scalars())
                .defaultPropertyInclusion(
                        JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .build();
        register(mapper, DaemonFrame.class);
        register(mapper, ServerFrame.class);
        // Existing peers spell this one both ways.
        mapper.registerSubtypes(new NamedType(PrCreated.class, "pRCreated"));
        return mapper;
    }

    private static void register(ObjectMapper mapper, Class<? extends Frame> side) {
        mapper.registerSubtypes(side.getPermittedSubclasses());
    }

    private static SimpleModule scalars() {
        return new SimpleModule("makima")
                .addDeserializer(UUID.class, new StrictUuid())
                .addDeserializer(Instant.class, new ReadInstant())
                .addSerializer(Instant.class, new WriteInstant());
    }

    /** Jackson's own also takes base64, and we would write back what we never read. */
    private static final class StrictUuid extends StdScalarDeserializer<UUID> {
        private static final long serialVersionUID = 1;

        StrictUuid() {
            super(UUID.class);
        }

        @Override
        public UUID deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            return Uuids.parse("id", context.readValue(parser, String.class));
        }
    }

    private static final class ReadInstant extends StdScalarDeserializer<Instant> {
        private static final long serialVersionUID = 1;

        ReadInstant() {
            super(Instant.class);
        }

        @Override
        public Instant deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            String text = context.readValue(parser, String.class);
            try {
                return Instant.parse(text);
            } catch (DateTimeParseException e) {
                return (Instant) context.handleWeirdStringValue(Instant.class, text, "not a time in RFC 3339");
            }
        }
    }

    private static final class WriteInstant extends StdScalarSerializer<Instant> {
        private static final long serialVersionUID = 1;

        WriteInstant() {
            super(Instant.class);
        }

        @Override
        public void serialize(Instant value, JsonGenerator generator, SerializerProvider provider) throws IOException {
            generator.writeString(value.toString());
        }
    }
}
