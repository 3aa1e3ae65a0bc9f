package dev.makima.daemon.store;

/** The answer of a write: it is on disk. */
public enum Done {
    /** The only value. */
    DONE
}
