package dev.makima.daemon.run;

/** Why a run is ended before its agent ended by itself; decides the state that follows. */
public enum StopReason {
    /** Somebody asked for it. */
    INTERRUPTED,
    /** It took longer than it was given. */
    TIMED_OUT,
    /** It cost more than it was given. */
    TOO_EXPENSIVE,
    /** Its work and its input have ended, and it stays all the same. */
    LINGERED,
    /** The directory it works in has vanished. */
    WORKTREE_GONE,
    /** The daemon stops, and its configuration says that the agents stop with it. */
    DAEMON_STOPS
}
