package dev.makima.git;

/**
 * One file that is changed.
 *
 * @param path where it is now, or was where it is deleted
 * @param status git's letter: A added or untracked, M modified, D deleted, R renamed, T another type, U in conflict
 * @param insertions lines added; 0 for a binary file
 * @param deletions lines removed; 0 for a binary file
 */
public record UncommittedFile(String path, String status, int insertions, int deletions) {}
