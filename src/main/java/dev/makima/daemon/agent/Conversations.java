package dev.makima.daemon.agent;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;

/**
 * The conversations that Claude Code keeps on this machine: one file each, under {@code projects} in its configuration
 * directory, in a directory named after the working directory. Blocking; thread-safe.
 */
final class Conversations {
    private static final System.Logger LOG = System.getLogger(Conversations.class.getName());

    private final Path projects;

    /** Those of an agent with this environment. */
    Conversations(Map<String, String> environment) {
        String configured = environment.getOrDefault("CLAUDE_CONFIG_DIR", "");
        Path directory = configured.isBlank()
                ? Path.of(environment.getOrDefault("HOME", "/")).resolve(".claude")
                : Path.of(configured);
        this.projects = directory.resolve("projects");
    }

    /** Whether the agent can resume this conversation. Where that cannot be told it counts as no: a new one begins. */
    boolean has(UUID session) {
        if (!Files.isDirectory(projects)) {
            return false;
        }
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(projects)) {
            for (Path directory : directories) {
                if (Files.isRegularFile(directory.resolve(session + ".jsonl"))) {
                    return true;
                }
            }
            return false;
        } catch (IOException | DirectoryIteratorException e) {
            LOG.log(Level.WARNING, "cannot look for the agent's conversations in " + projects, e);
            return false;
        }
    }
}
