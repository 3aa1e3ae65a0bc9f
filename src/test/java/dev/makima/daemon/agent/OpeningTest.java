package dev.makima.daemon.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.makima.base.TaskId;
import dev.makima.protocol.SpawnTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpeningTest {
    private static final UUID OLD = UUID.fromString("00000000-0000-4000-8000-000000000001");
    private static final UUID NEW = UUID.fromString("00000000-0000-4000-8000-000000000002");
    private static final SpawnTask PLAIN =
            SpawnTask.builder(new TaskId(OLD), "name", "the plan").build();
    private static final SpawnTask AGAIN = PLAIN.toBuilder().resumeSession(true).build();

    private static Opening open(SpawnTask spawn, boolean isHere) {
        return Opening.of(spawn, Optional.of(OLD), _ -> isHere, () -> NEW);
    }

    @Test
    void anOrdinaryTaskBeginsANewConversationWithItsPlanAlone() {
        assertThat(open(PLAIN, true)).isEqualTo(new Opening(NEW, false, "the plan", null));
    }

    @Test
    void aConversationOnThisMachineIsResumedAndRemindedOfThePlan() {
        Opening opening = open(AGAIN, true);
        assertThat(opening.session()).isEqualTo(OLD);
        assertThat(opening.resume()).isTrue();
        assertThat(opening.message()).contains("where you left off").endsWith("the plan");
        assertThat(opening.said()).contains("resumed");
    }

    @Test
    void aConversationElsewhereComesAsItsHistoryCutAtItsOldEnd() {
        String newest = "x".repeat(Opening.HISTORY_CHARACTERS) + "the newest words";
        SpawnTask spawn = AGAIN.toBuilder()
                .conversationHistory(JsonNodeFactory.instance
                        .arrayNode()
                        .add("the oldest words")
                        .add(newest))
                .build();
        Opening opening = open(spawn, false);
        assertThat(opening.session()).isEqualTo(NEW);
        assertThat(opening.resume()).isFalse();
        assertThat(opening.message())
                .contains("the newest words")
                .doesNotContain("the oldest words")
                .endsWith("the plan")
                .hasSizeLessThan(Opening.HISTORY_CHARACTERS + 1000);
    }

    @Test
    void withoutAConversationThePlanComesWithANote() {
        Opening opening = Opening.of(AGAIN, Optional.empty(), _ -> true, () -> NEW);
        assertThat(opening.resume()).isFalse();
        assertThat(opening.message()).isNotEqualTo("the plan").endsWith("the plan");
        assertThat(opening.said()).contains("new one begins");
    }

    @Test
    void conversationsAreFoundWhereverTheAgentWorked(@TempDir Path home) throws IOException {
        Path project = Files.createDirectories(home.resolve(".claude/projects/-work-tree"));
        Files.createFile(project.resolve(OLD + ".jsonl"));
        assertThat(new Conversations(Map.of("HOME", home.toString())).has(OLD)).isTrue();
        assertThat(new Conversations(Map.of("HOME", home.toString())).has(NEW)).isFalse();
        assertThat(new Conversations(Map.of("HOME", home.toString(), "CLAUDE_CONFIG_DIR", "/nowhere")).has(OLD))
                .isFalse();
    }

    @Test
    void aLaterProcessGoesOnInTheConversation() {
        assertThat(Opening.again(PLAIN, OLD, true, _ -> false, "more")).isEqualTo(new Opening(OLD, true, "more", null));
        assertThat(Opening.again(PLAIN, OLD, false, _ -> true, "more").resume()).isTrue();
    }

    @Test
    void aLaterProcessIsToldThePlanWhereTheConversationWasNeverWrittenDown() {
        Opening opening = Opening.again(PLAIN, OLD, false, _ -> false, "more");
        assertThat(opening.session()).isEqualTo(OLD);
        assertThat(opening.resume()).isFalse();
        assertThat(opening.message()).isEqualTo("the plan\n\nmore");
        assertThat(opening.said()).contains("begins again");
    }
}
