package dev.makima.protocol;

import java.util.UUID;

/** Read one file of a repository on the daemon's machine. */
public record ReadRepoFile(UUID requestId, UUID contractId, String filePath, String repoPath) implements ServerFrame {}
