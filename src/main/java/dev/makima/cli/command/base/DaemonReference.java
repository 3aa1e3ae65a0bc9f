package dev.makima.cli.command.base;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.view.Amounts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A daemon as people name it: by its id, the first digits of it, or the name of its machine. Stateless. */
public final class DaemonReference {
    private static final String KIND = "daemon";

    private DaemonReference() {}

    /**
     * The daemon.
     *
     * @throws MakimaException VALIDATION where more than one is named so, which are listed; NOT_FOUND where none is
     */
    public static JsonNode resolve(ApiClient api, String given) {
        JsonNode daemons = api.get("/mesh/daemons").path("daemons");
        List<IdBeginning.Candidate> found = named(daemons, given);
        if (found.size() > 1) {
            throw IdBeginning.several(
                    found.size() + " daemons are on machines named " + given, found, "Give the first digits of its id");
        }
        if (found.isEmpty()) {
            if (!IdBeginning.canBe(given)) {
                throw new MakimaException(
                        ErrorCode.NOT_FOUND, "no daemon is on a machine named " + given, "See: makima daemons list");
            }
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

    /** A daemon that takes no task is not simply connected; the last refusal's message says more in the JSON. */
    public static String status(JsonNode daemon) {
        return switch (daemon.path("refusing").asText("")) {
            case "draining" -> "draining";
            case "disk" -> "low on disk";
            case "memory" -> "low on memory";
            default -> daemon.path("status").asText(); // a String from outside
        };
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
                status(daemon) + " "
                        + daemon.path("hostname").asText() + ", seen "
                        + Amounts.ago(daemon.path("lastSeenAt").asText(null), Instant.now()));
    }
}
