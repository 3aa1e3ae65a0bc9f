package dev.makima.agent;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.Text;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * How Claude Code is to be started.
 *
 * @param executable a name on PATH or a path
 * @param preArgs configured arguments before ours
 * @param extraArgs configured arguments after ours
 * @param sessionId the conversation: of our making, fresh per conversation, never a task's id
 * @param resume whether that conversation exists
 * @param skipPermissions whether it may do everything without asking
 * @param verbose whether to give {@code --verbose}, without which the real agent prints no JSON lines
 * @param systemPromptFile the role's text, which is added to the agent's own
 * @param version decides which optional flags it is started with
 * @param maxCostUsd limit of what this process may cost
 */
public record ClaudeOptions(
        String executable,
        List<String> preArgs,
        List<String> extraArgs,
        UUID sessionId,
        boolean resume,
        boolean skipPermissions,
        boolean verbose,
        Optional<Path> systemPromptFile,
        AgentVersion version,
        Optional<String> model,
        Optional<BigDecimal> maxCostUsd) {
    private static final Pattern MODEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/@\\[\\]-]{0,199}");

    /**
     * Copies the lists and checks what comes from a task.
     *
     * @throws MakimaException VALIDATION where the model could be read as an option, or the limit is none
     */
    public ClaudeOptions {
        preArgs = List.copyOf(preArgs);
        extraArgs = List.copyOf(extraArgs);
        if (model.isPresent() && !MODEL.matcher(model.get()).matches()) {
            throw new MakimaException(
                    ErrorCode.VALIDATION,
                    "not a name of a model: " + Text.abbreviate(model.get(), 60),
                    "Give a name such as opus or claude-opus-4-1");
        }
        if (maxCostUsd.isPresent() && maxCostUsd.get().signum() <= 0) {
            throw new MakimaException(
                    ErrorCode.VALIDATION, "not a limit of cost: " + maxCostUsd.get(), "Give more than 0 USD");
        }
    }
}
