package dev.makima.process;

/** What is known of an agent process. It only ever moves on: starting, running, then exited or lost. */
public sealed interface LaunchState {
    /** Started, but it has not told its identity yet: some milliseconds as a rule. */
    record Starting() implements LaunchState {}

    /** The agent lives, or it ended a moment ago and its holder is about to record how. */
    record Running(ProcessIdentity identity) implements LaunchState {}

    /**
     * The agent ended and its status was recorded.
     *
     * @param status 0 to 255; 128 + n where signal n ended it, 126 or 127 where it could not be started
     */
    record Exited(int status) implements LaunchState {}

    /**
     * Agent and holder are gone and no status was recorded.
     *
     * @param reason the proof, in words
     * @param holderKilled whether the holder alone is to blame: the machine went on, so all that the agent wrote is there
     */
    record Lost(String reason, boolean holderKilled) implements LaunchState {
        /** Lost for another reason than its holder's end. */
        Lost(String reason) {
            this(reason, false);
        }
    }

    /** Whether it ended, one way or the other. */
    default boolean isFinal() {
        return switch (this) {
            case Starting starting -> false;
            case Running running -> false;
            case Exited exited -> true;
            case Lost lost -> true;
        };
    }
}
