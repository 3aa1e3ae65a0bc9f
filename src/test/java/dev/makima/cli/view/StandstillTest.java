package dev.makima.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.cli.api.Json;
import dev.makima.cli.api.TaskView;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class StandstillTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:01:00Z");

    private static final String FREE = daemon("one", "connected", 1, "");
    private static final String FULL = daemon("two", "connected", 4, "");
    private static final String DRAINING = daemon("three", "connected", 1, ",\"refusing\":\"draining\"");
    private static final String AWAY = daemon("four", "disconnected", 1, "");

    private static String daemon(String host, String status, int tasks, String more) {
        return """
                {"id":"id-%s","hostname":"%s","status":"%s","activeTasks":%d,"maxConcurrentTasks":4,
                "lastSeenAt":"2026-01-01T00:00:00Z"%s}""".formatted(host, host, status, tasks, more);
    }

    private static String of(String task, String... daemons) {
        return Standstill.of(
                        TaskView.of(Json.read("a task", task)),
                        Json.read("daemons", "[" + String.join(",", daemons) + "]"),
                        NOW)
                .orElse("");
    }

    private static final String WAITING = """
            {"id":"x","status":"pending","startRequested":true,"lastSeq":0}""";

    private static String running(String host) {
        return """
                {"id":"x","status":"running","daemonId":"id-%s","lastSeq":0}""".formatted(host);
    }

    @Test
    void aTaskWithoutAnyDaemonIsToldHowToStartOne() {
        assertThat(of(WAITING)).contains("no daemon is connected", "makima daemon");
        assertThat(of(WAITING, AWAY)).contains("no daemon is connected");
    }

    @Test
    void eachConnectedDaemonThatTakesNothingIsNamedWithItsReason() {
        assertThat(of(WAITING, FULL, DRAINING, AWAY))
                .contains("two has as many as it takes (4)", "three takes none (draining)")
                .doesNotContain("four");
    }

    @Test
    void aDaemonWithRoomIsNoReasonToWait() {
        assertThat(of(WAITING, DRAINING, FREE)).isEmpty();
    }

    @Test
    void daemonsWithoutTheAgentThatIsAskedForAreNoReasonToHope() {
        String claude = daemon("five", "connected", 1, ",\"agents\":[{\"kind\":\"claude\"}]");
        String both = daemon("six", "connected", 1, ",\"agents\":[{\"kind\":\"claude\"},{\"kind\":\"codex\"}]");
        String codex = WAITING.replace("}", ",\"agent\":\"codex\"}");
        assertThat(of(codex, claude, FULL))
                .isEqualTo("no daemon takes it yet: five has no agent codex, two has no agent codex");
        assertThat(of(codex, claude, both)).isEmpty();
        assertThat(of(codex, FREE)).contains("one has no agent codex");
        assertThat(of(codex.replace("codex", "claude"), FREE)).isEmpty();
        assertThat(of(WAITING, claude)).isEmpty();
    }

    @Test
    void aDraftWaitsForNobody() {
        assertThat(of(WAITING.replace("true", "false"))).isEmpty();
    }

    @Test
    void aRunningTaskWhoseDaemonIsAwaySaysSinceWhen() {
        assertThat(of(running("four"), FREE, AWAY)).contains("four is not connected, last seen 60 s ago");
        assertThat(of(running("one"), FREE, AWAY)).isEmpty();
    }
}
