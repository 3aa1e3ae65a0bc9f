package dev.makima.git;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds what glob patterns stand for under a directory. Works through the pattern part by part, so that only
 * directories are listed that can hold a match; {@code **} stands for any number of directories. Links are never followed
 * on the way, and git's own directories never entered. For one use by one thread.
 */
final class PathPatterns {
    /** More entries than this are not looked at for one pattern. */
    static final int ENTRIES_MAX = 200_000;

    private final Path root;
    private int left = ENTRIES_MAX;

    PathPatterns(Path root) {
        this.root = root;
    }

    /**
     * The paths, relative, in order; nothing below another one of them.
     *
     * @throws IOException where a directory cannot be read
     */
    List<Path> find(String pattern) throws IOException {
        TreeSet<Path> found = new TreeSet<>();
        try {
            match(root, List.of(pattern.split("/")), found);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        List<Path> outermost = new ArrayList<>();
        for (Path path : found) {
            if (outermost.isEmpty() || !path.startsWith(outermost.getLast())) {
                outermost.add(path);
            }
        }
        return outermost;
    }

    /** Whether something was left out because there was too much to look at. */
    boolean isCutShort() {
        return left <= 0;
    }

    private void match(Path directory, List<String> parts, Set<Path> found) throws IOException {
        String part = parts.getFirst();
        List<String> rest = parts.subList(1, parts.size());
        if (part.equals("**")) {
            if (rest.isEmpty()) {
                children(directory).forEach(child -> found.add(root.relativize(child)));
                return;
            }
            match(directory, rest, found);
            for (Path child : children(directory)) {
                if (isDirectory(child) && !found.contains(root.relativize(child))) {
                    match(child, parts, found);
                }
            }
        } else if (isLiteral(part)) {
            take(directory.resolve(part), rest, found);
        } else {
            PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + part);
            for (Path child : children(directory)) {
                if (matcher.matches(child.getFileName())) {
                    take(child, rest, found);
                }
            }
        }
    }

    private void take(Path child, List<String> rest, Set<Path> found) throws IOException {
        if (child.endsWith(".git") || !Files.exists(child, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (rest.isEmpty()) {
            found.add(root.relativize(child));
        } else if (isDirectory(child)) {
            match(child, rest, found);
        }
    }

    private List<Path> children(Path directory) throws IOException {
        List<Path> all = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                if (left-- <= 0) {
                    break;
                }
                if (!entry.endsWith(".git")) {
                    all.add(entry);
                }
            }
        }
        return all;
    }

    private static boolean isDirectory(Path path) {
        return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean isLiteral(String part) {
        return part.chars().noneMatch(c -> "*?[{\\".indexOf(c) >= 0);
    }
}
