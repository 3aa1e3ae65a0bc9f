package dev.makima.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ToolSummaryTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "Bash | {\"command\":\"npm   test\\n -- x\",\"description\":\"run\"} | Bash  npm test -- x",
                "Write | {\"file_path\":\"src/x.txt\",\"content\":\"1\\n2\\n3\"} | Write src/x.txt (3 lines)",
                "Write | {\"file_path\":\"a\",\"content\":\"1\\n\"} | Write a (1 line)",
                "Edit | {\"old_string\":\"a\",\"file_path\":\"src/x.txt\"} | Edit  src/x.txt",
                "Grep | {\"pattern\":\"parseDate\",\"path\":\"src\"} | Grep  parseDate in src",
                "Task | {\"prompt\":\"long\",\"description\":\"look around\"} | Task  look around",
                "WebFetch | {\"url\":\"https://x.org\",\"prompt\":\"p\"} | WebFetch https://x.org",
                "mcp__lab__ask | {\"query\":\"why\"} | mcp__lab__ask why",
                "TodoWrite | {\"todos\":[1,2]} | TodoWrite todos: 2 items",
                "Odd | {\"a\":1,\"b\":true,\"c\":null} | Odd   a: 1, b: true, c: null",
                "Bare | {} | Bare",
                "Bare | 5 | Bare",
                "Bash | {\"command\":5} | Bash  command: 5",
            })
    void aToolIsOneLine(String tool, String input, String line) {
        assertThat(ToolSummary.oneLine(tool, json(input), 80)).isEqualTo(line);
    }

    @Test
    void longInputsAreCutBetweenCharacters() {
        String command = "🚀".repeat(100_000);
        for (int max = 1; max < 40; max++) {
            String line = ToolSummary.oneLine("Bash", json("{\"command\":\"" + command + "\"}"), max);
            assertThat(line.length()).isLessThanOrEqualTo(max);
            assertThat(line).endsWith("…");
            assertThat(Character.isHighSurrogate(line.charAt(Math.max(0, line.length() - 2))))
                    .isFalse();
        }
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
