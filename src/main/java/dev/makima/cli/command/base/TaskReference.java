package dev.makima.cli.command.base;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.base.MakimaException;
import dev.makima.cli.api.ApiClient;
import java.util.ArrayList;
import java.util.List;

/** A task as people name it: by its id or the first digits of it, 4 at least. Stateless. */
public final class TaskReference {
    private static final String KIND = "task";

    private TaskReference() {}

    /**
     * The whole id. Asks the server where only a part is given.
     *
     * @throws MakimaException VALIDATION where it is no id or more than one begins so, NOT_FOUND where none does
     */
    public static String resolve(ApiClient api, String given) {
        String text = checked(given);
        return IdBeginning.isWhole(text) ? text : IdBeginning.only(KIND, text, search(api, text));
    }

    /**
     * The id or its beginning as it is written everywhere. Asks nobody.
     *
     * @throws MakimaException VALIDATION where it cannot be one
     */
    public static String checked(String given) {
        return IdBeginning.checked(KIND, given);
    }

    private static List<IdBeginning.Candidate> search(ApiClient api, String beginning) {
        List<IdBeginning.Candidate> found = new ArrayList<>();
        for (JsonNode task : api.get("/mesh/tasks?limit=200&id=" + beginning).path("tasks")) {
            String id = task.path("id").asText();
            // An older server does not know that filter and gives them all: what is meant must not be guessed.
            if (id.startsWith(beginning)) {
                found.add(new IdBeginning.Candidate(
                        id,
                        task.path("status").asText() + "  " + task.path("name").asText()));
            }
        }
        return found;
    }
}
