package dev.makima.daemon.run;

import dev.makima.base.StreamName;
import dev.makima.daemon.agent.AgentWatch;
import dev.makima.process.Launch;
import dev.makima.process.LaunchState;

/**
 * What an agent's own output proves of its end where its holder was killed, so that nobody could record its exit status:
 * a good result as its last line, with nothing asked since, is the end of its work. On the run's thread.
 */
final class LastWord {
    private static final String SAID =
            "The agent's holder was killed, so the agent's exit status is unknown. The agent is"
                    + " gone, and its last word was a result without an error: that counts as its end.";

    private LastWord() {}

    /**
     * Whether that is how it is.
     *
     * @param watch has read all of the agent's output, the unterminated rest too
     */
    static boolean isGood(Launch launch, LaunchState state, AgentWatch watch) {
        // After a start of the machine the output may lack its end, so only where the holder alone is to blame.
        return state instanceof LaunchState.Lost(String _, boolean holderKilled)
                && holderKilled
                && !launch.wasToldLast()
                && watch.lastWord(launch.spool().length(StreamName.STDOUT))
                        .filter(turn -> !turn.isError())
                        .isPresent();
    }

    /** The end of an agent that ended by itself. */
    static Ending ending(Launch launch, LaunchState state, AgentWatch watch, String standardError) {
        if (isGood(launch, state, watch)) {
            launch.spool().appendDaemonLine(SAID);
            return Ending.done();
        }
        return Ending.of(state, watch.lastTurn(), standardError);
    }
}
