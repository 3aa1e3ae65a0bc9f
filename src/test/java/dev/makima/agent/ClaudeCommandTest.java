package dev.makima.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.base.MakimaException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClaudeCommandTest {
    private static final UUID SESSION = UUID.fromString("22222222-2222-4222-8222-222222222222");

    @Test
    void aFirstStartHasItsOwnSession() {
        assertThat(ClaudeCommand.build(options(false, AgentVersion.of(2, 1, 329))))
                .containsExactly(
                        "claude",
                        "--before",
                        "--output-format=stream-json",
                        "--input-format=stream-json",
                        "--session-id",
                        SESSION.toString(),
                        "--verbose",
                        "--dangerously-skip-permissions",
                        "--append-system-prompt-file",
                        "/run/role.md",
                        "--system-prompt-snapshot",
                        "off",
                        "--model",
                        "opus",
                        "--max-budget-usd",
                        "2.50",
                        "--after");
    }

    @Test
    void aLaterStartResumesIt() {
        assertThat(ClaudeCommand.build(options(true, AgentVersion.unknown())))
                .containsSequence("--resume", SESSION.toString())
                .doesNotContain("--session-id");
    }

    @Test
    void theLeastIsWhatEveryVersionKnows() {
        ClaudeOptions options = new ClaudeOptions(
                "/opt/claude",
                List.of(),
                List.of(),
                SESSION,
                false,
                false,
                false,
                Optional.empty(),
                AgentVersion.unknown(),
                Optional.empty(),
                Optional.empty());

        assertThat(ClaudeCommand.build(options))
                .containsExactly(
                        "/opt/claude",
                        "--output-format=stream-json",
                        "--input-format=stream-json",
                        "--session-id",
                        SESSION.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "2.0.27, false, false, false",
        "2.0.28, false, true, false",
        "2.0.33, false, true, false",
        "2.0.34, true, true, false",
        "2.1.266, true, true, false",
        "2.1.267, true, true, true",
        "3.0, true, true, true",
        "a wrapper, true, true, true"
    })
    void anOlderAgentIsStartedWithoutWhatItDoesNotKnow(String version, boolean file, boolean budget, boolean snapshot) {
        List<String> command = ClaudeCommand.build(options(false, AgentVersion.parse(version)));

        assertThat(command.contains("--append-system-prompt-file")).isEqualTo(file);
        assertThat(command.contains("/run/role.md")).isEqualTo(file);
        assertThat(command.contains("--max-budget-usd")).isEqualTo(budget);
        assertThat(command.contains("--system-prompt-snapshot")).isEqualTo(snapshot);
        assertThat(command.contains("off")).isEqualTo(snapshot);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-p", "--mcp-config", "a b", "a\nb"})
    void aModelIsNeverAnOption(String model) {
        assertThatThrownBy(() -> new ClaudeOptions(
                        "claude",
                        List.of(),
                        List.of(),
                        SESSION,
                        false,
                        true,
                        true,
                        Optional.empty(),
                        AgentVersion.unknown(),
                        Optional.of(model),
                        Optional.empty()))
                .isInstanceOf(MakimaException.class);
    }

    @Test
    void versionsAreReadAndCompared() {
        assertThat(AgentVersion.parse("2.1.329 (Claude Code)\n")).isEqualTo(AgentVersion.of(2, 1, 329));
        assertThat(AgentVersion.parse("codex-cli 0.169.0")).isEqualTo(AgentVersion.of(0, 169, 0));
        assertThat(AgentVersion.parse("v1.2")).isEqualTo(AgentVersion.of(1, 2, 0));
        assertThat(AgentVersion.parse("")).isEqualTo(AgentVersion.unknown());
        assertThat(AgentVersion.parse("99999999999.1.1").isUnknown()).isTrue();
        assertThat(Stream.of(
                                AgentVersion.unknown(),
                                AgentVersion.of(2, 1, 9),
                                AgentVersion.of(2, 1, 10),
                                AgentVersion.of(1, 99, 99))
                        .sorted())
                .extracting(AgentVersion::toString)
                .containsExactly("1.99.99", "2.1.9", "2.1.10", "unknown");
    }

    private static ClaudeOptions options(boolean resume, AgentVersion version) {
        return new ClaudeOptions(
                "claude",
                List.of("--before"),
                List.of("--after"),
                SESSION,
                resume,
                true,
                true,
                Optional.of(Path.of("/run/role.md")),
                version,
                Optional.of("opus"),
                Optional.of(new BigDecimal("2.50")));
    }
}
