package dev.makima.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.agent.AgentSignal.AuthenticationFailed;
import dev.makima.agent.AgentSignal.BackgroundTasks;
import dev.makima.agent.AgentSignal.ControlAnswered;
import dev.makima.agent.AgentSignal.Initialized;
import dev.makima.agent.AgentSignal.Retrying;
import dev.makima.agent.AgentSignal.Said;
import dev.makima.agent.AgentSignal.TurnEnded;
import dev.makima.agent.AgentSignal.UsedTool;
import dev.makima.agent.AgentSignals.Weight;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentSignalsTest {
    private static final String MESSAGE = "11111111-1111-4111-8111-111111111111";

    @Test
    void aTurnThatWritesAFileIsFollowed() {
        assertThat(signals("write-file"))
                .containsExactly(
                        new Initialized("00000000-0000-4000-8000-000000000012", "claude-opus-5-5", "2.1.329"),
                        new Said("Writing."),
                        new UsedTool("Write", "/work/tree/src/x.txt (2 lines)"),
                        new Said("Written."),
                        new TurnEnded(
                                false,
                                "Written.",
                                "completed",
                                List.of(),
                                new BigDecimal("0.00088"),
                                169,
                                2,
                                0,
                                List.of(MESSAGE),
                                200,
                                4));
    }

    @Test
    void aRefusedKeyIsToldAtTheFirstRetryAndTheResultIsAFailureThoughItSaysSuccess() {
        assertThat(signals("bad-key"))
                .hasSize(5)
                .startsWith(new Initialized("00000000-0000-4000-8000-000000000062", "claude-opus-5-5", "2.1.329"))
                .contains(
                        new AuthenticationFailed("the model refused the agent's login (HTTP 401)"),
                        new AuthenticationFailed("Invalid API key · Fix external API key"))
                .last()
                .isInstanceOfSatisfying(TurnEnded.class, end -> {
                    assertThat(end.isError()).isTrue();
                    assertThat(end.terminalReason()).isEqualTo("api_error");
                    assertThat(end.text()).isEqualTo("Invalid API key · Fix external API key");
                });
        assertThat(signals("forbidden")).hasAtLeastOneElementOfType(AuthenticationFailed.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"api_error_status\":401", "\"error\":\"authentication_failed\""})
    void aResultTellsOfAFailedLoginByItsKindAndNeverByItsText(String kind) {
        String failed = "{\"type\":\"result\",\"is_error\":true,%s,\"result\":\"authentication_failed: 401\"}";
        assertThat(read(failed.formatted(kind)))
                .first()
                .isEqualTo(new AuthenticationFailed("authentication_failed: 401"));
        assertThat(read(failed.formatted("\"api_error_status\":500")))
                .singleElement()
                .isInstanceOf(TurnEnded.class);
        assertThat(read(failed.formatted(kind).replace("\"is_error\":true", "\"is_error\":false")))
                .singleElement()
                .isInstanceOf(TurnEnded.class);
    }

    @Test
    void anInterruptIsAnsweredAndEndsTheTurnAsAFailure() {
        List<AgentSignal> signals = signals("interrupt");

        assertThat(signals).containsSubsequence(new ControlAnswered("req-1", true), new ControlAnswered("req-2", true));
        assertThat(signals)
                .filteredOn(TurnEnded.class::isInstance)
                .singleElement()
                .isInstanceOfSatisfying(TurnEnded.class, end -> {
                    assertThat(end.isError()).isTrue();
                    assertThat(end.terminalReason()).isEqualTo("aborted_tools");
                    assertThat(end.errors()).hasSize(1);
                    assertThat(end.text()).startsWith("[ede_diagnostic]");
                });
        assertThat(signals("control")).containsExactly(new ControlAnswered("req-3", false));
    }

    @Test
    void backgroundWorkIsCounted() {
        assertThat(signals("background"))
                .filteredOn(BackgroundTasks.class::isInstance)
                .containsExactly(new BackgroundTasks(1), new BackgroundTasks(0));
    }

    @Test
    void aRetryThatIsNoMatterOfTheLoginIsJustARetry() {
        assertThat(read("{\"attempt\":2,\"max_retries\":10,\"retry_delay_ms\":1163,\"error_status\":null,"
                        + "\"error\":\"overloaded\",\"subtype\" : \"api_retry\", \"type\" : \"system\"}"))
                .containsExactly(new Retrying(2, 10, 1163, "overloaded"));
    }

    @Test
    void whatTheModelSaysIsNeverTakenForALoginThatFailed() {
        assertThat(read("{\"type\":\"assistant\",\"message\":{\"content\":[{\"type\":\"text\","
                        + "\"text\":\"\\\"error\\\":\\\"authentication_failed\\\"\"}]},\"parent_tool_use_id\":null}"))
                .containsExactly(new Said("\"error\":\"authentication_failed\""));
    }

    @Test
    void whatADelegateSaysIsNotTheAgentsWord() {
        String line = "{\"type\":\"assistant\",\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"x\"},"
                + "{\"type\":\"tool_use\",\"name\":\"Bash\",\"input\":{\"command\":\"ls\"}}]}%s}";

        assertThat(read(line.formatted(",\"parent_tool_use_id\":\"toolu_1\""))).isEmpty();
        assertThat(read(line.formatted(""))).containsExactly(new Said("x"), new UsedTool("Bash", "ls"));
    }

    @Test
    void anEmptyResultHasEverythingAbsent() {
        assertThat(read("{\"type\":\"result\"}"))
                .containsExactly(new TurnEnded(false, "", "", List.of(), BigDecimal.ZERO, 0, 0, 0, List.of(), 0, 0));
        assertThat(read("{\"type\":\"result\",\"subtype\":\"error_max_turns\",\"total_cost_usd\":1e999999999,"
                        + "\"duration_ms\":99999999999999999999999999}"))
                .containsExactly(new TurnEnded(true, "", "", List.of(), BigDecimal.ZERO, 0, 0, 0, List.of(), 0, 0));
    }

    @Test
    void mostLinesCostNoParse() {
        for (String name : Samples.ALL) {
            for (String line : Samples.lines(name)) {
                boolean matters = line.contains("\"type\":\"assistant\"")
                        || line.contains("\"type\":\"result\"")
                        || line.contains("\"type\":\"control_response\"")
                        || line.contains("\"subtype\":\"init\"")
                        || line.contains("\"subtype\":\"api_retry\"")
                        || line.contains("\"subtype\":\"background_tasks_changed\"");
                byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
                assertThat(AgentSignals.weigh(bytes, 0, bytes.length) != Weight.NOTHING)
                        .as(line)
                        .isEqualTo(matters);
            }
        }
        byte[] quoting = "{\"type\":\"user\",\"content\":\"{\\\"type\\\":\\\"result\\\"} \\\\\"}"
                .getBytes(StandardCharsets.UTF_8);
        assertThat(AgentSignals.weigh(quoting, 0, quoting.length)).isEqualTo(Weight.NOTHING);
    }

    @Test
    void whatOnlySaysSomethingIsToldFromWhatMayMeanMore() {
        String said = "{\"type\":\"assistant\",%s\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"%s\"}]}}";
        assertThat(weigh(said.formatted("", "plain, \\\"quoted\\\", \\\\ and \\n")))
                .isEqualTo(Weight.WORDS);
        assertThat(weigh(said.formatted("", "\\\"type\\\":\\\"result\\\""))).isEqualTo(Weight.WORDS);
        assertThat(weigh(said.formatted("", "<COMPLETION_GATE>"))).isEqualTo(Weight.ANYTHING);
        assertThat(weigh(said.formatted("", "\\u003cCOMPLETION_GATE>"))).isEqualTo(Weight.ANYTHING);
        assertThat(weigh(said.formatted("\"error\":\"authentication_failed\",", "x")))
                .isEqualTo(Weight.ANYTHING);
        assertThat(weigh("{\"type\":\"result\"}")).isEqualTo(Weight.ANYTHING);
        assertThat(weigh("{\"type\":\"user\",\"text\":\"<\"}")).isEqualTo(Weight.NOTHING);
    }

    private static Weight weigh(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        return AgentSignals.weigh(bytes, 0, bytes.length);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain text \"result\"",
                "{\"type\":\"result\"",
                "[\"result\"]",
                "{\"type\":\"assistant\"}",
                "{\"type\":\"assistant\",\"message\":5}",
                "{\"type\":\"assistant\",\"message\":{\"content\":[5,null,{\"type\":7},{\"type\":\"thinking\"}]}}",
                "{\"type\":5,\"x\":\"result\"}",
                "{\"type\":\"system\",\"x\":\"init\"}"
            })
    void whatIsNoSignalIsNone(String line) {
        assertThat(read(line)).isEmpty();
    }

    @Test
    void onlyTheGivenPartOfTheBufferIsRead() {
        byte[] buffer = "junk{\"type\":\"result\",\"num_turns\":3}\r\njunk".getBytes(StandardCharsets.UTF_8);

        assertThat(AgentSignals.read(buffer, 4, buffer.length - 4))
                .get()
                .isInstanceOfSatisfying(
                        TurnEnded.class, end -> assertThat(end.turns()).isEqualTo(3));
    }

    @Test
    void damagedLinesNeverThrow() {
        Random random = new Random(7);
        for (String name : Samples.ALL) {
            for (String line : Samples.lines(name)) {
                byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
                for (int i = 0; i < 20; i++) {
                    byte[] damaged = bytes.clone();
                    damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
                    int to = random.nextInt(damaged.length + 1);
                    assertThat(AgentSignals.readAll(damaged, 0, i % 2 == 0 ? damaged.length : to))
                            .isNotNull();
                }
            }
        }
    }

    private static List<AgentSignal> signals(String name) {
        return Samples.lines(name).stream().flatMap(line -> read(line).stream()).toList();
    }

    private static List<AgentSignal> read(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        return AgentSignals.readAll(bytes, 0, bytes.length);
    }
}
