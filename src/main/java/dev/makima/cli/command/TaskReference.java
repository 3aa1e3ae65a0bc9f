package dev.makima.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.TaskId;
import dev.makima.cli.api.ApiClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A task as people name it: by its id or the first digits of it, 4 at least. */
final class TaskReference {
    private static final Pattern BEGINNING = Pattern.compile("[0-9a-f]{4}[0-9a-f-]{0,31}");
    /** The newest tasks are looked through, page by page; what lies further back is named by its whole id. */
    private static final int PAGES = 20;

    private TaskReference() {}

    /**
     * The whole id. Asks the server where only a part is given.
     *
     * @throws MakimaException VALIDATION where it is no id or more than one begins so, NOT_FOUND where none does
     */
    static String resolve(ApiClient api, String given) {
        String text = checked(given);
        if (text.length() == 36) {
            return text;
        }
        List<String> found = search(api, text);
        if (found.isEmpty()) {
            throw new MakimaException(ErrorCode.NOT_FOUND, "no task begins with " + text, "See: makima tasks list");
        }
        if (found.size() > 1) {
            throw new MakimaException(
                    ErrorCode.VALIDATION,
                    found.size() + " tasks begin with " + text + ": " + String.join(", ", found),
                    "Give more digits");
        }
        return found.getFirst();
    }

    /**
     * The id or its beginning as it is written everywhere. Asks nobody.
     *
     * @throws MakimaException VALIDATION where it cannot be one
     */
    static String checked(String given) {
        String text = given.strip().toLowerCase(Locale.ROOT);
        if (text.length() == 36) {
            return TaskId.of(text).toString();
        }
        if (!BEGINNING.matcher(text).matches()) {
            throw new MakimaException(
                    ErrorCode.VALIDATION,
                    "not a task id: " + given,
                    "Give an id or its first digits (at least 4); makima tasks list shows them");
        }
        return text;
    }

    private static List<String> search(ApiClient api, String beginning) {
        List<String> found = new ArrayList<>();
        @Nullable String cursor = null;
        for (int page = 0; page < PAGES; page++) {
            JsonNode answer =
                    api.get("/mesh/tasks?limit=200" + (cursor == null ? "" : "&cursor=" + ApiClient.encode(cursor)));
            for (JsonNode task : answer.path("tasks")) {
                String id = task.path("id").asText();
                if (id.startsWith(beginning)) {
                    found.add(id);
                }
            }
            cursor = answer.path("nextCursor").asText(null);
            if (cursor == null) {
                break;
            }
        }
        return found;
    }
}
