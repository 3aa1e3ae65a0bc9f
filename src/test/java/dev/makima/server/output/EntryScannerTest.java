package dev.makima.server.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.StreamName;
import dev.makima.server.store.EntryTable.NewEntry;
import dev.makima.server.store.OutputTable.Chunk;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EntryScannerTest {
    private static final byte[] TEXT = ("one\r\n\n  \nzwei äöü 🦊\n"
                    + "{\"type\":\"assistant\",\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"a\"},"
                    + "{\"type\":\"thinking\",\"thinking\":\"b\"}]}}\nrest")
            .getBytes(StandardCharsets.UTF_8);

    @Test
    void whereverTheBytesAreCutTheEntriesAreTheSame() {
        List<NewEntry> whole = scan(new Random(0), TEXT.length);
        assertThat(whole).hasSize(5);
        assertThat(whole).extracting(NewEntry::block).containsExactly(0, 0, 0, 1, 0);
        assertThat(whole.getLast().end()).isEqualTo(TEXT.length);
        assertThat(whole.get(1).body()).contains("zwei äöü 🦊");
        for (int seed = 0; seed < 200; seed++) {
            assertThat(scan(new Random(seed), 1 + seed % 17)).as("seed " + seed).isEqualTo(whole);
        }
    }

    @Test
    void theMarkStaysBeforeALineThatIsNotOver() {
        EntryScanner scanner = new EntryScanner(StreamName.STDOUT, 100);
        scanner.scan(chunk(100, "a\nbc"));
        assertThat(scanner.parsedTo()).isEqualTo(102);
        assertThat(scanner.readTo()).isEqualTo(104);
        scanner.scan(chunk(104, "d\n"));
        assertThat(scanner.parsedTo()).isEqualTo(106);
        NewEntry last = scanner.takeEntries().getLast();
        assertThat(last.start()).isEqualTo(102);
        assertThat(last.end()).isEqualTo(105);
        assertThat(last.body()).contains("\"bcd\"");
        assertThat(scanner.takeEntries()).isEmpty();
    }

    @Test
    void longContentsAreShortenedBetweenCharacters() {
        EntryScanner scanner = new EntryScanner(StreamName.STDERR, 0);
        scanner.scan(chunk(0, "x".repeat(EntryJson.SHORT - 1) + "🦊 and more\n"));
        String body = scanner.takeEntries().getFirst().body();
        assertThat(body)
                .contains("\"truncated\":true")
                .doesNotContain("\\uD83E")
                .contains("x\",");
        assertThat(body.length()).isLessThan(EntryJson.SHORT + 200);
    }

    @Test
    void longInputsOfToolsAreShortenedInsideAndKeepTheirForm() {
        String line =
                "{\"type\":\"assistant\",\"message\":{\"content\":[{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":\"Write\","
                        + "\"input\":{\"file_path\":\"/a\",\"content\":\"" + "y".repeat(20_000) + "\"}}]}}\n";
        EntryScanner scanner = new EntryScanner(StreamName.STDOUT, 0);
        scanner.scan(chunk(0, line));
        var body = new io.vertx.core.json.JsonObject(
                scanner.takeEntries().getFirst().body());
        assertThat(body.getJsonObject("toolInput").getString("file_path")).isEqualTo("/a");
        assertThat(body.getJsonObject("toolInput").getString("content")).hasSizeLessThanOrEqualTo(EntryJson.SHORT);
        assertThat(body.getBoolean("truncated")).isTrue();
    }

    private static List<NewEntry> scan(Random random, int most) {
        EntryScanner scanner = new EntryScanner(StreamName.STDOUT, 0);
        int position = 0;
        while (position < TEXT.length) {
            int end = Math.min(TEXT.length, position + (most >= TEXT.length ? most : 1 + random.nextInt(most)));
            scanner.scan(new Chunk(position, ByteBuffer.wrap(Arrays.copyOfRange(TEXT, position, end))));
            position = end;
        }
        scanner.finish();
        return scanner.takeEntries();
    }

    private static Chunk chunk(long offset, String text) {
        return new Chunk(offset, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }
}
