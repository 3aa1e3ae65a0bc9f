package dev.makima.protocol;

/**
 * A changed file of a worktree.
 *
 * @param status A, M, D, R and so on
 */
public record WorktreeFile(String path, String status, int insertions, int deletions) {}
