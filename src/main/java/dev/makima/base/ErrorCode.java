package dev.makima.base;

/** What kind of thing went wrong: decides the HTTP status, the exit code, and whether trying again can help. */
public enum ErrorCode {
    /** The caller's input is wrong; nothing was done. */
    VALIDATION,
    /** The thing named does not exist, or is not the caller's to see. */
    NOT_FOUND,
    /** The thing is in a state that does not allow this. */
    CONFLICT,
    /** No key, or one that does not reach this far. */
    UNAUTHORIZED,
    /** Too many attempts; try again later. */
    RATE_LIMITED,
    /** The other side is not there now; trying again can help. */
    UNAVAILABLE,
    /** It took longer than it was given; trying again can help. */
    TIMEOUT,
    /** A file, directory or disk did not do what was asked. */
    IO,
    /** The database did not do what was asked. */
    DB_ERROR,
    /** An external program (git, the agent) failed. */
    COMMAND_FAILED,
    /** A mistake of ours. */
    INTERNAL
}
