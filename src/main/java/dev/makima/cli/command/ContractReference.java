package dev.makima.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.Uuids;
import dev.makima.cli.api.ApiClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** A contract as people name it: by its id or the first digits of it, 4 at least. Stateless. */
final class ContractReference {
    private static final Pattern BEGINNING = Pattern.compile("[0-9a-f]{4}[0-9a-f-]{0,31}");

    private ContractReference() {}

    /**
     * The whole id. Asks the server where only a part is given, which has to be one of the newest 200's.
     *
     * @throws MakimaException VALIDATION where it is no id or more than one begins so, NOT_FOUND where none does
     */
    static String resolve(ApiClient api, String given) {
        String text = given.strip().toLowerCase(Locale.ROOT);
        if (text.length() == 36) {
            return Uuids.parse("contract", text).toString();
        }
        if (!BEGINNING.matcher(text).matches()) {
            throw new MakimaException(
                    ErrorCode.VALIDATION,
                    "not a contract's id: " + given,
                    "Give an id or its first digits (at least 4); makima contracts list shows them");
        }
        List<String> found = new ArrayList<>();
        for (JsonNode one : api.get("/contracts?limit=200").path("contracts")) {
            if (one.path("id").asText().startsWith(text)) {
                found.add(one.path("id").asText());
            }
        }
        if (found.isEmpty()) {
            throw new MakimaException(
                    ErrorCode.NOT_FOUND, "no contract begins with " + text, "See: makima contracts list");
        }
        if (found.size() > 1) {
            throw new MakimaException(
                    ErrorCode.VALIDATION,
                    found.size() + " contracts begin with " + text + ": " + String.join(", ", found),
                    "Give more digits");
        }
        return found.getFirst();
    }
}
