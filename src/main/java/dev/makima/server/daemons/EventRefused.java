package dev.makima.server.daemons;

/** An event of a daemon that is never taken, however often it is said; the message says why. */
final class EventRefused extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final String code;

    EventRefused(String code, String reason) {
        super(reason);
        this.code = code;
    }

    /** One of the codes of the wire. */
    String code() {
        return code;
    }
}
