package dev.makima.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentInputTest {
    private static final UUID MESSAGE = UUID.fromString("11111111-1111-4111-8111-111111111111");

    @Test
    void aMessageIsTheLineThatTheAgentReads() {
        assertThat(AgentInput.userMessage("/cost \"now\"", MESSAGE))
                .isEqualTo("{\"type\":\"user\",\"message\":{\"role\":\"user\",\"content\":\"/cost \\\"now\\\"\"},"
                        + "\"uuid\":\"11111111-1111-4111-8111-111111111111\",\"client_composed\":true}");
    }

    @Test
    void controlRequestsCarryTheirId() {
        assertThat(AgentInput.interrupt("r-1"))
                .isEqualTo(
                        "{\"type\":\"control_request\",\"request_id\":\"r-1\",\"request\":{\"subtype\":\"interrupt\"}}");
        assertThat(AgentInput.endSession("r-2"))
                .isEqualTo(
                        "{\"type\":\"control_request\",\"request_id\":\"r-2\",\"request\":{\"subtype\":\"end_session\"}}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"one\ntwo\r\nthree", "\u2028\u2029\u0085\u000b\f", "Grüße 🚀 \0", "\ud83d cut"})
    void noReaderCanFindALineEndInside(String text) throws JsonProcessingException {
        String line = AgentInput.userMessage(text, MESSAGE);

        assertThat(line.chars()).allMatch(c -> c >= 0x20 && c < 0x7f);
        assertThat(new ObjectMapper().readTree(line).at("/message/content").asText())
                .isEqualTo(text);
    }

    @Test
    void aMessagesTextCanBeReadBack() {
        String text = "two\nlines, \"quotes\" and ☃";
        assertThat(AgentInput.textOf(AgentInput.userMessage(text, UUID.randomUUID())))
                .contains(text);
        assertThat(AgentInput.textOf(AgentInput.interrupt("x"))).isEmpty();
        assertThat(AgentInput.textOf("torn {")).isEmpty();
    }
}
