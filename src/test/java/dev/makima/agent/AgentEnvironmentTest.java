package dev.makima.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.base.MakimaException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AgentEnvironmentTest {
    private static final Map<String, String> ALWAYS = Map.of(
            "CLAUDE_CODE_DISABLE_BACKGROUND_TASKS", "1",
            "CLAUDE_CODE_STARTUP_FAILURE_RESULTS", "1",
            "DISABLE_AUTOUPDATER", "1");

    @Test
    void onlyWhatIsAllowedIsInherited() {
        Map<String, String> inherited = Map.of(
                "HOME", "/home/dev",
                "PATH", "/bin",
                "LC_ALL", "C.UTF-8",
                "https_proxy", "http://proxy",
                "ANTHROPIC_API_KEY", "k",
                "DATABASE_PASSWORD", "secret",
                "HOMEBREW_TOKEN", "secret",
                "home", "x",
                "MAKIMA_HOME", "/m");

        assertThat(build(inherited, List.of(), Map.of(), Map.of()))
                .containsAllEntriesOf(ALWAYS)
                .containsOnlyKeys(
                        "HOME",
                        "PATH",
                        "LC_ALL",
                        "https_proxy",
                        "ANTHROPIC_API_KEY",
                        "CLAUDE_CODE_DISABLE_BACKGROUND_TASKS",
                        "CLAUDE_CODE_STARTUP_FAILURE_RESULTS",
                        "DISABLE_AUTOUPDATER");
    }

    @Test
    void patternsAddToTheListButNeverOurOwnKeys() {
        Map<String, String> inherited = Map.of(
                "MAKIMA_API_KEY", "mk_secret",
                "MAKIMA_DAEMON_SERVER_APIKEY", "mk_secret",
                "CLAUDECODE", "1",
                "CLAUDE_CODE_SESSION_ID", "outer",
                "NPM_TOKEN", "t",
                "A.B", "dot");

        assertThat(build(inherited, List.of("*"), Map.of(), Map.of()))
                .containsEntry("NPM_TOKEN", "t")
                .doesNotContainKeys("CLAUDECODE", "CLAUDE_CODE_SESSION_ID")
                .doesNotContainValue("mk_secret");
        assertThat(build(inherited, List.of("NPM_*", "A?B", "A.*"), Map.of(), Map.of()))
                .containsKeys("NPM_TOKEN", "A.B")
                .hasSize(ALWAYS.size() + 2);
    }

    @Test
    void neitherConfigurationNorTaskBringsThemBack() {
        Map<String, String> forbidden = Map.of(
                "CLAUDECODE", "1",
                "MAKIMA_API_KEY", "mk_secret",
                "MAKIMA_DAEMON_SERVER_URL", "ws://x");

        assertThat(build(Map.of(), List.of(), forbidden, Map.of())).isEqualTo(ALWAYS);
        assertThat(build(Map.of(), List.of(), forbidden, Map.of("MAKIMA_API_KEY", "tool-key", "MAKIMA_DAEMON_X", "y")))
                .containsEntry("MAKIMA_API_KEY", "tool-key")
                .hasSize(ALWAYS.size() + 1);
    }

    @Test
    void theTaskWinsOverTheConfigurationAndThatOverAllElse() {
        Map<String, String> environment = build(
                Map.of("PATH", "inherited", "LANG", "inherited", "CLAUDE_CODE_DISABLE_BACKGROUND_TASKS", "0"),
                List.of(),
                Map.of("PATH", "configured", "TZ", "configured"),
                Map.of("TZ", "task"));

        assertThat(environment)
                .containsEntry("LANG", "inherited")
                .containsEntry("PATH", "configured")
                .containsEntry("TZ", "task")
                .containsAllEntriesOf(ALWAYS);
    }

    @Test
    void rootIsSaidToBeInASandbox() {
        assertThat(AgentEnvironment.build(Map.of(), List.of(), Map.of(), Map.of(), true))
                .containsEntry("IS_SANDBOX", "1");
        assertThat(build(Map.of("IS_SANDBOX", "1"), List.of(), Map.of(), Map.of()))
                .doesNotContainKey("IS_SANDBOX");
    }

    @Test
    void aNameThatIsNoneIsRefused() {
        assertThatThrownBy(() -> build(Map.of(), List.of(), Map.of("A=B", "x"), Map.of()))
                .isInstanceOf(MakimaException.class);
        assertThatThrownBy(() -> build(Map.of(), List.of(), Map.of(), Map.of("A", "x\0")))
                .isInstanceOf(MakimaException.class);
    }

    private static Map<String, String> build(
            Map<String, String> inherited,
            List<String> patterns,
            Map<String, String> configured,
            Map<String, String> task) {
        return AgentEnvironment.build(inherited, patterns, configured, task, false);
    }
}
