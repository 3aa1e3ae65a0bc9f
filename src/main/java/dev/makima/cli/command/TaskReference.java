package dev.makima.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.base.MakimaException;
import dev.makima.cli.api.ApiClient;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A task as people name it: by its id or the first digits of it, 4 at least. Stateless. */
final class TaskReference {
    private static final String KIND = "task";
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
        return IdBeginning.isWhole(text) ? text : IdBeginning.only(KIND, text, search(api, text));
    }

    /**
     * The id or its beginning as it is written everywhere. Asks nobody.
     *
     * @throws MakimaException VALIDATION where it cannot be one
     */
    static String checked(String given) {
        return IdBeginning.checked(KIND, given);
    }

    private static List<IdBeginning.Candidate> search(ApiClient api, String beginning) {
        List<IdBeginning.Candidate> found = new ArrayList<>();
        @Nullable String cursor = null;
        for (int page = 0; page < PAGES; page++) {
            JsonNode answer =
                    api.get("/mesh/tasks?limit=200" + (cursor == null ? "" : "&cursor=" + ApiClient.encode(cursor)));
            for (JsonNode task : answer.path("tasks")) {
                String id = task.path("id").asText();
                if (id.startsWith(beginning)) {
                    found.add(new IdBeginning.Candidate(
                            id,
                            task.path("status").asText() + "  "
                                    + task.path("name").asText()));
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
