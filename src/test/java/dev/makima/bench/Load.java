package dev.makima.bench;

import java.io.IOException;
import java.nio.file.Path;

/**
 * What agents print: each of some tasks the same lines, all at once.
 *
 * @param tasks how many at once
 * @param lines of each task
 * @param bytes of each line, without its line feed
 */
record Load(int tasks, int lines, int bytes) {
    /** Lines of all tasks together. */
    long allLines() {
        return (long) tasks * lines;
    }

    /** More than this many bytes are stored of each task, as the agent's own beginning and end come on top. */
    long bytesOfEach() {
        return (long) lines * (bytes + 1);
    }

    /** In words: eight tasks of 50,000 lines of 300 bytes. */
    String words() {
        return (tasks == 1 ? "one task of " : tasks + " tasks at once, each of ")
                + String.format("%,d lines of %,d bytes", lines, bytes);
    }

    /** The agent that prints it. */
    Path agent(BenchAgents agents) throws IOException {
        return agents.lines(lines, bytes, 1);
    }
}
