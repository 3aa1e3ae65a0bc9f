package dev.makima.daemon.run;

import dev.makima.agent.AgentSignal.TurnEnded;
import dev.makima.base.Text;
import dev.makima.process.LaunchState;
import dev.makima.protocol.TaskState;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a run ended: the final state, and for a failure the reason.
 *
 * @param error what people are told, or null where nothing went wrong
 */
record Ending(TaskState state, @Nullable String error) {
    private static final int LONGEST_REASON = 2000;

    /** The directory it worked in has vanished: the server is told as of a task that did not survive. */
    static final Ending WORKTREE_GONE =
            new Ending(TaskState.INTERRUPTED, "the directory that it worked in has vanished");

    /** The agent has done what it was asked. */
    static Ending done() {
        return new Ending(TaskState.DONE, null);
    }

    /** The run failed before or without an agent. */
    static Ending failed(String reason) {
        return new Ending(TaskState.FAILED, reason);
    }

    /** The run was interrupted. */
    static Ending interrupted() {
        return new Ending(TaskState.INTERRUPTED, null);
    }

    /** The run took longer than it was given. */
    static Ending timedOut(Duration limit) {
        return failed("timed out after " + limit.toSeconds() + " s");
    }

    /** The run cost as much as it was given, or more. */
    static Ending tooExpensive(BigDecimal cost, BigDecimal limit) {
        return failed("the cost limit of " + limit.toPlainString() + " USD is reached: the run has cost "
                + cost.toPlainString() + " USD (maxCostUsd)");
    }

    /**
     * The agent ended by itself. It is the last result's {@code is_error} that decides, never its subtype, and an exit
     * code of 0 alone proves nothing: an agent that was interrupted exits with 0 too.
     *
     * @param standardError the end of what the agent wrote there
     */
    static Ending of(LaunchState state, Optional<TurnEnded> lastTurn, String standardError) {
        return switch (state) {
            case LaunchState.Exited(int status)
            when status == 0 && lastTurn.isPresent() ->
                lastTurn.get().isError() ? failed(describe(lastTurn.get())) : done();
            case LaunchState.Exited(int status)
            when status == 0 ->
                failed(withTail("the agent ended with exit code 0 but without a result", standardError));
            case LaunchState.Exited(int status) -> failed(withTail(exit(status, lastTurn), standardError));
            case LaunchState.Lost(String reason, boolean _) ->
                failed(withTail("the agent was lost: " + reason + failure(lastTurn), standardError));
            case LaunchState.Starting _, LaunchState.Running _ ->
                throw new IllegalArgumentException("the agent has not ended: " + state);
        };
    }

    private static String exit(int status, Optional<TurnEnded> lastTurn) {
        String how = status > 128
                ? "was killed by signal " + (status - 128) + " (exit code " + status + ")"
                : "ended with exit code " + status;
        String hint = switch (status) {
            case 126 -> ": it cannot be executed";
            case 127 -> ": it was not found";
            default -> "";
        };
        return "the agent " + how + hint + failure(lastTurn);
    }

    private static String failure(Optional<TurnEnded> lastTurn) {
        return lastTurn.filter(TurnEnded::isError)
                .map(turn -> ": " + describe(turn))
                .orElse("");
    }

    private static String describe(TurnEnded turn) {
        if (!turn.text().isBlank()) {
            return Text.abbreviate(turn.text(), LONGEST_REASON);
        }
        String errors = String.join("; ", turn.errors());
        return errors.isBlank()
                ? "the agent's last turn failed (" + turn.terminalReason() + ")"
                : Text.abbreviate(errors, LONGEST_REASON);
    }

    private static String withTail(String what, String standardError) {
        String tail = standardError.strip();
        return tail.isEmpty() ? what : what + "; it wrote: " + tail;
    }
}
