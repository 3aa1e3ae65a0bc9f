package dev.makima.git;

import java.util.List;
import java.util.Optional;

/**
 * What is checked out.
 *
 * @param sha the commit
 * @param branch the branch's short name; empty where HEAD is detached
 */
record Head(String sha, Optional<String> branch) {
    private static final String HEADS = "refs/heads/";

    /** Reads it by one git command; empty where the branch has no commit yet. */
    static Optional<Head> read(Git git, ScratchIndex index) throws InterruptedException {
        GitResult result = git.run(index.call("rev-parse", "HEAD", "--symbolic-full-name", "HEAD"));
        List<String> lines = result.lines();
        if (!result.ok() || lines.size() != 2) {
            return Optional.empty();
        }
        String name = lines.get(1);
        return Optional.of(new Head(
                lines.get(0), name.startsWith(HEADS) ? Optional.of(name.substring(HEADS.length())) : Optional.empty()));
    }
}
