package dev.makima.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.makima.base.StreamName;
import dev.makima.testkit.CpuTime;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntryParserTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void aTurnThatWritesAFileReadsLikeOne() {
        List<Entry> entries = entries("write-file").stream()
                .filter(entry -> !entry.messageType().equals("system"))
                .toList();

        assertThat(entries)
                .extracting(Entry::messageType)
                .containsExactly("assistant", "tool_use", "tool_result", "assistant", "result");
        Entry use = entries.get(1);
        assertThat(use.toolName()).isEqualTo("Write");
        assertThat(use.content()).isEqualTo("Write /work/tree/src/x.txt (2 lines)");
        assertThat(json(use.toolInput()))
                .isEqualTo("{\"file_path\":\"/work/tree/src/x.txt\",\"content\":\"one\\ntwo\\n\"}");
        assertThat(use.extra().get("toolUseId").asText())
                .isEqualTo(entries.get(2).extra().get("toolUseId").asText());
        assertThat(entries.get(2).content()).startsWith("File created successfully at: /work/tree/src/x.txt (");
        assertThat(entries.get(2).isError()).isFalse();
        Entry result = entries.get(4);
        assertThat(result.content()).isEqualTo("Written.");
        assertThat(result.costUsd()).isEqualTo(new BigDecimal("0.00088"));
        assertThat(result.durationMs()).isEqualTo(169);
        assertThat(result.isError()).isFalse();
        assertThat(result.extra().get("turns").asInt()).isEqualTo(2);
        assertThat(result.extra().get("usage").get("output_tokens").asInt()).isEqualTo(4);
        assertThat(result.extra().get("terminalReason").asText()).isEqualTo("completed");
    }

    @Test
    void everyLineOfTheRealAgentBecomesAnEntry() {
        for (String name : Samples.ALL) {
            for (String line : Samples.lines(name)) {
                assertThat(parse(line)).as(line).isNotEmpty();
            }
        }
        assertThat(entries("think"))
                .extracting(Entry::messageType)
                .contains("system", "thinking")
                .doesNotContain("raw");
        assertThat(entries("think"))
                .anySatisfy(entry ->
                        assertThat(entry.content()).isEqualTo("Session started: model claude-opus-5-5, agent 2.1.329"));
        assertThat(entries("bad-key"))
                .anySatisfy(entry -> assertThat(entry.content())
                        .isEqualTo("Trying again in 625 ms (attempt 1 of 1): authentication_failed"))
                .anySatisfy(entry -> {
                    assertThat(entry.messageType()).isEqualTo("error");
                    assertThat(entry.isError()).isTrue();
                    assertThat(entry.extra().get("error").asText()).isEqualTo("authentication_failed");
                });
        assertThat(entries("failing-tool")).anySatisfy(entry -> {
            assertThat(entry.messageType()).isEqualTo("tool_result");
            assertThat(entry.content()).isEqualTo("Exit code 3\noops");
            assertThat(entry.isError()).isTrue();
        });
        assertThat(entries("interrupt")).anySatisfy(entry -> {
            assertThat(entry.messageType()).isEqualTo("system");
            assertThat(entry.content()).isEqualTo("[Request interrupted by user for tool use]");
            assertThat(entry.extra().get("role").asText()).isEqualTo("user");
        });
    }

    @Test
    void everyBlockOfAMessageBecomesAnEntryInOrder() {
        List<Entry> entries = parse("{\"message\":{\"content\":[{\"type\":\"thinking\",\"thinking\":\"hm\"},"
                + "{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"hologram\",\"x\":1},"
                + "{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"mcp__lab__ask\",\"input\":{\"q\":1}},{\"type\":\"text\",\"text\":\"b\"}]},"
                + "\"parent_tool_use_id\":\"toolu_9\",\"type\":\"assistant\"}");

        assertThat(entries)
                .extracting(Entry::messageType)
                .containsExactly("thinking", "assistant", "raw", "tool_use", "assistant");
        assertThat(entries.get(2).content()).isEqualTo("{\"type\":\"hologram\",\"x\":1}");
        assertThat(entries)
                .allSatisfy(
                        entry -> assertThat(entry.extra().get("parentToolUseId").asText())
                                .isEqualTo("toolu_9"));
    }

    @Test
    void aResultThatIsAnErrorIsMarkedAsOne() {
        Entry failed = parse(
                        "{\"type\":\"result\",\"subtype\":\"success\",\"is_error\":true,\"result\":\"out of credit\"}")
                .getFirst();
        assertThat(failed.messageType()).isEqualTo("result");
        assertThat(failed.isError()).isTrue();
        assertThat(failed.content()).isEqualTo("out of credit");
    }

    @Test
    void resultsOfToolsMayBeListsOfParts() {
        List<Entry> entries = parse(
                "{\"type\":\"user\",\"message\":{\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"t\","
                        + "\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"image\",\"source\":{\"data\":\"AAAA\"}},"
                        + "{\"type\":\"tool_reference\",\"tool_name\":\"X\"}]},{\"type\":\"tool_result\",\"tool_use_id\":\"u\"}]}}");

        assertThat(entries)
                .extracting(Entry::content)
                .containsExactly("a\n[image]\n{\"type\":\"tool_reference\",\"tool_name\":\"X\"}", "");
    }

    @Test
    void partialMessagesAreMarked() {
        Entry entry = parse("{\"type\":\"stream_event\",\"event\":{\"type\":\"content_block_delta\",\"index\":0,"
                        + "\"delta\":{\"type\":\"text_delta\",\"text\":\"Hel\"}}}")
                .getFirst();

        assertThat(entry.isPartial()).isTrue();
        assertThat(entry.messageType()).isEqualTo("assistant");
        assertThat(entry.content()).isEqualTo("Hel");
    }

    @ParameterizedTest
    @ValueSource(strings = {"command_lifecycle", "control_response", "keep_alive", "rate_limit_event", "tool_progress"})
    void theAgentsMachineryIsOfTheSystem(String type) {
        assertThat(parse("{\"state\":\"queued\",\"type\":\"" + type + "\"}"))
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.messageType()).isEqualTo("system");
                    assertThat(entry.content()).isEqualTo(type);
                    assertThat(entry.extra().path("subtype").asText()).isEqualTo(type);
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no JSON at all",
                "{\"type\":\"assistant\"",
                "{\"type\":\"assistant\",\"message\":{\"content\":[]}}",
                "{\"no\":\"type\"}",
                "[1,2]",
                "42",
                "\"text\"",
                "{} {}"
            })
    void whatIsNotUnderstoodStaysAsItCame(String line) {
        assertThat(parse(line)).singleElement().satisfies(entry -> {
            assertThat(entry.messageType()).isEqualTo("raw");
            assertThat(entry.content()).isEqualTo(line);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t \r", "\r"})
    void blankLinesMakeNone(String line) {
        for (StreamName stream : StreamName.values()) {
            byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
            assertThat(EntryParser.parse(stream, bytes, 0, bytes.length)).isEmpty();
        }
    }

    @Test
    void theOtherStreamsAreText() {
        byte[] line = "xx{\"type\":\"result\"}\r".getBytes(StandardCharsets.UTF_8);

        Entry daemon =
                EntryParser.parse(StreamName.DAEMON, line, 2, line.length).getFirst();
        Entry stderr =
                EntryParser.parse(StreamName.STDERR, line, 2, line.length).getFirst();

        assertThat(daemon).isEqualTo(Entry.of("daemon", "{\"type\":\"result\"}"));
        assertThat(stderr.messageType()).isEqualTo("raw");
        assertThat(stderr.content()).isEqualTo("{\"type\":\"result\"}");
        assertThat(stderr.extra().get("stream").asText()).isEqualTo("stderr");
        assertThat(stderr.isError()).isNull();
    }

    @Test
    void wrongBytesAreReplacedAndTheRestIsRead() {
        byte[] line =
                "{\"type\":\"assistant\",\"message\":{\"content\":\"a?b\\u0000\"}}".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < line.length; i++) {
            line[i] = line[i] == '?' ? (byte) 0xC3 : line[i];
        }

        assertThat(EntryParser.parse(StreamName.STDOUT, line, 0, line.length))
                .singleElement()
                .extracting(Entry::content)
                .isEqualTo("a\uFFFDb\uFFFD");
    }

    @Test
    void halvesOfCharactersCanBeWrittenLater() throws JsonProcessingException {
        Entry entry = parse(
                        "{\"type\":\"assistant\",\"message\":{\"content\":[{\"type\":\"tool_use\",\"name\":\"Bash\","
                                + "\"input\":{\"command\":\"\\ud83d cut \\ud83d\\ude80 \\\\ud83d \\uDE80\"}}]}}")
                .getFirst();

        String command = entry.toolInput() == null
                ? ""
                : entry.toolInput().get("command").asText();
        assertThat(command).isEqualTo("\uFFFD cut 🚀 \\ud83d \uFFFD");
        assertThat(JSON.writeValueAsBytes(entry.toolInput())).isNotEmpty();
    }

    @Test
    void deepNestingAndHugeNumbersSurvive() {
        String deep = "{\"type\":\"assistant\",\"message\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
        String digits = "{\"type\":\"result\",\"total_cost_usd\":" + "9".repeat(100_000) + "}";
        String exponent =
                "{\"type\":\"result\",\"result\":\"r\",\"total_cost_usd\":1e999999999,\"duration_ms\":-1e-999999999}";

        assertThat(parse(deep)).singleElement().extracting(Entry::content).isEqualTo(deep);
        assertThat(parse(digits)).singleElement().extracting(Entry::content).isEqualTo(digits);
        assertThat(parse(exponent)).singleElement().satisfies(entry -> {
            assertThat(entry.content()).isEqualTo("r");
            assertThat(entry.costUsd()).isNull();
        });
    }

    @Test
    void linesOfMegabytesAreRead() {
        String text = "Grüße ".repeat(1 << 20);
        String line =
                "{\"type\":\"assistant\",\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"" + text + "\"}]}}";

        assertThat(parse(line)).singleElement().extracting(Entry::content).isEqualTo(text);
    }

    @Test
    void damagedLinesNeverThrow() {
        Random random = new Random(11);
        for (String name : Samples.ALL) {
            for (String line : Samples.lines(name)) {
                byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
                for (int i = 0; i < 20; i++) {
                    byte[] damaged = bytes.clone();
                    damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
                    assertThat(EntryParser.parse(StreamName.STDOUT, damaged, 0, random.nextInt(1, damaged.length)))
                            .isNotNull();
                }
            }
        }
    }

    @Test
    void itKeepsUpWithManyAgents() {
        byte[] line =
                ("{\"type\":\"assistant\",\"message\":{\"id\":\"msg_1\",\"role\":\"assistant\",\"content\":[{\"type\":"
                                + "\"text\",\"text\":\"" + "Some words of an agent. ".repeat(5)
                                + "\"}]},\"parent_tool_use_id\":null,"
                                + "\"session_id\":\"22222222-2222-4222-8222-222222222222\"}")
                        .getBytes(StandardCharsets.UTF_8);
        int lines = 50_000;
        long best = Long.MAX_VALUE;
        for (int round = 0; round < 5; round++) {
            long start = CpuTime.ofThisThread();
            for (int i = 0; i < lines; i++) {
                EntryParser.parse(StreamName.STDOUT, line, 0, line.length);
            }
            best = Math.min(best, CpuTime.ofThisThread() - start);
        }

        System.getLogger(getClass().getName())
                .log(System.Logger.Level.INFO, "{0} entries/s", lines * 1_000_000_000L / best);
        // 200 000 entries a second are asked for; half of it leaves room for a compiler without its last stage.
        assertThat(Duration.ofNanos(best)).isLessThan(Duration.ofMillis(500));
    }

    private static List<Entry> entries(String name) {
        return Samples.lines(name).stream()
                .flatMap(line -> parse(line).stream())
                .toList();
    }

    private static List<Entry> parse(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        return EntryParser.parse(StreamName.STDOUT, bytes, 0, bytes.length);
    }

    private static String json(@org.jspecify.annotations.Nullable JsonNode node) {
        return String.valueOf(node);
    }
}
