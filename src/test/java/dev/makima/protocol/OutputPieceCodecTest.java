package dev.makima.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.makima.base.MakimaException;
import dev.makima.base.RunId;
import dev.makima.base.StreamName;
import dev.makima.base.TaskId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutputPieceCodecTest {
    private static final TaskId TASK = TaskId.of("550e8400-e29b-41d4-a716-446655440000");
    private static final RunId RUN = RunId.of("3f2504e0-4f89-41d3-9a0c-0305e82c3301");
    private static final String HEADER = "{\"type\":\"taskOutputs\",\"taskId\":\"" + TASK + "\",\"runId\":\"" + RUN
            + "\",\"fence\":2,\"stream\":\"stderr\",\"offset\":4096,\"length\":3}\n";

    @Test
    void theHeaderIsThatOfTheProtocol() {
        assertThat(OutputPieceCodec.header(TASK, RUN, 2, StreamName.STDERR, 4096, 3))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo(HEADER);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 65_535, 65_536})
    void rawBytesGoThroughUnchanged(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 0xC3);
        bytes[0] = '\n';
        OutputPiece piece = new OutputPiece(TASK, RUN, 0, StreamName.STDOUT, 1L << 40, ByteBuffer.wrap(bytes));

        OutputPiece read = OutputPieceCodec.decode(OutputPieceCodec.encode(piece));

        assertThat(read).isEqualTo(piece);
        assertThat(read.toByteArray()).isEqualTo(bytes);
        assertThat(read.end()).isEqualTo((1L << 40) + length);
    }

    @Test
    void aFutureFieldIsIgnoredAndAnAbsentFenceIsNone() {
        String header = HEADER.replace("\"fence\":2", "\"mood\":{\"x\":1}");

        assertThat(OutputPieceCodec.decode(message(header, "abc")).fence()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"length\":3 | \"length\":4 | BAD_FIELD",
                "\"length\":3 | \"length\":0 | BAD_FIELD",
                "\"length\":3 | \"length\":-3 | BAD_FIELD",
                "\"length\":3 | \"size\":3 | BAD_FIELD",
                "\"offset\":4096 | \"offset\":-1 | BAD_FIELD",
                "\"offset\":4096 | \"offset\":9223372036854775807 | BAD_FIELD",
                "\"offset\":4096 | \"offset\":null | BAD_FIELD",
                "\"fence\":2 | \"fence\":-2 | BAD_FIELD",
                "stderr | stdin | BAD_FIELD",
                "taskOutputs | taskOutput | UNKNOWN_TYPE",
                "3f2504e0- | 3f2504e0 | BAD_FIELD",
            })
    void aWrongHeaderIsRefused(String good, String bad, FrameException.Kind kind) {
        byte[] message = message(HEADER.replace(good, bad), "abc");

        FrameException failure = catchThrowableOfType(FrameException.class, () -> OutputPieceCodec.decode(message));

        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.size()).isEqualTo(message.length);
        assertThat(failure.taskId()).contains(TASK);
    }

    @Test
    void aMessageWithoutHeaderOrBytesIsRefused() {
        for (String text :
                new String[] {"", "\n", "x", "null\nabc", "[]\nabc", HEADER.strip(), HEADER, "{\n".repeat(9000)}) {
            assertThatThrownBy(() -> OutputPieceCodec.decode(text.getBytes(StandardCharsets.UTF_8)))
                    .as(text)
                    .isInstanceOf(FrameException.class);
        }
    }

    @Test
    void aPieceThatIsTooLongIsNotEvenMade() {
        ByteBuffer bytes = ByteBuffer.allocate(65_537);

        assertThatThrownBy(() -> new OutputPiece(TASK, RUN, 0, StreamName.STDOUT, 0, bytes))
                .isInstanceOf(MakimaException.class);
        assertThatThrownBy(() -> OutputPieceCodec.header(TASK, RUN, 0, StreamName.STDOUT, 0, 0))
                .isInstanceOf(MakimaException.class);
    }

    private static byte[] message(String header, String body) {
        return (header + body).getBytes(StandardCharsets.UTF_8);
    }
}
