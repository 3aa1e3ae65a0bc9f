package dev.makima.git;

import java.nio.file.Path;
import java.time.Duration;

/** Pushes one commit to one branch. No hook of this side runs, no remote is added, nothing is forced. */
final class Pushes {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private Pushes() {}

    /**
     * Does it.
     *
     * @param remote a remote's name, or a URL or path (never one that begins with "-")
     * @return what git said, whatever its exit code
     */
    static GitResult push(Git git, Path directory, String remote, String sha, String branch)
            throws InterruptedException {
        return git.run(call(git, directory, LIMIT, remote, sha + ":refs/heads/" + branch));
    }

    /** The call that pushes what this refspec says, and nothing else. */
    static GitCall call(Git git, Path directory, Duration limit, String remote, String refspec)
            throws InterruptedException {
        return git.remoteCall(
                directory,
                limit,
                // A mirror's setting does not go with a single branch.
                "-c",
                "remote.origin.mirror=false",
                "push",
                "--quiet",
                "--no-verify",
                "--no-follow-tags",
                "--receive-pack=git-receive-pack",
                remote,
                refspec);
    }

    /** What a push came to, in few words. */
    static String told(GitResult result, String branch, String shown) {
        return "branch " + branch + (result.ok() ? " was" : " could not be") + " pushed to " + shown;
    }

    /** Why a push failed and what helps, as one text. */
    static String failure(GitResult result, String branch, String shown, String kept) {
        String cure = GitFailure.cure(result.stderr());
        return "could not push branch " + branch + " to " + shown + ": " + GitFailure.reason(result) + kept
                + (cure == null ? "" : ". " + cure);
    }
}
