package dev.makima.agent;

/** The optional flags of Claude Code and the versions that brought them, as its change log tells. */
public enum ClaudeFlag {
    /** A limit on what one process may cost. */
    MAX_BUDGET("--max-budget-usd", 2, 0, 28),
    /**
     * The role's text from a file, since one argument holds no more than 128 KiB, behind the agent's own text: that one
     * teaches it its tools and caution, and grows with its version, while ours only says what the task is about.
     * {@code --system-prompt-file} would put ours in its place.
     */
    APPEND_SYSTEM_PROMPT_FILE("--append-system-prompt-file", 2, 0, 34),
    /** Whether a resumed session keeps the system prompt it was begun with, rather than the one now given. */
    SYSTEM_PROMPT_SNAPSHOT("--system-prompt-snapshot", 2, 1, 267);

    private final String flag;
    private final int major;
    private final int minor;
    private final int patch;

    ClaudeFlag(String flag, int major, int minor, int patch) {
        this.flag = flag;
        this.major = major;
        this.minor = minor;
        this.patch = patch;
    }

    /** The flag as it is given. */
    public String flag() {
        return flag;
    }

    /** The first version that has it. */
    public AgentVersion since() {
        return AgentVersion.of(major, minor, patch);
    }

    /** Whether an agent of that version can be started with it. */
    public boolean isKnownTo(AgentVersion version) {
        return version.isAtLeast(since());
    }
}
