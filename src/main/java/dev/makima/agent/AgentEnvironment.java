package dev.makima.agent;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.Text;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The environment that an agent, and so every command it runs, gets to see. Pure. */
public final class AgentEnvironment {
    /** What an agent needs of the daemon's own environment; a star stands for any characters. */
    private static final List<String> INHERITED = List.of(
            "HOME",
            "USER",
            "LOGNAME",
            "SHELL",
            "PATH",
            "LANG",
            "LC_*",
            "TZ",
            "TERM",
            "TMPDIR",
            "XDG_*",
            "SSH_AUTH_SOCK",
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "ALL_PROXY",
            "NO_PROXY",
            "http_proxy",
            "https_proxy",
            "all_proxy",
            "no_proxy",
            "SSL_CERT_FILE",
            "SSL_CERT_DIR",
            "NODE_EXTRA_CA_CERTS",
            "CURL_CA_BUNDLE",
            "REQUESTS_CA_BUNDLE",
            "GIT_SSL_CAINFO",
            "GIT_SSL_CAPATH",
            "ANTHROPIC_*",
            "CLAUDE_*",
            "AWS_*",
            "GOOGLE_*");

    /** What tells an agent that it runs inside another one: true of the daemon's parent at most, never of the agent. */
    private static final List<String> OF_AN_OUTER_AGENT = List.of(
            "CLAUDECODE", "CLAUDE_PID", "CLAUDE_CODE_SESSION_ID", "CLAUDE_CODE_SSE_PORT", "CLAUDE_CODE_ENTRYPOINT");

    /** The daemon's own settings, its key among them. */
    private static final String DAEMON_PREFIX = "MAKIMA_DAEMON_";

    private static final String API_KEY = "MAKIMA_API_KEY";

    private static final Map<String, String> ALWAYS = Map.of(
            // A command over its time would be moved to the background, and the agent would not end at end of input.
            "CLAUDE_CODE_DISABLE_BACKGROUND_TASKS", "1",
            // A failure to start is told as a result line instead of on standard error only.
            "CLAUDE_CODE_STARTUP_FAILURE_RESULTS", "1",
            // An update in the middle of a task changes the program under its feet.
            "DISABLE_AUTOUPDATER", "1");

    private AgentEnvironment() {}

    /**
     * Puts the environment together; later sources win: the allowed part of what the daemon inherited, what is always
     * set, the configuration, the task.
     *
     * @param passPatterns names beside the built-in list, a star standing for any characters
     * @param configured from {@code process.envVars}
     * @param task the task's own, its tool key as MAKIMA_API_KEY among them: the only way for that name
     * @param root whether the daemon runs as root, where the agent skips permissions only if it believes in a sandbox
     * @return sorted by name
     * @throws MakimaException VALIDATION where a configured name cannot be that of a variable
     */
    public static Map<String, String> build(
            Map<String, String> inherited,
            List<String> passPatterns,
            Map<String, String> configured,
            Map<String, String> task,
            boolean root) {
        Predicate<String> allowed = matcher(INHERITED).or(matcher(passPatterns));
        Map<String, String> environment = new TreeMap<>();
        inherited.forEach((name, value) -> {
            if (allowed.test(name) && !OF_AN_OUTER_AGENT.contains(name) && !name.equals(API_KEY)) {
                environment.put(name, value);
            }
        });
        environment.putAll(ALWAYS);
        if (root) {
            environment.put("IS_SANDBOX", "1");
        }
        addChecked(configured, environment);
        // The daemon's own key may stand in its configuration under this name; only the task's belongs to the agent.
        environment.remove(API_KEY);
        addChecked(task, environment);
        environment.remove("CLAUDECODE");
        environment.keySet().removeIf(name -> name.startsWith(DAEMON_PREFIX));
        return environment;
    }

    private static void addChecked(Map<String, String> source, Map<String, String> environment) {
        source.forEach((name, value) -> {
            if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0 || value.indexOf('\0') >= 0) {
                throw new MakimaException(
                        ErrorCode.VALIDATION,
                        "not an environment variable: " + Text.abbreviate(name, 60),
                        "A name has no '=', and neither name nor value a NUL");
            }
            environment.put(name, value);
        });
    }

    private static Predicate<String> matcher(List<String> patterns) {
        List<Pattern> compiled = patterns.stream()
                .map(pattern -> Pattern.compile(
                        "\\Q" + pattern.replace("\\E", "").replace("*", "\\E.*\\Q") + "\\E", Pattern.DOTALL))
                .toList();
        return name ->
                compiled.stream().anyMatch(pattern -> pattern.matcher(name).matches());
    }
}
