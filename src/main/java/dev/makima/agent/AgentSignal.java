package dev.makima.agent;

import java.math.BigDecimal;
import java.util.List;
import java.util.function.UnaryOperator;

/** What a line of an agent's output means for whoever runs it. Absent texts are empty, absent numbers 0. */
public sealed interface AgentSignal {

    /** A turn begins. Comes once per turn, not once per process. */
    record Initialized(String sessionId, String model, String version) implements AgentSignal {}

    /**
     * A turn has ended. More follows by itself where {@code queuedTurns} is not 0 or background work lives.
     *
     * @param isError decides about success
     * @param text the last message of the assistant, or what went wrong
     * @param terminalReason such as completed, api_error, aborted_tools, max_turns
     * @param errors texts of errors where the turn could not be carried out
     * @param totalCostUsd of the whole session so far, resumes included
     * @param durationMs of this turn, in milliseconds
     * @param turns round trips to the model in this turn
     * @param queuedTurns how many turns follow without further input
     * @param userMessageIds the messages that this turn answered
     * @param inputTokens of this turn, cached ones included
     * @param outputTokens of this turn
     */
    record TurnEnded(
            boolean isError,
            String text,
            String terminalReason,
            List<String> errors,
            BigDecimal totalCostUsd,
            long durationMs,
            int turns,
            int queuedTurns,
            List<String> userMessageIds,
            long inputTokens,
            long outputTokens)
            implements AgentSignal {
        /** The same with its words put through this. */
        public TurnEnded withWords(UnaryOperator<String> change) {
            return new TurnEnded(
                    isError,
                    change.apply(text),
                    terminalReason,
                    errors.stream().map(change).toList(),
                    totalCostUsd,
                    durationMs,
                    turns,
                    queuedTurns,
                    userMessageIds,
                    inputTokens,
                    outputTokens);
        }
    }

    /** So many pieces of background work live now. */
    record BackgroundTasks(int live) implements AgentSignal {}

    /**
     * The model could not be reached; the agent tries again by itself.
     *
     * @param delayMs until then, in milliseconds
     * @param error the kind, such as overloaded, rate_limit, server_error, unknown
     */
    record Retrying(int attempt, int max, long delayMs, String error) implements AgentSignal {}

    /**
     * The agent's login is not valid. Told at the first sign of it: the agent itself may try on for three minutes.
     *
     * @param detail for people
     */
    record AuthenticationFailed(String detail) implements AgentSignal {}

    /** The assistant has said this; not one that it delegated to. */
    record Said(String text) implements AgentSignal {}

    /**
     * The assistant uses a tool; not one that it delegated to.
     *
     * @param inputSummary what for, on one line
     */
    record UsedTool(String name, String inputSummary) implements AgentSignal {}

    /** A control request was answered. */
    record ControlAnswered(String requestId, boolean success) implements AgentSignal {}
}
