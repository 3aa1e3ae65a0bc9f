package dev.makima.git;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/** Copies files of one working directory into another one, new one: links as links, with their times and permissions. */
final class WorkingFiles {
    private final Path from;
    private final Path to;

    WorkingFiles(Path from, Path to) {
        this.from = from;
        this.to = to;
    }

    /**
     * Copies what git listed. What is not there (any more) is left out, and so is what lies behind a symlink, which git takes
     * for deleted. A name that ends with a slash is a repository in the directory that git knows nothing of: it is copied whole.
     *
     * @throws InterruptedException where the calling thread was interrupted
     */
    void copy(List<String> names) throws IOException, InterruptedException {
        for (String name : names) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while files were copied to " + to);
            }
            Path relative = Path.of(name);
            if (Confined.leadsThroughSymlink(from, relative)) {
                continue;
            }
            Path source = from.resolve(relative);
            Path target = to.resolve(relative);
            Path parent = target.getParent();
            if (parent != null && Files.exists(source, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectories(parent);
            }
            if (!Files.isDirectory(source, LinkOption.NOFOLLOW_LINKS)) {
                file(source, target);
            } else if (name.endsWith("/")) {
                tree(source, target);
            } else {
                // A submodule.
                Files.createDirectories(target);
            }
        }
    }

    private static void file(Path source, Path target) throws IOException {
        try {
            Files.copy(source, target, LinkOption.NOFOLLOW_LINKS, StandardCopyOption.COPY_ATTRIBUTES);
        } catch (NoSuchFileException e) {
            if (Files.exists(source, LinkOption.NOFOLLOW_LINKS)) {
                throw e;
            }
            // Deleted, by then or before.
        }
    }

    private static void tree(Path source, Path target) throws IOException {
        Files.walkFileTree(source, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                Files.createDirectories(target.resolve(source.relativize(directory)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile() || attributes.isSymbolicLink()) {
                    file(file, target.resolve(source.relativize(file)));
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
