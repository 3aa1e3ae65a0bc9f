package dev.makima.cli.command.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.Uuids;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.Json;
import dev.makima.cli.api.Pages;
import dev.makima.cli.view.Progress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** What agents do with the contract that their task belongs to. Stateless; blocks. */
final class AgentContract {
    /** How long one request waits for an answer: shorter than what proxies and the client allow. */
    private static final long POLL_SECS = 25;

    private static final long ASK_SECS = 3600;
    private static final Duration RETRY = Duration.ofSeconds(1);

    private AgentContract() {}

    private static String path(AgentCall call) {
        return "/contracts/" + call.contract();
    }

    /** The contract and how it stands. */
    static JsonNode status(AgentCall call) {
        String path = path(call);
        return call.api().get(path);
    }

    /** What its phase still needs. */
    static JsonNode checklist(AgentCall call) {
        String path = path(call) + "/checklist";
        return call.api().get(path);
    }

    /** What it needs next. */
    static JsonNode suggestion(AgentCall call) {
        String path = path(call) + "/suggestion";
        return call.api().get(path);
    }

    /** Its documents. */
    static JsonNode files(AgentCall call) {
        String path = path(call) + "/files";
        return Pages.all(call.api(), path, "files");
    }

    private static String file(AgentCall call) {
        String id = Uuids.parse("id of a document", call.text("ID")).toString();
        return path(call) + "/files/" + id;
    }

    /** One of its documents. */
    static JsonNode document(AgentCall call) {
        String file = file(call);
        return call.api().get(file);
    }

    /** A new document, of standard input. */
    static JsonNode createFile(AgentCall call) {
        String path = path(call);
        ObjectNode request = Json.object().put("name", call.text("NAME")).put("body", call.input());
        return call.api().post(path + "/files", request);
    }

    /** A document with the text of standard input. */
    static JsonNode updateFile(AgentCall call) {
        String file = file(call);
        ObjectNode request = Json.object().put("body", call.input());
        return call.api().put(file, request);
    }

    /** A word to the supervisor. */
    static JsonNode report(AgentCall call) {
        String self = call.self();
        String path = path(call);
        ObjectNode request = Json.object().put("taskId", self).put("message", call.text("MESSAGE"));
        call.api().post(path + "/reports", request);
        return Json.object().put("told", true);
    }

    /** What is to become of the task's work. */
    static JsonNode completionAction(AgentCall call) {
        String self = call.self();
        String path = path(call);
        ObjectNode request = Json.object().put("taskId", self).put("code", call.flag("--code"));
        ArrayNode files = request.putArray("files");
        call.paths("--files").forEach(files::add);
        return call.api().post(path + "/completion-action", request);
    }

    /** The tasks, with what made them and what they continue. */
    static JsonNode tree(AgentCall call) {
        call.self();
        String path = path(call) + "/tree";
        return Pages.all(call.api(), path, "tasks");
    }

    /** The next phase. */
    static JsonNode advance(AgentCall call, List<String> phases) {
        call.self();
        String path = path(call);
        String phase = call.oneOf("PHASE", phases);
        return call.api().post(path + "/phase", Json.object().put("phase", phase));
    }

    /** The end of the contract. */
    static JsonNode complete(AgentCall call) {
        call.self();
        String path = path(call) + "/complete";
        return call.api().post(path, Json.object());
    }

    /**
     * Asks a person and waits for the answer, through interruptions of the connection too.
     *
     * @throws MakimaException TIMEOUT where there is none in time
     */
    static JsonNode ask(AgentCall call) {
        call.self();
        @Nullable Long given = call.number("--timeout", 1);
        long seconds = given == null ? ASK_SECS : given;
        String path = path(call) + "/questions";
        ObjectNode request =
                Json.object().put("question", call.text("QUESTION")).put("timeoutSecs", seconds);
        ArrayNode choices = request.putArray("choices");
        call.list("--choices").forEach(choices::add);
        @Nullable String context = call.optional("--context");
        if (context != null) {
            request.put("context", context);
        }
        try (Progress _ = call.waiting(() -> "waiting for an answer")) {
            return answer(call, path, request, seconds);
        }
    }

    private static JsonNode answer(AgentCall call, String path, ObjectNode request, long seconds) {
        long deadline = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        String id = call.api().post(path + "?wait=0", request).path("id").asText();
        while (true) {
            long left = Duration.ofNanos(deadline - System.nanoTime()).toSeconds() + 1;
            long wait = Math.clamp(left, 1, POLL_SECS);
            @Nullable JsonNode asked = poll(call.api(), path + "/" + id + "?wait=" + wait);
            if (asked != null && asked.hasNonNull("answer")) {
                return asked;
            }
            if (System.nanoTime() >= deadline) {
                throw new MakimaException(
                        ErrorCode.TIMEOUT,
                        "nobody has answered within " + seconds + " s (question " + id + ")",
                        "Take the safer choice, and say so: the question is closed. Who decides otherwise sends a message");
            }
            if (asked == null) {
                LockSupport.parkNanos(RETRY.toNanos());
            }
        }
    }

    /** The question; null where the server is not there at the moment. */
    private static @Nullable JsonNode poll(ApiClient api, String path) {
        try {
            return api.get(path);
        } catch (MakimaException e) {
            if (e.code() == ErrorCode.UNAVAILABLE || e.code() == ErrorCode.TIMEOUT) {
                return null;
            }
            throw e;
        }
    }
}
