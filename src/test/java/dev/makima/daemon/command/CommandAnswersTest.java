package dev.makima.daemon.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.daemon.DaemonHarness;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands that look at a worktree answer. */
class CommandAnswersTest {
    @TempDir
    private Path temp;

    private CommandPeer peer;

    @BeforeEach
    void start() throws IOException {
        peer = new CommandPeer(temp);
    }

    @AfterEach
    void stop() {
        peer.close();
    }

    @Test
    void theWholeChangeOfATaskIsShown() {
        try (DaemonHarness _ = peer.daemon()) {
            String task = peer.done("echo hello > new.txt; echo more >> README.md");
            JsonObject diff = peer.ask("getTaskDiff", task, "taskDiff");
            assertThat(diff.getBoolean("success")).as(diff.encode()).isTrue();
            assertThat(diff.getString("diff")).contains("+hello", "+more", "new.txt");
            JsonObject unknown = peer.ask("getTaskDiff", UUID.randomUUID().toString(), "taskDiff");
            assertThat(unknown.getBoolean("success")).isFalse();
            assertThat(unknown.getString("error")).contains("knows no task");
        }
    }
}
