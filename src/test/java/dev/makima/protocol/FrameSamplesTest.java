package dev.makima.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every frame of frames.jsonl goes through its record and back. */
class FrameSamplesTest {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();
    /** What existing peers know to be false or 0 where it is absent. */
    private static final Set<String> DEFAULTED = Set.of(
            "isSupervisor",
            "autonomousLoop",
            "resumeSession",
            "localOnly",
            "autoMergeLocal",
            "stdout",
            "stderr",
            "daemon");

    record Sample(boolean up, String json) {
        Frame decode() {
            return up ? FrameCodec.decodeDaemonFrame(json) : FrameCodec.decodeServerFrame(json);
        }
    }

    static List<Sample> samples() {
        try (InputStream in = FrameSamplesTest.class.getResourceAsStream("frames.jsonl")) {
            String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            return text.lines().map(FrameSamplesTest::sample).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Sample sample(String line) {
        JsonNode node = tree(line);
        return new Sample(
                node.get("direction").asText().equals("up"), node.get("frame").toString());
    }

    @ParameterizedTest
    @MethodSource("samples")
    void eachSampleIsTheSameAfterItsRecord(Sample sample) {
        String encoded = FrameCodec.encode(sample.decode());

        assertThat(plain(tree(encoded))).isEqualTo(plain(tree(sample.json())));
        assertThat(encoded).startsWith("{\"type\":").doesNotContain(":null");
        assertThat(FrameCodec.encodedSize(encoded)).isEqualTo(encoded.getBytes(StandardCharsets.UTF_8).length);
        Frame again = sample.up() ? FrameCodec.decodeDaemonFrame(encoded) : FrameCodec.decodeServerFrame(encoded);
        assertThat(again).isEqualTo(sample.decode());
    }

    @ParameterizedTest
    @MethodSource("samples")
    void fieldsThatNobodyKnowsAreIgnoredAndTheTypeMayComeLast(Sample sample) {
        ObjectNode node = (ObjectNode) tree(sample.json());
        JsonNode type = node.remove("type");
        node.putObject("someFutureField").putArray("x").add(1).addNull();
        node.set("type", type);
        Sample later = new Sample(sample.up(), node.toString());

        assertThat(later.decode()).isEqualTo(sample.decode());
    }

    @ParameterizedTest
    @MethodSource("samples")
    void theOtherSideDoesNotKnowTheType(Sample sample) {
        Sample wrongWay = new Sample(!sample.up(), sample.json());

        org.assertj.core.api.Assertions.assertThatThrownBy(wrongWay::decode)
                .isInstanceOfSatisfying(
                        FrameException.class, e -> assertThat(e.kind()).isEqualTo(FrameException.Kind.UNKNOWN_TYPE));
    }

    @Test
    void everyRecordHasASample() {
        Set<Class<?>> seen = new HashSet<>();
        samples().forEach(sample -> seen.add(sample.decode().getClass()));

        assertThat(seen).containsExactlyInAnyOrderElementsOf(records().toList());
    }

    @Test
    void everyFieldHasASample() {
        Set<String> missing = new TreeSet<>();
        records().forEach(type -> {
            for (RecordComponent component : type.getRecordComponents()) {
                missing.add(type.getSimpleName() + "." + component.getName());
            }
        });
        samples()
                .forEach(sample -> tree(sample.json())
                        .properties()
                        .forEach(field ->
                                missing.remove(sample.decode().getClass().getSimpleName() + "." + field.getKey())));

        assertThat(missing).isEmpty();
    }

    @Test
    void everyEventAndAnswerTakesItsIds() {
        java.util.UUID request = java.util.UUID.randomUUID();
        for (Sample sample : samples()) {
            Frame frame = sample.decode();
            if (frame instanceof EventFrame event) {
                EventFrame stamped = (EventFrame) event.withEventId("9-1");
                assertThat(stamped.eventId()).isEqualTo("9-1");
                assertThat(without(tree(FrameCodec.encode((Frame) stamped)), "eventId"))
                        .isEqualTo(without(tree(FrameCodec.encode(frame)), "eventId"));
            }
            if (frame instanceof FencedFrame about) {
                FencedFrame stamped = (FencedFrame) about.withFence(7);
                assertThat(stamped.fence()).isEqualTo(7);
                assertThat(without(tree(FrameCodec.encode((Frame) stamped)), "fence"))
                        .isEqualTo(without(tree(FrameCodec.encode(frame)), "fence"));
            }
            if (frame instanceof AnswerFrame answer) {
                assertThat(((AnswerFrame) answer.withRequestId(request)).requestId())
                        .isEqualTo(request);
            }
            if (frame instanceof CommandFrame command) {
                ServerFrame stamped = command.withRequestId(request);
                assertThat(((CommandFrame) stamped).requestId()).isEqualTo(request);
                assertThat(without(tree(FrameCodec.encode(stamped)), "requestId"))
                        .isEqualTo(without(tree(FrameCodec.encode(frame)), "requestId"));
            }
        }
    }

    private static Stream<Class<?>> records() {
        return Stream.of(DaemonFrame.class, ServerFrame.class)
                .flatMap(side -> Stream.of(side.getPermittedSubclasses()));
    }

    private static JsonNode without(JsonNode node, String field) {
        ((ObjectNode) node).remove(field);
        return node;
    }

    /** Without explicit nulls, without fields that stand at their default, without what nobody knows. */
    private static JsonNode plain(JsonNode node) {
        if (node.isObject()) {
            ObjectNode object = (ObjectNode) node;
            object.remove("someFutureField");
            object.properties()
                    .removeIf(field -> field.getValue().isNull()
                            || (DEFAULTED.contains(field.getKey())
                                    && (field.getValue().asText().equals("false")
                                            || field.getValue().asText().equals("0"))));
        }
        node.forEach(FrameSamplesTest::plain);
        return node;
    }

    private static JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
