package dev.makima.protocol;

/** Where the daemon keeps things: absolute paths, sent once after the handshake. */
public record DaemonDirectories(String workingDirectory, String homeDirectory, String worktreesDirectory)
        implements DaemonFrame {}
