package dev.makima.protocol;

/**
 * A file of a checkpoint.
 *
 * @param action A, M, D, R and so on
 */
public record CheckpointFile(String action, String path) {}
