package dev.makima.daemon.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.protocol.AnswerFrame;
import dev.makima.protocol.DaemonFrame;
import dev.makima.protocol.FrameCodec;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No answer tells a secret in its words, and none is changed in what somebody works on with. */
class WordsTest {
    private static final String SECRET = "secret-value-1";
    private static final List<String> WORDS =
            List.of("message", "error", "summary", "output", "currentActivity", "lastCommitMessage");

    private final Secrets secrets = new Secrets();

    static List<Class<?>> answers() {
        return List.of(AnswerFrame.class.getPermittedSubclasses());
    }

    /** Every field that any answer has; each takes those it knows. */
    private static DaemonFrame frame(Class<?> type) {
        String name = type.getSimpleName();
        String id = UUID.randomUUID().toString();
        JsonObject fields = new JsonObject()
                .put("type", Character.toLowerCase(name.charAt(0)) + name.substring(1))
                .put("taskId", id)
                .put("success", true)
                .put("exists", true)
                .put("canComplete", false)
                .put("inProgress", false)
                .put("filesChanged", type.getSimpleName().equals("CheckpointCreated") ? new JsonArray() : 1)
                .put("insertions", 1)
                .put("deletions", 1)
                .put("mergedCount", 1)
                .put("skippedCount", 1)
                .put("fence", 1)
                .put("reason", "active")
                .put("unmergedBranches", new JsonArray().add("no " + SECRET))
                .put("conflictedFiles", new JsonArray())
                .put(
                        "branches",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("name", "b")
                                        .put("isMerged", false)
                                        .put("lastCommit", "abc")
                                        .put("lastCommitMessage", "told " + SECRET)));
        for (String field : List.of(
                "message",
                "error",
                "diff",
                "patchContent",
                "patchData",
                "branchName",
                "branch",
                "targetDir",
                "prUrl")) {
            fields.put(field, field + " " + SECRET);
        }
        return FrameCodec.decodeDaemonFrame(fields.encode());
    }

    @ParameterizedTest
    @MethodSource("answers")
    void theWordsOfAnAnswerAreMaskedAndNothingElseIs(Class<?> type) {
        secrets.add(Map.of("A", SECRET));
        DaemonFrame frame = frame(type);
        JsonObject before = new JsonObject(FrameCodec.encode(frame));
        JsonObject after = new JsonObject(FrameCodec.encode(Words.masked(frame, secrets)));
        assertThat(after.fieldNames()).isEqualTo(before.fieldNames());
        for (String field : before.fieldNames()) {
            String text = String.valueOf(after.getValue(field));
            if (WORDS.contains(field) || field.equals("unmergedBranches") || field.equals("branches")) {
                assertThat(text).as(field).doesNotContain(SECRET);
            } else {
                assertThat(text).as(field).isEqualTo(String.valueOf(before.getValue(field)));
            }
        }
    }

    @Test
    void theErrorAboutAFileIsMaskedAndItsContentIsNot() {
        secrets.add(Map.of("A", SECRET));
        DaemonFrame frame = FrameCodec.decodeDaemonFrame(new JsonObject()
                .put("type", "repoFileContent")
                .put("requestId", UUID.randomUUID().toString())
                .put("filePath", "f")
                .put("success", true)
                .put("content", SECRET)
                .put("error", SECRET)
                .encode());
        JsonObject after = new JsonObject(FrameCodec.encode(Words.masked(frame, secrets)));
        assertThat(after.getString("content")).isEqualTo(SECRET);
        assertThat(after.getString("error")).isEqualTo("*".repeat(SECRET.length()));
    }
}
