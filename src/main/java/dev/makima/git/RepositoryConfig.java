package dev.makima.git;

import dev.makima.base.TaskId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What we need to know of a repository's configuration, by one git command.
 *
 * @param values the last value of each key, keys as git prints them (section and variable in lower case)
 * @param originFetch the refspecs that origin is fetched by
 */
record RepositoryConfig(Map<String, String> values, List<String> originFetch) {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String WANTED = "^(remote\\.origin\\.(url|fetch)|branch\\..*\\.makimatask"
            + "|extensions\\.worktreeconfig|core\\.(bare|worktree)|user\\.(name|email))$";

    static RepositoryConfig read(Git git, Path directory) throws InterruptedException {
        GitCall call = GitCall.of(directory, LIMIT, "config", "-z", "--get-regexp", WANTED);
        GitResult result = git.run(call);
        // Exit code 1 without a word: no key matches.
        if (!result.ok() && result.exitCode() != 1) {
            throw GitFailure.of(call, result);
        }
        Map<String, String> values = new HashMap<>();
        List<String> fetch = new ArrayList<>();
        for (String field : result.fields()) {
            int end = field.indexOf('\n');
            String key = end < 0 ? field : field.substring(0, end);
            String value = end < 0 ? "true" : field.substring(end + 1);
            values.put(key, value);
            if (key.equals("remote.origin.fetch")) {
                fetch.add(value);
            }
        }
        return new RepositoryConfig(values, fetch);
    }

    /** Whether there is a remote called origin. */
    boolean hasOrigin() {
        return values.containsKey("remote.origin.url");
    }

    boolean isTrue(String key) {
        return "true".equalsIgnoreCase(values.get(key));
    }

    /** The branches that are recorded for this task; a crash may have left one that was never made. */
    Stream<String> branchesOf(TaskId id) {
        return values.entrySet().stream()
                .filter(entry ->
                        entry.getKey().startsWith("branch.") && entry.getValue().equals(id.toString()))
                .map(entry -> entry.getKey()
                        .substring("branch.".length(), entry.getKey().lastIndexOf('.')));
    }

    /** The key, as one sets it, under which a branch names its task. */
    static String taskKey(String branch) {
        return "branch." + branch + ".makimaTask";
    }

    /** The text of the task id that is recorded for this branch. */
    Optional<String> taskOf(String branch) {
        return Optional.ofNullable(values.get("branch." + branch + ".makimatask"));
    }

    /**
     * Sets one value in the configuration file that is in force for the directory.
     *
     * <p>Git does not wait for the lock of that file, it fails. Only agents at work in other worktrees can hold it then, for a
     * millisecond; starting git anew takes longer than that, so trying again at once is enough.
     */
    static void set(Git git, Path directory, String... arguments) throws InterruptedException {
        GitCall call = new GitCall(directory, LIMIT, withConfig(arguments), Map.of(), null, 1024);
        GitResult result = patiently(git, call);
        if (!result.ok()) {
            throw GitFailure.of(call, result);
        }
    }

    /** Removes what these arguments name, if it is there; waits like {@link #set}. */
    static void remove(Git git, Path directory, String... arguments) throws InterruptedException {
        patiently(git, new GitCall(directory, LIMIT, withConfig(arguments), Map.of(), null, 1024));
    }

    /** A git that is killed while it writes a configuration could leave its lock there, and so no interrupt does. */
    private static GitResult patiently(Git git, GitCall call) throws InterruptedException {
        return Undisturbed.finished(() -> untilUnlocked(git, call));
    }

    private static GitResult untilUnlocked(Git git, GitCall call) throws InterruptedException {
        GitResult result = git.run(call);
        for (int tries = 1; tries < 50 && result.stderr().contains("could not lock config file"); tries++) {
            result = git.run(call);
        }
        return result;
    }

    private static List<String> withConfig(String... arguments) {
        List<String> all = new ArrayList<>();
        all.add("config");
        all.addAll(List.of(arguments));
        return all;
    }
}
