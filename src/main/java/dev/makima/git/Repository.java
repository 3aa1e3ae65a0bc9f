package dev.makima.git;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A repository that was found.
 *
 * @param directory a directory in it, for git to run in
 * @param common its common git directory, canonical
 * @param shown as the user named it, without passwords
 * @param ours whether it is our bare clone of a URL
 * @param fresh whether it was cloned just now, so that there is nothing to fetch
 */
record Repository(Path directory, Path common, String shown, boolean ours, boolean fresh) {
    /** A repository's common directory as people name it: by the checkout that it lies in, where there is one. */
    static Path named(Path common) {
        @Nullable Path parent = common.getParent();
        return common.endsWith(".git") && parent != null ? parent : common;
    }
}
