package dev.makima.daemon.lease;

/** What a run may do by its lease. */
public enum Standing {
    /** Everything: the lease is in force, or the run has none. */
    FREE,
    /** Nothing irreversible: the lease is over, and the server has said nothing yet. */
    OVER,
    /** Nothing irreversible, but the agent goes on: the server does not know the task. */
    UNKNOWN,
    /** Nothing at all: the task was given to another daemon. */
    FENCED,
    /** It is to end: the server has ended the task. */
    CANCELLED
}
