package dev.makima.git;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.RelativePath;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Copies files that git does not carry ({@code .env} and the like) from one worktree to another, and nothing from or to
 * outside of them.
 *
 * <p>Thread-safe; blocking. Guards against paths and links as they are when the copy begins, not against somebody who swaps
 * directories for links in that very moment.
 */
public final class CopiedFiles {
    /** More files than this in one call are refused: somebody named a directory of packages. */
    static final int FILES_MAX = 50_000;

    private final Path from;
    private final Path to;
    private final Bounds bounds;
    private final List<String> warnings = new ArrayList<>();
    private final List<String> copied = new ArrayList<>();
    private int files;

    private CopiedFiles(Path from, Path to, Bounds bounds) {
        this.from = from;
        this.to = to;
        this.bounds = bounds;
    }

    /**
     * What is copied at all.
     *
     * @param wanted of a file's path relative to its worktree, with slashes: false leaves it out, which is no warning
     * @param replace whether a file that is there is replaced, else it stays as it is
     * @param most how many files; what is over that is left out
     */
    record Bounds(Predicate<String> wanted, boolean replace, int most) {
        static final Bounds ALL = new Bounds(_ -> true, true, FILES_MAX);
    }

    /**
     * What came of a copy.
     *
     * @param files the files and links that were copied, relative
     * @param warnings as {@link #copy} answers them
     */
    record Outcome(List<String> files, List<String> warnings) {}

    /**
     * Copies, parents made, directories with all that is in them, the executable bit kept. A file that is there is replaced as a
     * whole; a link that is named and leads to a file inside of the worktree is followed.
     *
     * @param fromWorktree the worktree to copy from
     * @param paths what to copy
     * @param toWorktree the worktree to copy to
     * @return a sentence for each path that was not copied, or not in full; empty where all went well
     * @throws MakimaException IO where one of the two worktrees cannot be read
     */
    public static List<String> copy(Path fromWorktree, List<RelativePath> paths, Path toWorktree) {
        return copy(fromWorktree, paths, toWorktree, Bounds.ALL).warnings();
    }

    /** The same within bounds. Stops early where the calling thread is interrupted, and leaves the interrupt. */
    static Outcome copy(Path fromWorktree, List<RelativePath> paths, Path toWorktree, Bounds bounds) {
        CopiedFiles copying = new CopiedFiles(real(fromWorktree), real(toWorktree), bounds);
        paths.forEach(copying::one);
        return new Outcome(List.copyOf(copying.copied), List.copyOf(copying.warnings));
    }

    private static Path real(Path worktree) {
        try {
            return worktree.toRealPath();
        } catch (IOException e) {
            throw new MakimaException(
                    ErrorCode.IO, "cannot read the worktree " + worktree, "Check that it is there", e);
        }
    }

    private void one(RelativePath path) {
        try {
            copyNamed(path.under(from).normalize(), path.under(to).normalize());
        } catch (Refusal e) {
            warn(path.value(), e.reason);
        } catch (IOException e) {
            warn(path.value(), e.getClass().getSimpleName() + ": " + e.getMessage());
        }
    }

    private void warn(String path, String reason) {
        warnings.add("could not copy " + path + ": " + reason);
    }

    private void copyNamed(Path source, Path target) throws IOException, Refusal {
        if (target.equals(to)) {
            throw new Refusal("name what is in the worktree, not the whole of it");
        }
        if (!Files.exists(source, LinkOption.NOFOLLOW_LINKS)) {
            throw new Refusal("there is no such file in " + from);
        }
        if (isGits(from.relativize(source))) {
            throw new Refusal("it is one of git's own files");
        }
        if (!Files.exists(source)) {
            throw new Refusal("it is a link that leads nowhere");
        }
        Path real = source.toRealPath();
        if (!real.startsWith(from) || isGits(from.relativize(real))) {
            throw new Refusal("it leads out of the worktree " + from);
        }
        if (Files.isDirectory(real)) {
            tree(real, target);
        } else {
            file(real, target);
        }
    }

    private void tree(Path source, Path target) throws IOException, Refusal {
        makeDirectory(target);
        Files.walkFileTree(source, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                Path name = from.relativize(directory);
                if (isGits(name)) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                return attempt(name, () -> makeDirectory(target.resolve(source.relativize(directory))))
                        ? FileVisitResult.CONTINUE
                        : FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                Path name = from.relativize(file);
                if (isGits(name)) {
                    return FileVisitResult.CONTINUE;
                }
                Path place = target.resolve(source.relativize(file));
                attempt(name, () -> {
                    if (attributes.isSymbolicLink()) {
                        link(file, place);
                    } else {
                        file(file, place);
                    }
                });
                return files > bounds.most() || Thread.currentThread().isInterrupted()
                        ? FileVisitResult.TERMINATE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
                warn(from.relativize(file).toString(), String.valueOf(failure.getMessage()));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) {
                return FileVisitResult.CONTINUE;
            }
        });
        if (files > bounds.most()) {
            throw new Refusal("there are more than " + bounds.most() + " files, the rest was left out");
        }
    }

    /** One step of copying a tree: what fails is told, and the others go on. */
    private interface Step {
        void run() throws IOException, Refusal;
    }

    private boolean attempt(Path name, Step step) {
        try {
            step.run();
            return true;
        } catch (Refusal e) {
            warn(name.toString(), e.reason);
        } catch (IOException e) {
            warn(name.toString(), e.getClass().getSimpleName() + ": " + e.getMessage());
        }
        return false;
    }

    private void file(Path source, Path target) throws IOException, Refusal {
        if (!Files.isRegularFile(source, LinkOption.NOFOLLOW_LINKS)) {
            throw new Refusal("it is no regular file");
        }
        if (isLeft(target)) {
            return;
        }
        prepare(target);
        FileCopy.replace(source, target);
        copied.add(to.relativize(target).toString());
    }

    /** Inside of a directory a link is copied as one, if its text leads to a place inside of both worktrees. */
    private void link(Path source, Path target) throws IOException, Refusal {
        Path text = Files.readSymbolicLink(source);
        Path directory = source.getParent();
        Path place = target.getParent();
        if (text.isAbsolute()
                || directory == null
                || place == null
                || !directory.resolve(text).normalize().startsWith(from)
                || !place.resolve(text).normalize().startsWith(to)
                || (Files.exists(source) && !source.toRealPath().startsWith(from))) {
            throw new Refusal("it is a link that leads out of the worktree");
        }
        if (isLeft(target)) {
            return;
        }
        prepare(target);
        FileCopy.replaceLink(source, target);
        copied.add(to.relativize(target).toString());
    }

    private boolean isLeft(Path target) {
        return !bounds.wanted().test(to.relativize(target).toString())
                || (!bounds.replace() && Files.exists(target, LinkOption.NOFOLLOW_LINKS));
    }

    private void prepare(Path target) throws IOException, Refusal {
        files++;
        if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new Refusal("there is a directory of that name in " + to);
        }
        Path parent = target.getParent();
        if (parent != null) {
            makeDirectory(parent);
        }
    }

    /** Makes it part by part: a link on the way must not lead out. */
    private void makeDirectory(Path directory) throws IOException, Refusal {
        if (isGits(to.relativize(directory))) {
            throw new Refusal("it would become one of git's own files");
        }
        Path at = to;
        for (Path part : to.relativize(directory)) {
            at = at.resolve(part);
            if (!Files.exists(at, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectory(at);
            }
            if (!Files.isDirectory(at)) {
                throw new Refusal("there is a file where its directory would be in " + to);
            }
            Path real = at.toRealPath();
            if (!real.startsWith(to) || isGits(to.relativize(real))) {
                throw new Refusal("a link in " + to + " leads out of it");
            }
        }
    }

    private static boolean isGits(Path relative) {
        for (Path part : relative) {
            if (part.toString().equalsIgnoreCase(".git")) {
                return true;
            }
        }
        return false;
    }

    /** Why something is not copied. */
    private static final class Refusal extends Exception {
        private static final long serialVersionUID = 1;

        private final String reason;

        Refusal(String reason) {
            super(reason, null, false, false);
            this.reason = reason;
        }
    }
}
