package dev.makima.daemon.run;

import dev.makima.agent.AgentSignal.TurnEnded;
import dev.makima.daemon.agent.AgentWatch;
import dev.makima.process.LaunchState;
import java.util.Optional;
import java.util.regex.Pattern;

/** Whether an agent that failed did so for want of a login alone. Pure. */
final class LoginFailure {
    /** Of an agent that was killed nothing is proven. */
    private static final int KILLED = 128;

    /** How agents say it that end before their first line of output; nothing that a model says comes this way. */
    private static final Pattern WORDS =
            Pattern.compile("(?im)^.*(?:\\bnot logged in\\b|please run /login|invalid api key"
                    + "|oauth (?:token|session)[^\\n]{0,40}expired|authentication_failed|authentication_error).*$");

    private LoginFailure() {}

    /**
     * Why its model refused it, where that was its end.
     *
     * @param watch has read all of its output
     * @param standardError the end of what it wrote there
     */
    static Optional<String> of(LaunchState state, AgentWatch watch, String standardError) {
        if (!(state instanceof LaunchState.Exited(int status)) || status > KILLED) {
            return Optional.empty();
        }
        Optional<TurnEnded> turn = watch.lastTurn();
        if (watch.loginFailure().isPresent()) {
            return watch.loginFailure().filter(_ -> turn.isEmpty() || turn.get().isError());
        }
        return turn.isPresent() ? Optional.empty() : said(standardError);
    }

    /** What standard error says of it. */
    static Optional<String> said(String standardError) {
        return WORDS.matcher(standardError)
                .results()
                .map(found -> found.group().strip())
                .findFirst();
    }
}
