package dev.makima.cli.doctor;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Measures directories: links are not followed, a file with several names counts once over all that one of these measures,
 * and when the time is up the sums are what was seen by then. Used by one thread; {@link #files()} by any.
 */
final class Space {
    private static final int LOOK_AT_CLOCK_EVERY = 256;

    private final Set<Object> seen = new HashSet<>();
    private final long deadline;
    private final AtomicLong files = new AtomicLong();
    private boolean timeUp;

    /**
     * A measure.
     *
     * @param nanos how long all of it may take
     */
    Space(long nanos) {
        this.deadline = System.nanoTime() + nanos;
    }

    /**
     * What was found.
     *
     * @param bytes the length of the files
     * @param whole false where there is more than was looked at
     */
    record Size(long bytes, boolean whole) {
        static final Size NOTHING = new Size(0, true);

        Size plus(Size other) {
            return new Size(bytes + other.bytes, whole && other.whole);
        }
    }

    /** What is at this path, a file or a directory with all below; nothing where nothing is. */
    Size of(Path path) {
        Walk walk = new Walk();
        try {
            Files.walkFileTree(path, walk);
        } catch (IOException e) {
            // What is gone takes no space, and what is not ours to read is not whole.
            walk.whole &= Files.notExists(path);
        }
        return new Size(walk.bytes, walk.whole);
    }

    /** How many files were looked at so far. */
    long files() {
        return files.get();
    }

    private final class Walk extends SimpleFileVisitor<Path> {
        private long bytes;
        private boolean whole = true;

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (files.getAndIncrement() % LOOK_AT_CLOCK_EVERY == 0) {
                timeUp = System.nanoTime() - deadline >= 0
                        || Thread.currentThread().isInterrupted();
            }
            if (timeUp) {
                whole = false;
                return FileVisitResult.TERMINATE;
            }
            // On Linux the key is device and inode.
            @Nullable Object key = attributes.fileKey();
            if (key == null || attributes.size() == 0 || !isShared(file) || seen.add(key)) {
                bytes += attributes.size();
            }
            return FileVisitResult.CONTINUE;
        }

        /** Keeping every key of a million files would cost a hundred megabytes; few have more than one name. */
        private boolean isShared(Path file) {
            try {
                return (int) Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS) > 1;
            } catch (IOException e) {
                return true;
            }
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) {
            whole &= Files.notExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) {
            whole &= failure == null;
            return FileVisitResult.CONTINUE;
        }
    }
}
