package dev.makima.cli.command.base;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class HistoryOptionsTest {

    @Test
    void theNameComesFirstAndWhatIsFalseIsNotSaid() throws IOException {
        assertThat(words("{\"status\":\"done\",\"isSupervisor\":false,\"name\":\"Parser\"}"))
                .isEqualTo("Parser, status done");
        assertThat(words("{\"name\":\"Lead\",\"isSupervisor\":true,\"attempt\":2}"))
                .isEqualTo("Lead, supervisor, attempt 2");
    }

    @Test
    void aFieldsNameIsReadAsWordsAndWhatIsNotPlainIsLeftOut() throws IOException {
        assertThat(words("{\"checkpointNumber\":3,\"choices\":[\"a\"],\"commitSha\":null,\"hasPatch\":true}"))
                .isEqualTo("checkpoint number 3, has patch");
    }

    @Test
    void aMomentIsSaidAsSeenFromNow() throws IOException {
        assertThat(words("{\"question\":\"Which?\",\"expiresAt\":\"2026-01-02T10:00:00.123456789Z\"}"))
                .isEqualTo("question Which?, expires in 10 h");
        assertThat(words("{\"expiresAt\":\"2026-01-01T23:55:00.123456789Z\"}")).isEqualTo("expires 4 min ago");
        assertThat(words("{\"expiresAt\":\"never\"}")).isEqualTo("expires never");
    }

    private static String words(String body) throws IOException {
        return HistoryOptions.words(new ObjectMapper().readTree(body), Instant.parse("2026-01-02T00:00:00Z"));
    }
}
