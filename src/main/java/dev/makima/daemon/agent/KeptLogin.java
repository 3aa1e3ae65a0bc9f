package dev.makima.daemon.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;

/** The login that the agent keeps in a file of its own: whether there is one, never what is in it. Thread-safe. */
final class KeptLogin {
    private static final String FILE = ".credentials.json";

    private final Map<String, String> environment;

    /** Of agents with that environment. */
    KeptLogin(Map<String, String> environment) {
        this.environment = environment;
    }

    /** What tells one state of it from the next; empty where there is none. */
    String mark() {
        String home = environment.getOrDefault("HOME", "/");
        Path directory = Path.of(environment.getOrDefault("CLAUDE_CONFIG_DIR", home + "/.claude"));
        try {
            BasicFileAttributes file = Files.readAttributes(directory.resolve(FILE), BasicFileAttributes.class);
            return file.lastModifiedTime() + " " + file.size() + " " + file.fileKey();
        } catch (IOException e) {
            // There is none, or none for us.
            return "";
        }
    }

    /** Whether that agent finds one, which may be over all the same; takes a moment. */
    boolean isThere(Path agent) throws InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(List.of("timeout", "-k", "5", "20", agent.toString(), "auth", "status"));
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            return process.waitFor() == 0;
        } catch (IOException e) {
            // Who looks again sees it, and people are told how to go on by hand.
            return false;
        }
    }
}
