package dev.makima.protocol;

/** The codes in {@code error} frames, in refused upgrades and in {@code taskComplete}. */
public final class WireCodes {
    /** The upgrade carried no key. Ends a daemon that never had success with its key. */
    public static final String MISSING_API_KEY = "MISSING_API_KEY";
    /** The key is not known. Ends a daemon that never had success with it. */
    public static final String INVALID_API_KEY = "INVALID_API_KEY";
    /** The key is refused. Ends a daemon that never had success with it. */
    public static final String AUTH_FAILED = "AUTH_FAILED";
    /** The server's database is away: a passing fault. */
    public static final String DB_UNAVAILABLE = "DB_UNAVAILABLE";
    /** Something else than {@code authenticate} came first. */
    public static final String NOT_REGISTERED = "NOT_REGISTERED";
    /** The first frame could not be read. */
    public static final String PARSE_ERROR = "PARSE_ERROR";
    /** The daemon has no slot: the task is queued again, at no cost of a retry. */
    public static final String CONCURRENCY_LIMIT = "CONCURRENCY_LIMIT";
    /** The contract has no slot on the daemon: the task is queued again, at no cost of a retry. */
    public static final String CONTRACT_CONCURRENCY_LIMIT = "CONTRACT_CONCURRENCY_LIMIT";

    /** The task was handed over again since: what is said by an older hand-over is refused for good. */
    public static final String FENCED = "FENCED";

    /** The server has no such task, and no user has deleted it. */
    public static final String NOT_FOUND = "NOT_FOUND";
    /** What the event says can't be taken as it is. */
    public static final String VALIDATION = "VALIDATION";

    private WireCodes() {}

    /** Whether the code says that the key was refused. */
    public static boolean meansKeyRefused(String code) {
        return code.equals(MISSING_API_KEY) || code.equals(INVALID_API_KEY) || code.equals(AUTH_FAILED);
    }
}
