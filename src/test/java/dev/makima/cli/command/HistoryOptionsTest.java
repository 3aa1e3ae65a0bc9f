package dev.makima.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
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

    private static String words(String body) throws IOException {
        return HistoryOptions.words(new ObjectMapper().readTree(body));
    }
}
