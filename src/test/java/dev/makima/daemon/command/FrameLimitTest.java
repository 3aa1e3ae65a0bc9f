package dev.makima.daemon.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.TaskId;
import dev.makima.protocol.CheckpointCreated;
import dev.makima.protocol.CreateCheckpoint;
import dev.makima.protocol.DaemonFrame;
import dev.makima.protocol.FrameCodec;
import dev.makima.protocol.GetTaskDiff;
import dev.makima.protocol.MergeResult;
import dev.makima.protocol.MergeStart;
import dev.makima.protocol.TaskDiff;
import java.util.Collections;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FrameLimitTest {
    private static final TaskId TASK = TaskId.of(UUID.randomUUID().toString());
    private static final UUID REQUEST = UUID.randomUUID();

    private final FrameLimit limit = new FrameLimit(2000);

    private static TaskDiff diff(String text) {
        return new TaskDiff(TASK, true, text, null, REQUEST, null);
    }

    @Test
    void whatFitsIsLeftAsItIsAndBytesCountNotCharacters() {
        GetTaskDiff command = new GetTaskDiff(TASK, REQUEST);
        assertThat(limit.fitting(command, diff("x".repeat(1500)))).contains(diff("x".repeat(1500)));
        assertThat(limit.fitting(command, diff("ü".repeat(1500))))
                .isPresent()
                .get()
                .satisfies(answer -> {
                    TaskDiff refused = (TaskDiff) answer;
                    assertThat(refused.success()).isFalse();
                    assertThat(refused.diff()).isNull();
                    assertThat(refused.requestId()).isEqualTo(REQUEST);
                    assertThat(refused.error())
                            .contains(FrameCodec.encodedSize(FrameCodec.encode(diff("ü".repeat(1500)))) + " bytes");
                });
    }

    @Test
    void whatWasDoneIsSaidWithoutItsLongPart() {
        MergeResult merge = new MergeResult(
                TASK, false, "conflicts", null, Collections.nCopies(500, "a/long/path"), REQUEST, null, null);
        DaemonFrame shorter =
                limit.fitting(new MergeStart(TASK, "b", REQUEST), merge).orElseThrow();
        assertThat(shorter).isInstanceOfSatisfying(MergeResult.class, answer -> {
            assertThat(answer.message()).contains("conflicts", "500 files", "server.maxFrameBytes");
            assertThat(answer.conflicts()).isNull();
        });
        CheckpointCreated checkpoint = new CheckpointCreated(
                TASK, true, "abc", "b", null, null, 1, 2, null, "m", "x".repeat(5000), "base", 1, REQUEST, null, null);
        DaemonFrame light = limit.fitting(new CreateCheckpoint(TASK, "m", REQUEST), checkpoint)
                .orElseThrow();
        assertThat(light).isInstanceOfSatisfying(CheckpointCreated.class, answer -> {
            assertThat(answer.success()).isTrue();
            assertThat(answer.commitSha()).isEqualTo("abc");
            assertThat(answer.patchData()).isNull();
        });
    }
}
