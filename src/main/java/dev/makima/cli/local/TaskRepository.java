package dev.makima.cli.local;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.RefName;
import dev.makima.base.RepoUrl;
import dev.makima.cli.core.Surroundings;
import dev.makima.git.Git;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The repository that a task works on.
 *
 * @param url what goes to the server: a URL, an absolute path, or new://
 * @param base the branch to start from, or null where the daemon shall find out
 * @param target the repository that the result goes to, a path; null where it follows from the URL
 * @param hasOrigin whether the target has a remote named origin; false where it is not known
 * @param notes what the person should know, a line each
 */
public record TaskRepository(
        String url, @Nullable String base, @Nullable String target, boolean hasOrigin, List<String> notes) {
    private static final String CURE = "Name one with --repo DIR, --repo URL, or --repo new:// for an empty one";

    /**
     * Finds and checks it.
     *
     * @param repo what was asked for, or null for the current directory's
     * @param base the base branch asked for, or null
     * @param sameMachine whether the server is on this machine, so that paths mean the same there
     * @throws MakimaException VALIDATION or NOT_FOUND with a cure where there is none
     */
    public static TaskRepository find(
            Surroundings surroundings, @Nullable String repo, @Nullable String base, boolean sameMachine) {
        @Nullable String branch = base == null ? null : new RefName(base).value();
        Git git = new Git(surroundings.environment());
        if (repo == null) {
            Checkout checkout = Checkout.around(git, surroundings.directory())
                    .orElseThrow(() -> new MakimaException(
                            ErrorCode.VALIDATION, "no git repository here: " + surroundings.directory(), CURE));
            return sameMachine ? local(checkout, branch) : remote(checkout, branch);
        }
        if (repo.equals("new") || repo.startsWith("new://")) {
            return new TaskRepository(repo, branch, null, false, List.of());
        }
        if (RepoUrl.isUrl(repo) || repo.contains("://")) {
            return new TaskRepository(new RepoUrl(repo).value(), branch, null, false, List.of());
        }
        Path directory =
                surroundings.directory().resolve(surroundings.expand(repo)).normalize();
        if (!Files.isDirectory(directory)) {
            throw new MakimaException(ErrorCode.NOT_FOUND, "no such directory: " + directory, CURE);
        }
        Checkout checkout = Checkout.around(git, directory)
                .orElseThrow(() -> new MakimaException(
                        ErrorCode.VALIDATION,
                        "not a git repository: " + directory,
                        "Make it one with: git init, and a first commit; or "
                                + CURE.substring(0, 1).toLowerCase(Locale.ROOT) + CURE.substring(1)));
        return local(checkout, branch);
    }

    /**
     * Says early what a daemon would say after the agent's work: that there is no such branch to merge into.
     *
     * @throws MakimaException NOT_FOUND where the repository is on this machine and has none of that name
     */
    public void requireBranch(Surroundings surroundings, String branch) {
        if (target == null) {
            return;
        }
        Checkout checkout = new Checkout(new Git(surroundings.environment()), Path.of(target));
        if (!checkout.hasBranch(new RefName(branch))) {
            throw new MakimaException(
                    ErrorCode.NOT_FOUND,
                    "there is no branch " + branch + " in " + target,
                    "Name one that is there (git branch lists them), or make it: git branch " + branch);
        }
    }

    /** Whether it is one that has to be made. */
    public boolean isNew() {
        return url.equals("new") || url.startsWith("new://");
    }

    private static TaskRepository local(Checkout checkout, @Nullable String base) {
        if (!checkout.hasCommit()) {
            throw new MakimaException(
                    ErrorCode.VALIDATION,
                    "the repository has no commit yet, so there is nothing to branch from: " + checkout.root(),
                    "Make a first one, for example: git commit --allow-empty -m \"Initial commit\"");
        }
        List<String> notes = new ArrayList<>();
        int uncommitted = checkout.uncommitted();
        if (uncommitted > 0) {
            notes.add(uncommitted + (uncommitted == 1 ? " file is" : " files are")
                    + " not committed here: the agent starts from the last commit and does not see "
                    + (uncommitted == 1 ? "it" : "them"));
        }
        Optional<String> checkedOut = checkout.branch();
        if (base == null && checkedOut.isEmpty()) {
            notes.add(
                    "no branch is checked out here (HEAD is detached): the agent starts from the repository's main branch;"
                            + " --base names another");
        }
        @Nullable String branch = base != null ? base : checkedOut.orElse(null);
        String path = checkout.root().toString();
        return new TaskRepository(path, branch, path, checkout.origin().isPresent(), notes);
    }

    /** The server is elsewhere: a path of this machine means nothing there, what it was cloned from does. */
    private static TaskRepository remote(Checkout checkout, @Nullable String base) {
        String origin = checkout.origin()
                .filter(RepoUrl::isUrl)
                .orElseThrow(() -> new MakimaException(
                        ErrorCode.VALIDATION,
                        "the server is on another machine, and " + checkout.root() + " has no remote named origin",
                        "Push it somewhere and give --repo URL; or use --local to run it on this machine"));
        String url = new RepoUrl(origin).value();
        @Nullable String branch = base != null ? base : checkout.branch().orElse(null);
        String note = "the server is on another machine: its daemon clones " + new RepoUrl(origin)
                + ", commits that are not pushed are not seen";
        return new TaskRepository(url, branch, null, false, List.of(note));
    }
}
