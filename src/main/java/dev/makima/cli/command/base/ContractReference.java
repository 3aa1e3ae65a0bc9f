package dev.makima.cli.command.base;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.base.MakimaException;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.Pages;
import java.util.ArrayList;
import java.util.List;

/** A contract as people name it: by its id or the first digits of it, 4 at least. Stateless. */
public final class ContractReference {
    private static final String KIND = "contract";

    private ContractReference() {}

    /**
     * The whole id. Asks the server where only a part is given.
     *
     * @throws MakimaException VALIDATION where it is no id or more than one begins so, NOT_FOUND where none does
     */
    public static String resolve(ApiClient api, String given) {
        String text = IdBeginning.checked(KIND, given);
        if (IdBeginning.isWhole(text)) {
            return text;
        }
        List<IdBeginning.Candidate> found = new ArrayList<>();
        for (JsonNode one : Pages.all(api, "/contracts?limit=200", "contracts").path("contracts")) {
            if (one.path("id").asText().startsWith(text)) {
                found.add(new IdBeginning.Candidate(
                        one.path("id").asText(),
                        one.path("status").asText() + "  " + one.path("name").asText()));
            }
        }
        return IdBeginning.only(KIND, text, found);
    }
}
