package dev.makima.daemon.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.TestRepository;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** One task, as the server that commands it sees it. */
record WireTask(CommandBench bench, String id) {
    /** A command about this task. */
    JsonObject command(String type) {
        return new JsonObject().put("type", type).put("taskId", id);
    }

    /** Sends a command that needs nothing but the task and waits for its answer. */
    JsonObject ask(String type) {
        return bench.ask(command(type));
    }

    /** Sends a command with one more field and waits for its answer. */
    JsonObject ask(String type, String field, Object value) {
        return bench.ask(command(type).put(field, value));
    }

    /** Sends a command with two more fields and waits for its answer. */
    JsonObject ask(String type, String field, Object value, String other, Object otherValue) {
        return bench.ask(command(type).put(field, value).put(other, otherValue));
    }

    /** As {@link #ask(String, String, Object)}, and wants it to have worked. */
    JsonObject good(String type, String field, Object value) {
        return assertGood(ask(type, field, value));
    }

    /** As {@link #ask(String)}, and wants it to have worked. */
    JsonObject good(String type) {
        return assertGood(ask(type));
    }

    /** Where its agent worked. */
    Path place() {
        return bench.place(id);
    }

    /** Its worktree, as a repository to look at. */
    TestRepository worktree() {
        return TestRepository.at(place());
    }

    /** The name of its branch. */
    String branch() {
        return worktree().git("symbolic-ref", "--short", "HEAD").strip();
    }

    /** Its output lines so far. */
    List<String> lines() {
        return bench.server.lines(id);
    }

    static JsonObject assertGood(JsonObject answer) {
        assertThat(answer.getBoolean("success")).as(answer.encode()).isTrue();
        return answer;
    }

    /** The answer is a failure with a reason that holds these words. */
    static JsonObject assertRefused(JsonObject answer, String... words) {
        assertThat(answer.getBoolean("success")).as(answer.encode()).isFalse();
        assertThat(reason(answer)).as(answer.encode()).isNotBlank();
        for (String word : words) {
            assertThat(reason(answer)).contains(word);
        }
        return answer;
    }

    /** Why it failed: error, else message. */
    static String reason(JsonObject answer) {
        String error = answer.getString("error");
        return error != null ? error : answer.getString("message", "");
    }

    static List<String> strings(JsonObject answer, String field) {
        return answer.getJsonArray(field, new JsonArray()).stream()
                .map(String::valueOf)
                .toList();
    }

    static List<JsonObject> objects(JsonObject answer, String field) {
        JsonArray array = answer.getJsonArray(field, new JsonArray());
        return IntStream.range(0, array.size()).mapToObj(array::getJsonObject).toList();
    }
}
