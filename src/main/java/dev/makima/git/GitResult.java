package dev.makima.git;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * How one git command ended and what it said.
 *
 * <p>Immutable and thread-safe, except that {@link #bytes()} hands out the array itself: it may be megabytes, and every
 * reader of it is in this house.
 */
public final class GitResult {
    private final int exitCode;
    private final byte[] stdout;
    private final boolean truncated;
    private final String stderr;

    GitResult(int exitCode, byte[] stdout, boolean truncated, String stderr) {
        this.exitCode = exitCode;
        this.stdout = stdout;
        this.truncated = truncated;
        this.stderr = stderr;
    }

    /** What git exited with; 128 + n where a signal ended it. */
    public int exitCode() {
        return exitCode;
    }

    /** Whether git exited with 0. */
    public boolean ok() {
        return exitCode == 0;
    }

    /** Standard output as it came, up to the call's limit. Not to be changed. */
    public byte[] bytes() {
        return stdout;
    }

    /** Whether standard output was longer than the call's limit, so that its end is missing. */
    public boolean truncated() {
        return truncated;
    }

    /** The end of standard error, passwords in URLs removed. */
    public String stderr() {
        return stderr;
    }

    /** Standard output as UTF-8 text without the newline at its end (only one: a path may end with more). */
    public String text() {
        String text = new String(stdout, StandardCharsets.UTF_8);
        return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }

    /** Standard output in the lines that it has; empty where there is none. */
    public List<String> lines() {
        return text().lines().toList();
    }

    /** Standard output of a command that was given -z: what stands before each NUL. */
    public List<String> fields() {
        String all = new String(stdout, StandardCharsets.UTF_8);
        if (all.isEmpty()) {
            return List.of();
        }
        String[] parts = all.split("\0", -1);
        int count = all.endsWith("\0") ? parts.length - 1 : parts.length;
        return List.of(parts).subList(0, count);
    }
}
