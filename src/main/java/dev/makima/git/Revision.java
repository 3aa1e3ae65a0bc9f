package dev.makima.git;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.RefName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A commit by the name that somebody gave it.
 *
 * @param name the full name of the ref, or what was given where that is no ref (a commit's sha, HEAD)
 * @param sha the commit, in full
 */
record Revision(String name, String sha) {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /**
     * Finds it: a local branch first, then a branch of origin, then any other revision. Git alone would prefer a tag of
     * the same name.
     *
     * @throws MakimaException NOT_FOUND where there is none
     */
    static Revision find(Git git, Path directory, RefName given) throws InterruptedException {
        String text = given.value();
        List<String> names = text.startsWith("refs/")
                ? List.of(text)
                : List.of("refs/heads/" + text, "refs/remotes/origin/" + text, "refs/remotes/" + text, text);
        for (String name : names) {
            Optional<String> sha = commit(git, directory, name);
            if (sha.isPresent()) {
                return new Revision(name, sha.get());
            }
        }
        throw new MakimaException(
                ErrorCode.NOT_FOUND,
                "there is no branch or commit " + given + " in " + directory,
                "Check the name; a branch on a remote has to be fetched first");
    }

    /** The commit that a full name stands for. */
    static Optional<String> commit(Git git, Path directory, String name) throws InterruptedException {
        GitResult result =
                git.run(directory, LIMIT, "rev-parse", "--verify", "--quiet", "--end-of-options", name + "^{commit}");
        return result.ok() ? Optional.of(result.text()) : Optional.empty();
    }
}
