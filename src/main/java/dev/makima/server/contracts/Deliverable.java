package dev.makima.server.contracts;

/**
 * What a phase is to bring about.
 *
 * @param name as it is marked by
 * @param hint what to do for it
 */
public record Deliverable(String name, Kind kind, String hint) {
    /** The name of the pull request among the deliverables. */
    public static final String PULL_REQUEST = "pull-request";

    /** What it is. */
    public enum Kind {
        /** A document that was made in the phase. */
        DOCUMENT("document"),
        /** All tasks. */
        TASKS("tasks"),
        /** The pull request. */
        PULL_REQUEST("pull-request");

        private final String wire;

        Kind(String wire) {
            this.wire = wire;
        }

        /** The name in the API. */
        public String wire() {
            return wire;
        }
    }
}
