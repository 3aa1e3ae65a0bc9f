package dev.makima.git;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Runs {@code gh}, the GitHub CLI, which never asks anything here. Thread-safe; blocking. */
final class GitHubCli {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int OUTPUT_LIMIT = 1024 * 1024;
    private static final Pattern URL = Pattern.compile("https?://\\S+/pull/(\\d{1,9})\\b");

    /** host/owner/repo in the forms of URLs that GitHub has; the user before the host does not matter. */
    private static final Pattern REMOTE = Pattern.compile(
            "(?:https?://(?:[^/@]*@)?|ssh://(?:[^/@]*@)?|[^/@:]+@)([A-Za-z0-9.-]+\\.[A-Za-z0-9-]+)(?::\\d+)?[:/]/?"
                    + "([A-Za-z0-9_.-]+)/([A-Za-z0-9_.-]+?)(?:\\.git)?/?");

    private final GitEnvironment environment;
    private final Map<String, String> variables;

    GitHubCli(Map<String, String> inherited) {
        this.environment = new GitEnvironment(inherited);
        Map<String, String> all = new HashMap<>(environment.variables());
        // Each would change where the request goes or what is said about it.
        List.of("GH_REPO", "GH_DEBUG", "GH_FORCE_TTY", "CLICOLOR_FORCE").forEach(all::remove);
        all.put("GH_PROMPT_DISABLED", "1");
        all.put("GH_NO_UPDATE_NOTIFIER", "1");
        all.put("GH_PAGER", "cat");
        all.put("NO_COLOR", "1");
        this.variables = Map.copyOf(all);
    }

    /**
     * A pull request as gh told of it.
     *
     * @param url null where gh opened it without saying where
     * @param existing whether it was open before
     */
    record Opened(@Nullable String url, @Nullable Integer number, boolean existing) {}

    /**
     * Opens a pull request.
     *
     * @param directory a checkout or git directory whose remotes tell gh where to go, if the remote's URL does not
     * @param remote the URL that the branch was pushed to
     * @param base the branch to merge into, or null for the repository's default
     * @throws MakimaException COMMAND_FAILED where gh is not installed or refused; TIMEOUT where it took too long
     */
    Opened open(Path directory, String remote, String head, @Nullable String base, String title, String body)
            throws InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("pr", "create"));
        repository(remote).ifPresent(name -> arguments.addAll(List.of("--repo", name)));
        arguments.addAll(List.of("--head", head));
        if (base != null) {
            arguments.addAll(List.of("--base", base));
        }
        arguments.addAll(List.of("--title", title, "--body-file", "-"));
        GitResult result = run(directory, arguments, body);
        if (result.ok()) {
            return opened(result.text(), false);
        }
        if (result.stderr().contains("already exists")) {
            return opened(result.stderr(), true);
        }
        throw new MakimaException(
                ErrorCode.COMMAND_FAILED,
                "gh did not open a pull request: " + GitFailure.reason(result),
                cure(result),
                null);
    }

    /** The last URL, since what comes before it may quote others. */
    private static Opened opened(String text, boolean existing) {
        Matcher matcher = URL.matcher(text);
        String url = null;
        Integer number = null;
        while (matcher.find()) {
            url = matcher.group();
            number = Integer.valueOf(matcher.group(1));
        }
        return new Opened(url, number, existing);
    }

    /** The name that gh has for the repository of a URL; empty where the URL has another form, such as an alias of ssh. */
    static Optional<String> repository(String remote) {
        Matcher matcher = REMOTE.matcher(remote);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String host = matcher.group(1).equals("ssh.github.com") ? "github.com" : matcher.group(1);
        return Optional.of(host + "/" + matcher.group(2) + "/" + matcher.group(3));
    }

    private GitResult run(Path directory, List<String> arguments, String input) throws InterruptedException {
        Path executable = environment
                .executable("gh")
                .orElseThrow(() -> new MakimaException(
                        ErrorCode.COMMAND_FAILED,
                        "gh, the GitHub CLI, is not on the PATH of this process",
                        "Install it from https://cli.github.com and run: gh auth login"));
        List<String> command = new ArrayList<>(List.of(executable.toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().clear();
        builder.environment().putAll(variables);
        try {
            GitProcess process = new GitProcess(builder.start(), input.getBytes(StandardCharsets.UTF_8), OUTPUT_LIMIT);
            GitResult result = process.await(LIMIT);
            if (result == null) {
                throw new MakimaException(
                        ErrorCode.TIMEOUT,
                        "gh did not end within " + LIMIT.toSeconds() + " s",
                        "Check the network, then try again");
            }
            return result;
        } catch (IOException e) {
            throw new MakimaException(
                    ErrorCode.COMMAND_FAILED,
                    "gh could not be started: " + e.getMessage(),
                    "Check the installation",
                    e);
        }
    }

    private static @Nullable String cure(GitResult result) {
        String said = result.stderr();
        if (said.contains("gh auth login") || said.contains("GH_TOKEN") || said.contains("HTTP 401")) {
            return "Run gh auth login as the account makima runs as, or give it GH_TOKEN";
        }
        return said.contains("none of the git remotes") ? "Its origin has to be a repository on GitHub" : null;
    }
}
