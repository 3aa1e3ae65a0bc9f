package dev.makima.git;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.RefName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides where a task's branch starts.
 *
 * @param name the branch, without {@code origin/}; {@code HEAD} for a commit on no branch
 * @param sha the commit
 * @param warnings what the user should hear about the choice
 */
record BaseBranch(String name, String sha, List<String> warnings) {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final List<String> USUAL = List.of("main", "master", "develop", "trunk");
    private static final int NAMED = 10;

    /**
     * The given branch, else the remote's default, else a usual name, else the one checked out.
     *
     * @param shown the repository as the user named it
     * @param given the branch asked for, or null
     * @param defaultOfRemote what the remote just said its default is, if it was asked
     * @throws MakimaException VALIDATION where there is no such branch, none can be chosen, or there is no commit
     */
    static BaseBranch choose(
            Git git,
            Path directory,
            String shown,
            Branches branches,
            @Nullable RefName given,
            Optional<String> defaultOfRemote)
            throws InterruptedException {
        if (given != null) {
            String name = existing(branches, given.value()).orElseThrow(() -> noSuchBranch(shown, branches, given));
            return newest(git, directory, branches, name);
        }
        Optional<String> chosen = Stream.concat(
                        Stream.of(defaultOfRemote, branches.remoteHead()).flatMap(Optional::stream),
                        Stream.concat(USUAL.stream(), branches.current().stream()))
                .filter(branches::has)
                .findFirst();
        if (chosen.isPresent()) {
            return newest(git, directory, branches, chosen.get());
        }
        GitResult head = git.run(directory, LIMIT, "rev-parse", "--verify", "--quiet", "HEAD^{commit}");
        if (head.ok()) {
            return new BaseBranch("HEAD", head.text(), List.of());
        }
        throw nothingToStartFrom(shown, branches);
    }

    private static Optional<String> existing(Branches branches, String given) {
        return Stream.of(given, without("refs/heads/", given), without("origin/", given))
                .filter(branches::has)
                .findFirst();
    }

    private static String without(String prefix, String name) {
        return name.startsWith(prefix) ? name.substring(prefix.length()) : name;
    }

    /** Of the local and the fetched branch the one that contains the other. */
    private static BaseBranch newest(Git git, Path directory, Branches branches, String name)
            throws InterruptedException {
        Branches.Local local = branches.local().get(name);
        String remote = branches.remote().get(name);
        if (local == null || remote == null || local.sha().equals(remote)) {
            return new BaseBranch(name, local == null ? String.valueOf(remote) : local.sha(), List.of());
        }
        // Fails where the two have no commit in common, or none that a shallow clone knows of: as good as diverged.
        GitResult common = git.run(directory, LIMIT, "merge-base", local.sha(), remote);
        if (common.text().equals(local.sha())) {
            return new BaseBranch(name, remote, List.of());
        }
        if (common.text().equals(remote)) {
            return new BaseBranch(name, local.sha(), List.of());
        }
        String warning = "the local branch " + name + " and origin/" + name
                + " have diverged: the task starts from the local one";
        return new BaseBranch(name, local.sha(), List.of(warning));
    }

    private static MakimaException noSuchBranch(String shown, Branches branches, RefName given) {
        if (branches.local().isEmpty() && branches.remote().isEmpty()) {
            return nothingToStartFrom(shown, branches);
        }
        return new MakimaException(
                ErrorCode.VALIDATION,
                "the repository " + shown + " has no branch " + given,
                "There are: " + some(branches));
    }

    private static MakimaException nothingToStartFrom(String shown, Branches branches) {
        if (branches.local().isEmpty() && branches.remote().isEmpty()) {
            return new MakimaException(
                    ErrorCode.VALIDATION,
                    "the repository " + shown + " has no commit yet, so there is nothing to start a branch from",
                    "Make a first commit there, for example: git commit --allow-empty -m \"Initial commit\"");
        }
        return new MakimaException(
                ErrorCode.VALIDATION,
                "cannot tell which branch of " + shown + " to start from",
                "Name the base branch. There are: " + some(branches));
    }

    private static String some(Branches branches) {
        List<String> all = Stream.concat(branches.local().keySet().stream(), branches.remote().keySet().stream())
                .distinct()
                .toList();
        // What tasks made soon outnumbers all others, and is seldom what was meant.
        List<String> own =
                all.stream().filter(name -> !name.startsWith("makima/")).toList();
        List<String> names = own.isEmpty() ? all : own;
        String listed = names.stream().limit(NAMED).collect(Collectors.joining(", "));
        return names.size() > NAMED ? listed + " and " + (names.size() - NAMED) + " more" : listed;
    }
}
