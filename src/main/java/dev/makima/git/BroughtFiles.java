package dev.makima.git;

import dev.makima.base.MakimaException;
import dev.makima.base.RelativePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Brings into a new worktree what git does not carry, from a checkout of its owner's: {@code .env}, local settings,
 * installed packages.
 *
 * <p>What git tracks is left alone, and so is what is there already. Nothing leaves either directory, by {@code ..} or by a
 * link. What came and is not ignored anyway is added to the repository's exclude file, so that no commit has it: a linked
 * worktree has none of its own, so that holds for the other worktrees too, and hides only what the owner has untracked.
 *
 * <p>Copies share their blocks with the original where the file system can: the kernel's copy_file_range, which Java uses,
 * does that by itself, and a process of {@code cp --reflink} would do the same without our confinement. Thread-safe;
 * blocking.
 */
public final class BroughtFiles {
    /** How many files one pattern for cloning may stand for. */
    private static final int CLONED_MAX = 1_000_000;

    private static final int MATCHES_MAX = 1000;
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final Git git;

    /** By this git. */
    public BroughtFiles(Git git) {
        this.git = git;
    }

    /**
     * What is to come, as glob patterns relative to the checkout's root.
     *
     * @param copied become copies
     * @param linked become symbolic links to the originals
     * @param cloned become copies, of large trees too
     */
    public record Wanted(List<String> copied, List<String> linked, List<String> cloned) {
        /** Copies the lists. */
        public Wanted {
            copied = List.copyOf(copied);
            linked = List.copyOf(linked);
            cloned = List.copyOf(cloned);
        }
    }

    /**
     * The directory that the owner works in, for a repository that has one.
     *
     * @param common the common git directory
     */
    public static Optional<Path> checkoutOf(Path common) {
        Path parent = common.getParent();
        return common.endsWith(".git") && parent != null && Files.isDirectory(common)
                ? Optional.of(parent)
                : Optional.empty();
    }

    /**
     * Brings it.
     *
     * @param from the owner's checkout, or a directory laid out like one
     * @return a sentence for each thing that did not come, or not in full; empty where all went well
     * @throws InterruptedException where the calling thread was interrupted; what came until then is excluded too
     * @throws MakimaException IO where one of the directories cannot be read; COMMAND_FAILED where git fails
     */
    public List<String> bring(Path from, Worktree worktree, Wanted wanted) throws InterruptedException {
        Bringing bringing = new Bringing(Repositories.canonical(from), worktree);
        try {
            for (String pattern : wanted.linked()) {
                bringing.pattern(pattern, bringing::link);
            }
            for (String pattern : wanted.copied()) {
                bringing.pattern(pattern, path -> bringing.copy(path, CopiedFiles.FILES_MAX));
            }
            for (String pattern : wanted.cloned()) {
                bringing.pattern(pattern, path -> bringing.copy(path, CLONED_MAX));
            }
        } finally {
            Set<String> came = bringing.came;
            if (!came.isEmpty()) {
                Undisturbed.run("the exclude file of " + worktree.repository(), () -> exclude(worktree, came));
            }
        }
        return List.copyOf(bringing.warnings);
    }

    private void exclude(Worktree worktree, Set<String> came) throws InterruptedException {
        String input = String.join("\0", came) + "\0";
        GitCall asking = GitCall.of(worktree.path(), LIMIT, "check-ignore", "-z", "--stdin")
                .reading(input.getBytes(StandardCharsets.UTF_8));
        GitResult ignored = git.run(asking);
        if (ignored.exitCode() > 1) {
            throw GitFailure.of(asking, ignored);
        }
        Set<String> visible = new LinkedHashSet<>(came);
        visible.removeAll(new HashSet<>(ignored.fields()));
        if (visible.isEmpty()) {
            return;
        }
        git.locks().locked(worktree.repository(), () -> {
            GitFiles.exclude(
                    worktree.repository(),
                    visible.stream().map(BroughtFiles::line).toList());
            return true;
        });
    }

    /** A line of an exclude file that stands for this path alone. */
    private static String line(String path) {
        return "/" + path.replaceAll("([\\\\*?\\[])", "\\\\$1").replaceFirst(" $", "\\\\ ");
    }

    private interface Way {
        void take(Path relative) throws IOException, InterruptedException;
    }

    /** One going through the patterns. */
    private final class Bringing {
        private final Path from;
        private final Worktree worktree;
        private final List<String> warnings = new ArrayList<>();
        private final Set<String> came = new LinkedHashSet<>();

        private Bringing(Path from, Worktree worktree) {
            this.from = from;
            this.worktree = worktree;
        }

        private void pattern(String pattern, Way way) throws InterruptedException {
            try {
                PathPatterns patterns = new PathPatterns(from);
                List<Path> found = patterns.find(pattern);
                if (found.isEmpty()) {
                    warn(pattern, "there is nothing like it in " + from);
                }
                if (patterns.isCutShort() || found.size() > MATCHES_MAX) {
                    warn(pattern, "it stands for too much, the rest was left out");
                }
                for (Path path : found.stream().limit(MATCHES_MAX).toList()) {
                    if (Thread.interrupted()) {
                        throw new InterruptedException("interrupted while files were brought along");
                    }
                    one(path, way);
                }
            } catch (IOException e) {
                warn(pattern, e.getClass().getSimpleName() + ": " + e.getMessage());
            }
        }

        private void one(Path path, Way way) throws InterruptedException {
            String name = path.toString();
            try {
                if (name.chars().anyMatch(c -> c == '\n' || c == '\r' || c == 0xFFFD)) {
                    warn(name, "its name cannot be written into an exclude file");
                } else {
                    way.take(path);
                }
            } catch (IOException e) {
                warn(name, e.getClass().getSimpleName() + ": " + e.getMessage());
            }
        }

        private void copy(Path path, int most) throws InterruptedException {
            Set<String> tracked = tracked(path);
            boolean whole =
                    tracked.isEmpty() && !Files.exists(worktree.path().resolve(path), LinkOption.NOFOLLOW_LINKS);
            CopiedFiles.Outcome outcome = CopiedFiles.copy(
                    from,
                    List.of(new RelativePath(path.toString())),
                    worktree.path(),
                    new CopiedFiles.Bounds(name -> !tracked.contains(name), false, most));
            warnings.addAll(outcome.warnings());
            if (!outcome.files().isEmpty()) {
                // A directory that is git's in part is excluded file by file: what the agent adds there is work.
                came.addAll(whole ? List.of(path.toString()) : outcome.files());
            }
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while files were brought along");
            }
        }

        private void link(Path path) throws IOException, InterruptedException {
            Path target = worktree.path().resolve(path);
            Path original = from.resolve(path);
            if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)
                    || !tracked(path).isEmpty()) {
                if (!Files.isSymbolicLink(target)) {
                    warn(path.toString(), "it is there already");
                }
                return;
            }
            if (!Files.exists(original) || !original.toRealPath().startsWith(from)) {
                warn(path.toString(), "it is a link that leads out of " + from);
                return;
            }
            Path parent = target.getParent();
            if (parent != null) {
                if (Confined.leadsThroughSymlink(worktree.path(), path)) {
                    warn(path.toString(), "a link in the worktree is on the way");
                    return;
                }
                Files.createDirectories(parent);
            }
            Files.createSymbolicLink(target, original);
            came.add(path.toString());
        }

        /** What git has of it, checked out or not. */
        private Set<String> tracked(Path path) throws InterruptedException {
            GitCall call = GitCall.of(worktree.path(), LIMIT, "ls-files", "-z", "--", path.toString())
                    .with("GIT_LITERAL_PATHSPECS", "1");
            return new HashSet<>(git.runOk(call).fields());
        }

        private void warn(String what, String why) {
            warnings.add("could not bring along " + what + ": " + why);
        }
    }
}
