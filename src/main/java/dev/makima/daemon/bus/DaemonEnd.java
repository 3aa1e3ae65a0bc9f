package dev.makima.daemon.bus;

/** Why a daemon is over, where nothing went wrong. */
public enum DaemonEnd {
    /** The server asks for a restart: whoever keeps the daemon running is to start the next. */
    RESTART,
    /** It was to take no new task and has done its last one. */
    DRAINED
}
