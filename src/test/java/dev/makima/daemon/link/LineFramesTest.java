package dev.makima.daemon.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.TaskId;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LineFramesTest {
    private static final int MOST = Integer.MAX_VALUE;
    private final TaskId taskId = TaskId.of(UUID.randomUUID().toString());

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<String> outputs(List<String> messages) {
        return messages.stream()
                .map(JsonObject::new)
                .map(frame -> frame.getString("output") + (frame.getBoolean("isPartial") ? "…" : ""))
                .toList();
    }

    private List<String> framesOf(boolean standardError, byte[]... pieces) {
        LineFrames frames = new LineFrames(taskId, standardError);
        for (byte[] piece : pieces) {
            frames.add(ByteBuffer.wrap(piece), MOST);
        }
        return outputs(frames.take().messages());
    }

    @Test
    void itMakesNoDifferenceWhereTheBytesAreSplit() {
        byte[] text = bytes("é☃🚀\r\n\n\"quoted\\\"\r\nrest \ttab\n");
        List<String> whole = framesOf(false, text);
        assertThat(whole).containsExactly("é☃🚀", "", "\"quoted\\\"", "rest \ttab");
        for (int split = 0; split <= text.length; split++) {
            byte[] first = java.util.Arrays.copyOf(text, split);
            byte[] second = java.util.Arrays.copyOfRange(text, split, text.length);
            assertThat(framesOf(false, first, second)).as("split at " + split).isEqualTo(whole);
        }
    }

    @Test
    void aCarriageReturnInsideALineStays() {
        assertThat(framesOf(false, bytes("a\rb\r\r\n"))).containsExactly("a\rb\r");
    }

    @Test
    void standardErrorIsMarkedOncePerLine() {
        String longLine = "x".repeat(1_500_000);
        List<String> frames = framesOf(true, bytes("one\n" + longLine + "\n"));
        assertThat(frames.getFirst()).isEqualTo("[stderr] one");
        assertThat(frames.get(1)).startsWith("[stderr] x").endsWith("…");
        assertThat(String.join("", frames.subList(1, frames.size())).replace("…", ""))
                .isEqualTo("[stderr] " + longLine);
    }

    @Test
    void aLongLineIsCutBetweenCharacters() {
        for (int shift = 0; shift < 4; shift++) {
            String line = "a".repeat(shift) + "🚀".repeat(600_000);
            List<String> frames = framesOf(false, bytes(line + "\n"));
            assertThat(frames).hasSizeGreaterThan(2);
            assertThat(frames.subList(0, frames.size() - 1)).allMatch(part -> part.endsWith("…"));
            assertThat(frames).noneMatch(part -> part.contains("\uFFFD"));
            assertThat(frames)
                    .allMatch(part -> part.replace("…", "").getBytes(StandardCharsets.UTF_8).length <= 1024 * 1024);
            assertThat(String.join("", frames).replace("…", "")).isEqualTo(line);
        }
    }

    @Test
    void everyByteIsCountedOnce() {
        byte[] text = bytes("one\ntwo\r\n" + "x".repeat(3_000_000) + "\nrest");
        LineFrames frames = new LineFrames(taskId, false);
        int counted = 0;
        for (int at = 0; at < text.length; at += 50_000) {
            frames.add(ByteBuffer.wrap(text, at, Math.min(50_000, text.length - at)), MOST);
            counted += frames.take().bytesRead();
            assertThat(counted + frames.pending()).isEqualTo(Math.min(at + 50_000, text.length));
        }
        assertThat(frames.pending()).isEqualTo(4);
        frames.endLine();
        LineFrames.Batch last = frames.take();
        assertThat(outputs(last.messages())).containsExactly("rest");
        assertThat(counted + last.bytesRead()).isEqualTo(text.length);
    }

    @Test
    void shortLinesStopAtTheSizeThatIsWantedAndGoOnWhereTheyStopped() {
        LineFrames frames = new LineFrames(taskId, false);
        ByteBuffer lines = ByteBuffer.wrap(bytes("a\nb\n".repeat(10_000)));
        List<String> all = new ArrayList<>();
        while (lines.hasRemaining()) {
            frames.add(lines, 10_000);
            LineFrames.Batch batch = frames.take();
            assertThat(batch.size()).isBetween(1, 10_200);
            all.addAll(outputs(batch.messages()));
        }
        assertThat(all).hasSize(20_000).startsWith("a", "b", "a");
    }
}
