package dev.makima.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * Finds the real Claude Code command line that tests run against a {@link ScriptedModel}. {@code MAKIMA_TEST_CLAUDE}
 * (system property or environment) names one; otherwise it is where {@code scripts/install-test-agent} puts it.
 */
public final class RealAgent {
    /** The version that the tests are written for. */
    public static final String VERSION = "2.1.329";

    /** The key that the environment carries; the scripted model takes any. */
    public static final String API_KEY = "sk-ant-scripted-test-key";

    private static final String VARIABLE = "MAKIMA_TEST_CLAUDE";

    private RealAgent() {}

    /** The executable, where there is one. One that is named but does not exist is not replaced by another. */
    public static Optional<Path> find() {
        return Stream.of(
                        System.getProperty(VARIABLE),
                        System.getenv(VARIABLE),
                        System.getenv("HOME") + "/.cache/makima-test/claude-" + VERSION + "/node_modules/.bin/claude")
                .filter(name -> name != null && !name.isBlank())
                .map(Path::of)
                .findFirst()
                .filter(Files::isExecutable)
                .map(Path::toAbsolutePath);
    }

    /**
     * The executable. Without one the calling test is skipped with a loud reason, or fails where
     * {@code MAKIMA_TEST_STRICT=1} is set.
     */
    public static Path require() {
        Optional<Path> found = find();
        if (found.isEmpty()) {
            String reason = "The real agent (Claude Code " + VERSION + ") is not installed: run"
                    + " scripts/install-test-agent, or name an executable by " + VARIABLE + ".";
            if (strict()) {
                Assertions.fail(reason + " MAKIMA_TEST_STRICT=1 forbids skipping.");
            }
            Assumptions.abort("SKIPPED. " + reason);
        }
        return found.orElseThrow();
    }

    /** Whether a test that cannot run counts as a failure. */
    public static boolean strict() {
        return "1".equals(System.getenv("MAKIMA_TEST_STRICT"));
    }

    /**
     * The variables that wire the agent to a scripted model and keep it off the network and out of the user's home.
     * To be laid over an inherited environment or used alone.
     *
     * @param home an empty directory of the test
     */
    public static Map<String, String> environment(ScriptedModel model, Path home) {
        Map<String, String> environment = new TreeMap<>();
        environment.put("HOME", home.toString());
        environment.put("CLAUDE_CONFIG_DIR", home.resolve(".claude").toString());
        environment.put("ANTHROPIC_BASE_URL", model.baseUri().toString());
        environment.put("ANTHROPIC_API_KEY", API_KEY);
        environment.put("PATH", Objects.requireNonNullElse(System.getenv("PATH"), "/usr/local/bin:/usr/bin:/bin"));
        environment.put("DISABLE_TELEMETRY", "1");
        environment.put("DISABLE_AUTOUPDATER", "1");
        environment.put("DISABLE_ERROR_REPORTING", "1");
        environment.put("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1");
        // Without it the agent refuses to skip permissions for root, which is what containers run tests as.
        environment.put("IS_SANDBOX", "1");
        environment.put("NO_PROXY", "127.0.0.1,localhost");
        environment.put("BROWSER", "/bin/true");
        return environment;
    }

    /** A process builder for the agent in stream-json mode, with exactly the environment above. */
    public static ProcessBuilder builder(
            Path executable, ScriptedModel model, Path home, Path directory, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                executable.toString(),
                "--output-format=stream-json",
                "--input-format=stream-json",
                "--verbose",
                "--dangerously-skip-permissions"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        // Cleared, not extended: CLAUDECODE of an outer agent, for example, forbids nested ones.
        builder.environment().clear();
        builder.environment().putAll(environment(model, home));
        return builder;
    }
}
