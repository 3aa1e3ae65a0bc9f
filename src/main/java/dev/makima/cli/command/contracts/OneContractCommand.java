package dev.makima.cli.command.contracts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.command.base.ApiCommand;
import dev.makima.cli.command.base.ContractReference;
import dev.makima.cli.core.Surroundings;
import picocli.CommandLine.Parameters;

/** A command about one contract. */
abstract class OneContractCommand extends ApiCommand {
    @Parameters(index = "0", paramLabel = "CONTRACT", description = "its id, or the first digits of it")
    String contract = "";

    OneContractCommand(Surroundings surroundings) {
        super(surroundings);
    }

    /** The path of the contract that is meant. */
    final String path(ApiClient api) {
        return "/contracts/" + ContractReference.resolve(api, contract);
    }

    /** How many of its tasks are done. */
    static String done(JsonNode contract) {
        long all = 0;
        for (JsonNode count : contract.path("taskCounts")) {
            all += count.asLong();
        }
        return contract.path("taskCounts").path("done").asLong() + " of " + all;
    }
}
