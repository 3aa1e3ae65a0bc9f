package dev.makima.daemon.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.protocol.AnswerFrame;
import dev.makima.protocol.CommandFrame;
import dev.makima.protocol.DaemonFrame;
import dev.makima.protocol.FrameCodec;
import dev.makima.protocol.ServerFrame;
import dev.makima.protocol.SpawnTask;
import dev.makima.protocol.TaskOutput;
import dev.makima.testkit.BaseProtocol;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FailureAnswersTest {
    private static final String WHY = "the disk is full";
    private static final String ID = UUID.randomUUID().toString();

    /** Every field that any command has; each takes those it knows. */
    private static ServerFrame frame(String type) {
        JsonObject fields = new JsonObject()
                .put("type", type)
                .put("taskId", ID)
                .put("targetTaskId", ID)
                .put("sourceTaskId", ID)
                .put("contractId", ID)
                .put("requestId", ID)
                .put("patchData", "x")
                .put("baseSha", "x")
                .put("targetDir", "/x")
                .put("deleteBranch", true)
                .put("branchName", "b")
                .put("message", "m")
                .put("title", "t")
                .put("sourceBranch", "s")
                .put("file", "f")
                .put("strategy", "ours")
                .put("subtaskId", ID)
                .put("reason", "r")
                .put("squash", true)
                .put("taskName", "n")
                .put("action", "branch")
                .put("targetRepoPath", "/r")
                .put("filePath", "f")
                .put("repoPath", "/r")
                .put("code", "c")
                .put("acks", new JsonArray());
        return FrameCodec.decodeServerFrame(fields.encode());
    }

    private static String wireName(Class<?> type) {
        String name = type.getSimpleName();
        return Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }

    private static List<Class<?>> commands() {
        return Arrays.stream(CommandFrame.class.getPermittedSubclasses())
                .<Class<?>>map(type -> type)
                .filter(type -> type != SpawnTask.class)
                .toList();
    }

    @Test
    void everyCommandIsAnsweredSoThatAnExistingServerCanReadIt() {
        assertThat(commands()).hasSizeGreaterThan(20);
        for (Class<?> command : commands()) {
            ServerFrame frame = frame(wireName(command));
            assertThat(frame).isInstanceOf(command);
            Optional<DaemonFrame> answer = FailureAnswers.answer(frame, WHY);
            assertThat(answer).as(command.getSimpleName()).isPresent();
            JsonObject json = new JsonObject(FrameCodec.encode(answer.get()));
            assertThat(BaseProtocol.mistakeUp(json)).isEmpty();
            assertThat(json.encode()).contains(WHY);
            if (answer.get() instanceof AnswerFrame) {
                assertThat(json.getString("requestId"))
                        .as(command.getSimpleName())
                        .isEqualTo(ID);
                assertThat(json.getBoolean("success", json.getBoolean("canComplete", json.getBoolean("exists"))))
                        .as(command.getSimpleName())
                        .isFalse();
            } else {
                assertThat(answer.get()).isInstanceOf(TaskOutput.class);
            }
        }
    }

    @Test
    void theRequestsThatAreNoCommandsAreAnsweredToo() {
        for (String type : List.of("readRepoFile", "triggerReauth", "submitAuthCode")) {
            JsonObject answer = new JsonObject(
                    FrameCodec.encode(FailureAnswers.answer(frame(type), WHY).orElseThrow()));
            assertThat(answer.getString("requestId")).isEqualTo(ID);
            assertThat(answer.getString("error")).isEqualTo(WHY);
            assertThat(BaseProtocol.mistakeUp(answer)).isEmpty();
        }
    }

    @Test
    void whatWantsNoAnswerGetsNone() {
        assertThat(FailureAnswers.answer(frame("restartDaemon"), WHY)).isEmpty();
        assertThat(FailureAnswers.answer(frame("outputAck"), WHY)).isEmpty();
    }
}
