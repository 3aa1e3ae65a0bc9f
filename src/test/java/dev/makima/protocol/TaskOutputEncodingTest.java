package dev.makima.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.TaskId;
import dev.makima.testkit.CpuTime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TaskOutputEncodingTest {
    private static final TaskId TASK = TaskId.of("550e8400-e29b-41d4-a716-446655440000");
    private final ByteSink sink = new ByteSink(0);

    @Test
    void anyBytesArriveAsTheJdkDecodesThem() {
        Random random = new Random(20260203);
        byte[] likely = {
            'a',
            '"',
            '\\',
            '\n',
            0,
            0x1f,
            0x7f,
            (byte) 0x80,
            (byte) 0xbf,
            (byte) 0xc2,
            (byte) 0xe0,
            (byte) 0xa0,
            (byte) 0xed,
            (byte) 0x9f,
            (byte) 0xf0,
            (byte) 0x90,
            (byte) 0xf4,
            (byte) 0x8f,
            (byte) 0xff
        };
        for (int round = 0; round < 50_000; round++) {
            byte[] line = new byte[random.nextInt(12)];
            for (int i = 0; i < line.length; i++) {
                line[i] = random.nextInt(4) == 0 ? (byte) random.nextInt(256) : likely[random.nextInt(likely.length)];
            }

            TaskOutput frame = throughTheWire(line, 0, line.length, false, false);

            assertThat(frame.output()).isEqualTo(new String(line, StandardCharsets.UTF_8));
        }
    }

    @Test
    void theFrameIsTheOneTheCodecWrites() {
        byte[] line = "x{\"text\":\"café ☃ 🚀 \\\\ back\"}\ty".getBytes(StandardCharsets.UTF_8);
        FrameCodec.appendTaskOutput(TASK, line, 1, line.length - 1, true, true, sink);

        String text = new String(line, 1, line.length - 2, StandardCharsets.UTF_8);
        assertThat(sink.toText()).isEqualTo(FrameCodec.encode(new TaskOutput(TASK, "[stderr] " + text, true)));
        assertThat(sink.size()).isEqualTo(sink.toByteArray().length);
    }

    @Test
    void partsAreCutBetweenCharacters() {
        byte[] line = "aé☃🚀".repeat(100).getBytes(StandardCharsets.UTF_8);
        for (int max = 4; max < 40; max++) {
            StringBuilder all = new StringBuilder();
            for (int from = 0; from < line.length; ) {
                int end = FrameCodec.partEnd(line, from, line.length, max);
                assertThat(end - from).isBetween(Math.min(max - 3, line.length - from), max);
                all.append(new String(line, from, end - from, StandardCharsets.UTF_8));
                from = end;
            }
            assertThat(all).hasToString("aé☃🚀".repeat(100));
        }
    }

    @Test
    void bytesThatAreNoTextAreCutAnywhere() {
        byte[] line = new byte[100];
        java.util.Arrays.fill(line, (byte) 0x80);

        assertThat(FrameCodec.partEnd(line, 0, line.length, 10)).isEqualTo(10);
    }

    @Test
    void itKeepsUpWithManyAgents() {
        byte[] line = ("{\"type\":\"assistant\",\"message\":{\"content\":[{\"type\":\"text\",\"text\":\""
                        + "Grüße aus dem Wald. ".repeat(11) + "\"}]}}")
                .getBytes(StandardCharsets.UTF_8);
        int lines = 100_000;
        long best = Long.MAX_VALUE;
        for (int round = 0; round < 5; round++) {
            long start = CpuTime.ofThisThread();
            for (int i = 0; i < lines; i++) {
                sink.clear();
                FrameCodec.appendTaskOutput(TASK, line, 0, line.length, false, false, sink);
            }
            best = Math.min(best, CpuTime.ofThisThread() - start);
        }

        System.getLogger(getClass().getName())
                .log(System.Logger.Level.INFO, "{0} lines/s", lines * 1_000_000_000L / best);
        // 300 000 lines a second.
        assertThat(Duration.ofNanos(best)).isLessThan(Duration.ofMillis(333));
    }

    private TaskOutput throughTheWire(byte[] line, int from, int to, boolean stderr, boolean partial) {
        sink.clear();
        FrameCodec.appendTaskOutput(new TaskId(new UUID(1, 2)), line, from, to, stderr, partial, sink);
        return (TaskOutput) FrameCodec.decodeDaemonFrame(sink.toText());
    }
}
