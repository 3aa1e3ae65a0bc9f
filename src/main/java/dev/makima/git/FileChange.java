package dev.makima.git;

/**
 * One changed file.
 *
 * @param action git's letter: A added, M changed, D deleted, R renamed, C copied, T another kind of file
 * @param path its path in the repository, the new one where it was renamed; as it is, without quotes
 */
public record FileChange(String action, String path) {}
