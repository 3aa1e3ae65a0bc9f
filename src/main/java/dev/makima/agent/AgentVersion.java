package dev.makima.agent;

import dev.makima.base.Text;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The version of an agent's executable.
 *
 * @param text what was read, for people: "2.1.329", or "unknown"
 */
public record AgentVersion(int major, int minor, int patch, String text) implements Comparable<AgentVersion> {
    private static final Pattern NUMBERS = Pattern.compile("(?<![\\d.])(\\d{1,6})\\.(\\d{1,6})(?:\\.(\\d{1,6}))?");
    private static final AgentVersion UNKNOWN =
            new AgentVersion(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, "unknown");
    private static final Comparator<AgentVersion> ORDER = Comparator.comparingInt(AgentVersion::major)
            .thenComparingInt(AgentVersion::minor)
            .thenComparingInt(AgentVersion::patch);

    /** From which version on it can be asked for its login, and be logged in, by commands ("auth"). */
    public static final AgentVersion KNOWS_AUTH = of(2, 1, 100);

    /** A version by its numbers. */
    public static AgentVersion of(int major, int minor, int patch) {
        return new AgentVersion(major, minor, patch, major + "." + minor + "." + patch);
    }

    /** Reads the first version number in what {@code --version} printed: "2.1.329 (Claude Code)". None is unknown. */
    public static AgentVersion parse(String versionOutput) {
        Matcher matcher = NUMBERS.matcher(
                Text.abbreviate(versionOutput.lines().findFirst().orElse(""), 200));
        if (!matcher.find()) {
            return UNKNOWN;
        }
        String patch = matcher.group(3);
        return of(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                patch == null ? 0 : Integer.parseInt(patch));
    }

    /**
     * A version that nobody knows. It counts as the newest: what hides its version is most often a wrapper around a
     * current agent, and to leave out a limit of cost without need is worse than a start that fails with a clear error.
     */
    public static AgentVersion unknown() {
        return UNKNOWN;
    }

    /** Whether this is {@link #unknown()}. */
    public boolean isUnknown() {
        return equals(UNKNOWN);
    }

    /** Whether this version is that one or newer. */
    public boolean isAtLeast(AgentVersion other) {
        return compareTo(other) >= 0;
    }

    @Override
    public int compareTo(AgentVersion other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return text;
    }
}
