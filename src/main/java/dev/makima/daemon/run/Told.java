package dev.makima.daemon.run;

/** What became of telling a run something. */
public enum Told {
    /** The run takes it when it comes to it. */
    TAKEN,
    /** So much is waiting that it was not taken. */
    TOO_MUCH,
    /** The run is over. */
    TOO_LATE
}
