package dev.makima.daemon.agent;

import dev.makima.agent.AgentVersion;
import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.SearchPath;
import dev.makima.base.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds the agent's executable and asks its version, once per executable and time of change.
 *
 * <p>Blocking; thread-safe.
 */
public final class AgentProbe {
    private static final long VERSION_WITHIN_SECONDS = 20;
    private static final String CURE = "Install Claude Code (npm install -g @anthropic-ai/claude-code), or set"
            + " process.claudeCommand in the configuration (MAKIMA_DAEMON_PROCESS_CLAUDECOMMAND) to the agent's executable";

    private final String command;
    private final Map<String, String> searched;
    private final Map<String, String> given;
    private final Map<String, AgentVersion> versions = new ConcurrentHashMap<>();

    /**
     * A probe for one command.
     *
     * @param command a name to look up on PATH, or a path
     * @param searched what PATH is taken from
     * @param given the environment that the agent is asked in
     */
    public AgentProbe(String command, Map<String, String> searched, Map<String, String> given) {
        this.command = command;
        this.searched = searched;
        this.given = given;
    }

    /**
     * The agent's executable.
     *
     * @throws MakimaException COMMAND_FAILED where there is none, or it cannot be executed
     */
    public Path executable() {
        if (command.contains("/")) {
            return executable(Path.of(command));
        }
        return SearchPath.find(searched.getOrDefault("PATH", ""), command, Path.of(""))
                .map(Path::toAbsolutePath)
                .orElseThrow(() -> new MakimaException(
                        ErrorCode.COMMAND_FAILED, "the agent '" + command + "' was not found on PATH", CURE));
    }

    private static Path executable(Path file) {
        if (!Files.exists(file)) {
            throw new MakimaException(ErrorCode.COMMAND_FAILED, "the agent " + file + " does not exist", CURE);
        }
        if (Files.isDirectory(file) || !Files.isExecutable(file)) {
            throw new MakimaException(
                    ErrorCode.COMMAND_FAILED,
                    "the agent " + file + " is not executable",
                    "Make it executable (chmod +x), or set process.claudeCommand to the right file");
        }
        return file.toAbsolutePath();
    }

    /**
     * What the agent answers to {@code --version}; unknown where it does not answer, which is no failure: the agent
     * may work all the same, and is then started with the flags every version knows.
     *
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    AgentVersion version(Path executable) throws InterruptedException {
        @Nullable String key = key(executable);
        if (key == null) {
            return AgentVersion.unknown();
        }
        @Nullable AgentVersion known = versions.get(key);
        if (known == null) {
            known = ask(executable);
            // No answer may come of a busy machine: asked again next time.
            if (!known.equals(AgentVersion.unknown())) {
                versions.put(key, known);
            }
        }
        return known;
    }

    private static @Nullable String key(Path executable) {
        try {
            return executable.toRealPath() + "@" + Files.getLastModifiedTime(executable);
        } catch (IOException e) {
            // Gone between the look and now: the launch will say so.
            return null;
        }
    }

    private AgentVersion ask(Path executable) throws InterruptedException {
        @Nullable Process process = null;
        try {
            ProcessBuilder builder = new ProcessBuilder(executable.toString(), "--version");
            builder.environment().clear();
            builder.environment().putAll(given);
            builder.redirectInput(
                    ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
            builder.redirectError(ProcessBuilder.Redirect.DISCARD);
            process = builder.start();
            if (!process.waitFor(VERSION_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                return AgentVersion.unknown();
            }
            // Read after the end: a version fits a pipe, and what does not fit is no version.
            String answer = new String(process.getInputStream().readNBytes(4096), StandardCharsets.UTF_8);
            return AgentVersion.parse(Text.abbreviate(answer, 200));
        } catch (IOException e) {
            return AgentVersion.unknown();
        } finally {
            if (process != null) {
                process.destroyForcibly();
            }
        }
    }
}
