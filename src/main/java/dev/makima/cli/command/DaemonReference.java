package dev.makima.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.base.MakimaException;
import dev.makima.cli.api.ApiClient;
import java.util.ArrayList;
import java.util.List;

/** A daemon as people name it: by its id, the first digits of it, or the name of its machine. Stateless. */
final class DaemonReference {
    private static final String KIND = "daemon";

    private DaemonReference() {}

    /**
     * The daemon.
     *
     * @throws MakimaException VALIDATION where it is no id or more than one is named so, NOT_FOUND where none is
     */
    static JsonNode resolve(ApiClient api, String given) {
        JsonNode daemons = api.get("/mesh/daemons").path("daemons");
        List<IdBeginning.Candidate> found = named(daemons, given);
        if (found.isEmpty()) {
            String text = IdBeginning.checked(KIND, given);
            for (JsonNode daemon : daemons) {
                if (daemon.path("id").asText().startsWith(text)) {
                    found.add(candidate(daemon));
                }
            }
        }
        String id = IdBeginning.only(KIND, given, found);
        return api.get("/mesh/daemons/" + id);
    }

    private static List<IdBeginning.Candidate> named(JsonNode daemons, String hostname) {
        List<IdBeginning.Candidate> found = new ArrayList<>();
        for (JsonNode daemon : daemons) {
            if (daemon.path("hostname").asText().equals(hostname)) {
                found.add(candidate(daemon));
            }
        }
        return found;
    }

    private static IdBeginning.Candidate candidate(JsonNode daemon) {
        return new IdBeginning.Candidate(
                daemon.path("id").asText(),
                daemon.path("status").asText() + "  " + daemon.path("hostname").asText());
    }
}
