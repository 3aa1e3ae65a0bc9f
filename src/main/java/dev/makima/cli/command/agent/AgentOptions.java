package dev.makima.cli.command.agent;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.TaskId;
import dev.makima.base.Uuids;
import dev.makima.cli.command.base.ConnectionOptions;
import dev.makima.cli.core.Surroundings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who calls, and for what: agents have all of it in their environment. */
final class AgentOptions {
    @Option(names = "--api-url", paramLabel = "URL", description = "the server (else: MAKIMA_API_URL)")
    @Nullable
    String apiUrl;

    @Option(names = "--api-key", paramLabel = "KEY", description = "the key for it (else: MAKIMA_API_KEY)")
    @Nullable
    String apiKey;

    @Option(
            names = "--self-task-id",
            paramLabel = "ID",
            description = "the task on whose behalf this is called (else: MAKIMA_TASK_ID)")
    @Nullable
    String selfTaskId;

    @Option(
            names = "--contract-id",
            paramLabel = "ID",
            description = "the contract it belongs to (else: MAKIMA_CONTRACT_ID)")
    @Nullable
    String contractId;

    @Option(
            names = "--directive-id",
            paramLabel = "ID",
            description = "the directive it belongs to (else: MAKIMA_DIRECTIVE_ID)")
    @Nullable
    String directiveId;

    /** The server that is meant. */
    ConnectionOptions connection() {
        return ConnectionOptions.ofServer(apiUrl, apiKey);
    }

    /**
     * The calling agent's task.
     *
     * @throws MakimaException VALIDATION where none is given, or no id
     */
    String selfTask(Surroundings surroundings) {
        return TaskId.of(given(surroundings, "task", selfTaskId, "MAKIMA_TASK_ID", "--self-task-id"))
                .toString();
    }

    /**
     * The contract.
     *
     * @throws MakimaException VALIDATION where none is given, or no id
     */
    String contract(Surroundings surroundings) {
        return Uuids.parse(
                        "contract", given(surroundings, "contract", contractId, "MAKIMA_CONTRACT_ID", "--contract-id"))
                .toString();
    }

    /** The contract, or null where the calling agent's task belongs to none. */
    @Nullable
    String contractIfAny(Surroundings surroundings) {
        boolean none = contractId == null
                && surroundings.variable("MAKIMA_CONTRACT_ID", "").isEmpty();
        return none ? null : contract(surroundings);
    }

    /**
     * The directive.
     *
     * @throws MakimaException VALIDATION where none is given, or no id
     */
    String directive(Surroundings surroundings) {
        return Uuids.parse(
                        "directive",
                        given(surroundings, "directive", directiveId, "MAKIMA_DIRECTIVE_ID", "--directive-id"))
                .toString();
    }

    private static String given(
            Surroundings surroundings, String what, @Nullable String flag, String variable, String flagName) {
        String value = flag == null ? surroundings.variable(variable, "") : flag;
        if (value.isBlank()) {
            throw new MakimaException(
                    ErrorCode.VALIDATION,
                    "no " + what + " is given that this is called for",
                    "Set " + variable + ", which agents find in their environment, or give " + flagName);
        }
        return value.strip();
    }
}
