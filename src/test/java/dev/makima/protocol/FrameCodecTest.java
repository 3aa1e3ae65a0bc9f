package dev.makima.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.makima.base.ErrorCode;
import dev.makima.base.TaskId;
import dev.makima.protocol.FrameException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameCodecTest {
    private static final String ID = "550e8400-e29b-41d4-a716-446655440000";
    private static final TaskId TASK = TaskId.of(ID);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "  ",
                "hello mk_secret",
                "null",
                "5",
                "\"authenticate\"",
                "[\"heartbeat\",{\"activeTasks\":[]}]",
                "{",
                "{\"type\":\"authenticate\",\"apiKey\":mk_secret}",
                "{\"type\":\"heartbeat\",\"activeTasks\":[mk_secret]}",
                "{\"type\":\"heartbeat\",\"activeTasks\":[]"
            })
    void whatIsNoJsonObjectIsUnparseable(String text) {
        FrameException failure = failureOf(text);

        assertThat(failure.kind()).isEqualTo(Kind.UNPARSEABLE);
        assertThat(failure.code()).isEqualTo(ErrorCode.VALIDATION);
        assertThat(failure.size()).isEqualTo(text.length());
        assertThat(failure.explain()).doesNotContain("mk_secret");
        assertThat(failure).hasNoCause();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"type\":\"registerToolKey\",\"taskId\":\"" + ID + "\"} | the field key is missing",
                "{\"type\":\"registerToolKey\",\"taskId\":\"" + ID + "\",\"key\":null} | the field key is missing",
                "{\"type\":\"registerToolKey\",\"taskId\":\"mk_secret\",\"key\":\"k\"} | the field taskId has no valid value",
                "{\"type\":\"registerToolKey\",\"taskId\":5,\"key\":\"mk_secret\"} | the field taskId has no valid value",
                "{\"type\":\"registerToolKey\",\"taskId\":\"" + ID
                        + "\",\"key\":{\"x\":\"mk_secret\"}} | the field key has",
                "{\"type\":\"taskComplete\",\"taskId\":\"" + ID + "\"} | the field success is missing",
                "{\"type\":\"taskComplete\",\"taskId\":\"" + ID
                        + "\",\"success\":\"mk_secret\"} | the field success has",
                "{\"type\":\"heartbeat\",\"activeTasks\":[\"" + ID
                        + "\",\"1-1-1-1-1\"]} | the field activeTasks[1] has",
                "{\"type\":\"heartbeat\",\"activeTasks\":[null]} | the field",
                "{\"type\":\"runs\",\"runs\":[{\"taskId\":\"" + ID + "\"}]} | the field runs[0].runId is missing",
                "{\"type\":\"authenticate\",\"apiKey\":\"k\",\"machineId\":\"m\",\"hostname\":\"h\",\"maxConcurrentTasks\":1.5}"
                        + " | the field maxConcurrentTasks has no valid value (int)",
                "{\"type\":\"authenticate\",\"apiKey\":\"k\",\"machineId\":\"m\",\"hostname\":\"h\",\"maxConcurrentTasks\":3000000000}"
                        + " | the field maxConcurrentTasks has no valid value",
                "{\"type\":\"taskStatusChange\",\"taskId\":\"" + ID
                        + "\",\"oldStatus\":\"mk_secret\",\"newStatus\":\"done\"} | the field oldStatus has no valid value",
                "{\"activeTasks\":[]} | the field type is missing",
                "{\"type\":null,\"activeTasks\":[]} | the field type",
                "{\"type\":\"heartbeat\",\"activeTasks\":[]} {} | something follows",
            })
    void aBadFieldIsNamedWithoutItsValue(String text, String reason) {
        FrameException failure = failureOf(text);

        assertThat(failure.kind()).isEqualTo(Kind.BAD_FIELD);
        assertThat(failure.reason()).startsWith(reason);
        assertThat(failure.explain()).doesNotContain("mk_secret");
    }

    @Test
    void anUnknownCommandCanBeAnswered() {
        String request = "1b4e28ba-2fa1-41d2-883f-0016d3cca427";
        FrameException failure = catchThrowableOfType(
                FrameException.class,
                () -> FrameCodec.decodeServerFrame("{\"type\":\"paintTask\",\"colour\":{\"taskId\":1},\"requestId\":\""
                        + request + "\",\"taskId\":\"" + ID + "\"}"));

        assertThat(failure.kind()).isEqualTo(Kind.UNKNOWN_TYPE);
        assertThat(failure.type()).isEqualTo("paintTask");
        assertThat(failure.taskId()).contains(TASK);
        assertThat(failure.requestId()).contains(UUID.fromString(request));
    }

    @Test
    void aSpawnWithoutItsNameTellsWhichTaskItWasAbout() {
        FrameException failure = catchThrowableOfType(
                FrameException.class,
                () -> FrameCodec.decodeServerFrame("{\"type\":\"spawnTask\",\"taskId\":\"" + ID
                        + "\",\"plan\":\"p\",\"depth\":0,\"isOrchestrator\":false}"));

        assertThat(failure.reason()).isEqualTo("the field taskName is missing");
        assertThat(failure.taskId()).contains(TASK);
        assertThat(failure.type()).isEqualTo("spawnTask");
    }

    @Test
    void idsInCapitalsAreReadAndWrittenInSmallLetters() {
        DaemonFrame frame = FrameCodec.decodeDaemonFrame(
                "{\"type\":\"revokeToolKey\",\"taskId\":\"550E8400-E29B-41D4-A716-446655440000\"}");

        assertThat(FrameCodec.encode(frame)).isEqualTo("{\"type\":\"revokeToolKey\",\"taskId\":\"" + ID + "\"}");
    }

    @Test
    void bothSpellingsOfPrCreatedAreReadAndOneIsWritten() {
        String json =
                "{\"type\":\"pRCreated\",\"taskId\":\"" + ID + "\",\"success\":true,\"message\":\"m\",\"prNumber\":7}";

        PrCreated frame = (PrCreated) FrameCodec.decodeDaemonFrame(json);

        assertThat(frame.prNumber()).isEqualTo(7);
        assertThat(FrameCodec.encode(frame)).isEqualTo(json.replace("pRCreated", "prCreated"));
    }

    @Test
    void completedAndMergedAreReadAsDone() {
        for (String word : List.of("completed", "merged", "done")) {
            TaskStatusChange frame = (TaskStatusChange) FrameCodec.decodeDaemonFrame("{\"type\":\"taskStatusChange\","
                    + "\"taskId\":\"" + ID + "\",\"oldStatus\":\"running\",\"newStatus\":\"" + word + "\"}");
            assertThat(frame.newStatus()).isEqualTo(TaskState.DONE);
        }
    }

    @Test
    void nullInADefaultedFieldIsItsDefault() {
        SpawnTask frame = (SpawnTask) FrameCodec.decodeServerFrame("{\"type\":\"spawnTask\",\"taskId\":\"" + ID
                + "\",\"taskName\":\"n\",\"plan\":\"p\",\"depth\":0,\"isOrchestrator\":false,\"localOnly\":null,"
                + "\"conversationHistory\":null,\"copyFiles\":null}");

        assertThat(frame).isEqualTo(SpawnTask.builder(TASK, "n", "p").build());
    }

    @Test
    void conversationsKeepTheirNumbersAndAreNotBlownUp() {
        String history = "[1e999999999,123456789012345678901234567890.10,{\"a\":[null,true]}]";
        SpawnTask frame = (SpawnTask) FrameCodec.decodeServerFrame("{\"type\":\"spawnTask\",\"taskId\":\"" + ID
                + "\",\"taskName\":\"n\",\"plan\":\"p\",\"depth\":0,\"isOrchestrator\":false,\"conversationHistory\":"
                + history + "}");

        assertThat(FrameCodec.encode(frame))
                .contains(
                        "\"conversationHistory\":[1E+999999999,123456789012345678901234567890.10,{\"a\":[null,true]}]");
    }

    @Test
    void aFrameOfSixteenMebibytesGoesThrough() {
        String plan = "é\"\n".repeat(4 << 20);
        String encoded = FrameCodec.encode(SpawnTask.builder(TASK, "big", plan).build());

        assertThat(FrameCodec.encodedSize(encoded)).isGreaterThan(16 << 20);
        assertThat(((SpawnTask) FrameCodec.decodeServerFrame(encoded)).plan()).isEqualTo(plan);
    }

    @Test
    void whatIsNestedTooDeepIsRefusedAndStillTellsItsTask() {
        String deep = "{\"type\":\"sendMessage\",\"taskId\":\"" + ID + "\",\"message\":\"m\",\"x\":"
                + "[".repeat(100_000) + "]".repeat(100_000) + "}";

        FrameException failure = catchThrowableOfType(FrameException.class, () -> FrameCodec.decodeServerFrame(deep));

        assertThat(failure.type()).isEqualTo("sendMessage");
        assertThat(failure.taskId()).contains(TASK);
    }

    @Test
    void nothingSecretIsPrinted() {
        List<Frame> frames = List.of(
                Authenticate.base("mk_secret", "m", "h", 1),
                new RegisterToolKey(TASK, "mk_secret", null, null),
                new SubmitAuthCode(UUID.randomUUID(), "mk_secret"),
                new SendMessage(TASK, "AUTH_CODE:mk_secret"),
                new TaskOutput(TASK, "mk_secret", false),
                SpawnTask.builder(TASK, "n", "mk_secret").build());

        assertThat(frames).allSatisfy(frame -> assertThat(frame.toString()).doesNotContain("mk_secret"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "é☃🚀", "\ud83d", "a\ude80b", "\ud83d\ud83d\ude80"})
    void theEncodedSizeIsThatOfTheBytes(String text) {
        assertThat(FrameCodec.encodedSize(text)).isEqualTo(text.getBytes(StandardCharsets.UTF_8).length);
    }

    private static FrameException failureOf(String text) {
        return catchThrowableOfType(FrameException.class, () -> FrameCodec.decodeDaemonFrame(text));
    }
}
