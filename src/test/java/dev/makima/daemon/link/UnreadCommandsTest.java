package dev.makima.daemon.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.makima.protocol.CommandFrame;
import dev.makima.protocol.DaemonFrame;
import dev.makima.protocol.FrameCodec;
import dev.makima.protocol.FrameException;
import dev.makima.testkit.BaseProtocol;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a command that cannot be read is answered by. */
class UnreadCommandsTest {
    private static final String TASK = "0a3f6f2e-6a52-4c54-8f7e-1f6c1f0d0b01";
    private static final String REQUEST = "0a3f6f2e-6a52-4c54-8f7e-1f6c1f0d0b02";

    /** The table of the protocol. */
    private static final Map<String, String> ANSWERS = Map.ofEntries(
            Map.entry("listBranches", "mergeResult"),
            Map.entry("mergeStart", "mergeResult"),
            Map.entry("mergeStatus", "mergeResult"),
            Map.entry("mergeResolve", "mergeResult"),
            Map.entry("mergeCommit", "mergeResult"),
            Map.entry("mergeAbort", "mergeResult"),
            Map.entry("mergeSkip", "mergeResult"),
            Map.entry("applyPatchToWorktree", "mergeResult"),
            Map.entry("checkMergeComplete", "mergeCompleteCheck"),
            Map.entry("retryCompletionAction", "completionActionResult"),
            Map.entry("cloneWorktree", "cloneWorktreeResult"),
            Map.entry("checkTargetExists", "checkTargetExistsResult"),
            Map.entry("createBranch", "branchCreated"),
            Map.entry("mergeTaskToTarget", "mergeToTargetResult"),
            Map.entry("createPR", "prCreated"),
            Map.entry("getTaskDiff", "taskDiff"),
            Map.entry("getWorktreeDiff", "worktreeDiffResult"),
            Map.entry("getWorktreeInfo", "worktreeInfoResult"),
            Map.entry("commitWorktree", "worktreeCommitResult"),
            Map.entry("createCheckpoint", "checkpointCreated"),
            Map.entry("createExportPatch", "exportPatchCreated"),
            Map.entry("cleanupWorktree", "cleanupWorktreeResult"),
            Map.entry("inheritGitConfig", "gitConfigInherited"),
            Map.entry("spawnTask", "taskOutput"));

    private static FrameException unread(JsonObject frame) {
        // What follows the object makes any frame one that cannot be read.
        return catchThrowableOfType(FrameException.class, () -> FrameCodec.decodeServerFrame(frame.encode() + " 1"));
    }

    private static JsonObject answered(JsonObject frame) {
        DaemonFrame answer = UnreadCommands.answer(unread(frame)).orElseThrow();
        JsonObject json = new JsonObject(FrameCodec.encode(answer));
        assertThat(BaseProtocol.mistakeUp(json)).as(json.encode()).isEmpty();
        return json;
    }

    private static JsonObject command(String type) {
        return new JsonObject().put("type", type).put("taskId", TASK).put("requestId", REQUEST);
    }

    @Test
    void everyCommandIsAnsweredByItsOwnAnswerThatAnExistingServerCanRead() {
        assertThat(Arrays.stream(CommandFrame.class.getPermittedSubclasses())
                        .map(type -> type.getSimpleName().toLowerCase(java.util.Locale.ROOT)))
                .containsExactlyInAnyOrderElementsOf(ANSWERS.keySet().stream()
                        .map(type -> type.toLowerCase(java.util.Locale.ROOT))
                        .toList());
        new TreeMap<>(ANSWERS).forEach((type, expected) -> {
            JsonObject answer = answered(command(type));
            assertThat(answer.getString("type")).as(type).isEqualTo(expected);
            assertThat(answer.encode()).as(type).contains("cannot read the command '" + type + "'");
            if (!expected.equals("taskOutput")) {
                assertThat(answer.getString("requestId")).as(type).isEqualTo(REQUEST);
                assertThat(answer.getBoolean("success", answer.getBoolean("canComplete", answer.getBoolean("exists"))))
                        .as(type)
                        .isFalse();
            }
        });
    }

    @Test
    void aRequestWithoutATaskIsAnsweredToo() {
        for (String type : new String[] {"readRepoFile", "triggerReauth", "submitAuthCode", "inheritGitConfig"}) {
            JsonObject frame = command(type);
            frame.remove("taskId");
            JsonObject answer = answered(frame);
            assertThat(answer.getString("requestId")).as(type).isEqualTo(REQUEST);
            assertThat(answer.getString("error")).as(type).contains(type);
        }
    }

    @Test
    void anIdThatIsNoneHidesNoOther() {
        FrameException bad = unread(new JsonObject()
                .put("type", "mergeStart")
                .put("requestId", "not an id")
                .put("taskId", TASK));
        assertThat(bad.taskId()).hasToString("Optional[" + TASK + "]");
        assertThat(bad.requestId()).isEmpty();
    }

    @Test
    void aPatchThatNobodyAskedAboutIsToldOfInALine() {
        JsonObject frame = command("applyPatchToWorktree");
        frame.remove("requestId");
        frame.remove("taskId");
        assertThat(answered(frame.put("targetTaskId", TASK)).getString("type")).isEqualTo("taskOutput");
    }

    @Test
    void whatIsNotKnownIsALineAndWhatIsAboutNothingIsNothing() {
        JsonObject unknown = command("doTheDishes");
        FrameException e =
                catchThrowableOfType(FrameException.class, () -> FrameCodec.decodeServerFrame(unknown.encode()));
        assertThat(UnreadCommands.answer(e).map(FrameCodec::encode))
                .hasValueSatisfying(line -> assertThat(line).contains("does not know the command 'doTheDishes'"));
        assertThat(UnreadCommands.answer(unread(new JsonObject().put("type", "mergeStart"))))
                .isEqualTo(Optional.empty());
    }
}
