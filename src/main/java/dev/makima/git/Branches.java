package dev.makima.git;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The branches of a repository at one moment, by one git command.
 *
 * @param local by short name
 * @param remote those of origin as last fetched, commit by short name without {@code origin/}
 * @param remoteHead the name that refs/remotes/origin/HEAD points to, whether or not that branch is there
 * @param current the branch checked out in the directory asked about; empty where HEAD is detached or unborn
 */
record Branches(
        Map<String, Local> local, Map<String, String> remote, Optional<String> remoteHead, Optional<String> current) {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String HEADS = "refs/heads/";
    private static final String ORIGIN = "refs/remotes/origin/";

    /**
     * A local branch.
     *
     * @param sha its commit
     * @param worktree where it is checked out; git tells it also where that directory is gone; empty where it is not
     *     checked out
     */
    record Local(String sha, Optional<Path> worktree) {}

    /** Asks git. The NUL after the last field is the only safe end: a path may hold newlines. */
    static Branches read(Git git, Path directory) throws InterruptedException {
        List<String> fields = git.runOk(
                        directory,
                        LIMIT,
                        "for-each-ref",
                        "--format=%(refname)%00%(objectname)%00%(symref)%00%(HEAD)%00%(worktreepath)%00",
                        "refs/heads",
                        "refs/remotes/origin")
                .fields();
        Map<String, Local> local = new LinkedHashMap<>();
        Map<String, String> remote = new LinkedHashMap<>();
        Optional<String> remoteHead = Optional.empty();
        Optional<String> current = Optional.empty();
        for (int i = 0; i + 4 < fields.size(); i += 5) {
            String name = fields.get(i).strip();
            String symref = fields.get(i + 2);
            if (name.startsWith(HEADS)) {
                String path = fields.get(i + 4);
                local.put(name.substring(HEADS.length()), new Local(fields.get(i + 1), worktree(path)));
                if (fields.get(i + 3).equals("*")) {
                    current = Optional.of(name.substring(HEADS.length()));
                }
            } else if (name.equals(ORIGIN + "HEAD")) {
                remoteHead =
                        symref.startsWith(ORIGIN) ? Optional.of(symref.substring(ORIGIN.length())) : Optional.empty();
            } else {
                remote.put(name.substring(ORIGIN.length()), fields.get(i + 1));
            }
        }
        return new Branches(local, remote, remoteHead, current);
    }

    /** Empty also where the path has letters that this program's locale cannot write: nothing of ours is there then. */
    private static Optional<Path> worktree(String path) {
        try {
            return path.isEmpty() ? Optional.empty() : Optional.of(Path.of(path));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /** Whether there is a branch of this name on either side. */
    boolean has(String name) {
        return local.containsKey(name) || remote.containsKey(name);
    }
}
