package dev.makima.cli.core;

import dev.makima.base.ErrorCode;

/** What the process ends with: part of the interface, scripts rely on it. */
public final class ExitCode {
    public static final int OK = 0;
    public static final int FAILURE = 1;
    public static final int USAGE = 2;
    public static final int NOT_FOUND = 3;
    public static final int UNAUTHORIZED = 4;
    public static final int TIMEOUT = 5;
    /** The server asked for a restart: whoever keeps this process running is to start it again. */
    public static final int RESTART = 42;
    /** Ended by Ctrl-C, as shells say it: 128 + SIGINT. */
    public static final int INTERRUPTED = 130;
    /** Nobody read what it printed any more, as shells say it: 128 + SIGPIPE. */
    public static final int READER_GONE = 141;

    private ExitCode() {}

    /** The exit code that goes with a failure. */
    public static int of(ErrorCode code) {
        return switch (code) {
            case VALIDATION -> USAGE;
            case NOT_FOUND -> NOT_FOUND;
            case UNAUTHORIZED -> UNAUTHORIZED;
            case TIMEOUT -> TIMEOUT;
            case CONFLICT, RATE_LIMITED, UNAVAILABLE, IO, DB_ERROR, COMMAND_FAILED, INTERNAL -> FAILURE;
        };
    }
}
