package dev.makima.daemon.run;

/** Why a run is ended before its agent ended by itself; decides the state that follows. */
public enum StopReason {
    /** Somebody asked for it. */
    INTERRUPTED,
    /** Its task is another daemon's: it does nothing more, not even an orderly end. */
    TAKEN,
    /** It took longer than it was given. */
    TIMED_OUT,
    /** It cost more than it was given. */
    TOO_EXPENSIVE,
    /** Its work and its input have ended, and it stays all the same. */
    LINGERED,
    /** The directory it works in has vanished. */
    WORKTREE_GONE,
    /** The daemon stops, and its configuration says that the agents stop with it. */
    DAEMON_STOPS;

    /** Whether it ends the task whatever else is going on; the others are about one agent process and its limits. */
    boolean endsTask() {
        return switch (this) {
            case INTERRUPTED, TAKEN, WORKTREE_GONE, DAEMON_STOPS -> true;
            case TIMED_OUT, TOO_EXPENSIVE, LINGERED -> false;
        };
    }
}
