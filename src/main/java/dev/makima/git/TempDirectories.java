package dev.makima.git;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.PrivateFiles;
import dev.makima.base.TaskId;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Working directories of tasks without a repository. Thread-safe. */
public final class TempDirectories {
    private static final System.Logger LOG = System.getLogger(TempDirectories.class.getName());
    private static final String PREFIX = "task-";
    private static final String GOING = ".going-";

    private final Path root;
    /** Held from the question whether a task is over until its directory has left its place. */
    private final Object leaving = new Object();

    /**
     * Directories under this one.
     *
     * @param root made when the first is needed
     */
    public TempDirectories(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    /**
     * The task's directory {@code task-<id>}, which only its owner may enter; one that is there is used as it is.
     *
     * @throws dev.makima.base.MakimaException IO where it cannot be made
     */
    public Path create(TaskId taskId) {
        synchronized (leaving) {
            return PrivateFiles.directory(root.resolve(PREFIX + taskId));
        }
    }

    /**
     * Removes the task's directory with everything in it.
     *
     * @return whether there was one
     * @throws MakimaException IO where it cannot be removed
     */
    public boolean remove(TaskId taskId) {
        Path directory = root.resolve(PREFIX + taskId);
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        if (!remove(new Measured(taskId, directory, 0, 0), _ -> true)) {
            throw new MakimaException(ErrorCode.IO, "cannot remove all of " + directory, "Check its permissions");
        }
        return true;
    }

    /** What a crash, or a file that could not be deleted, left of directories that were being removed. */
    public List<Path> remains() {
        return entries().stream()
                .filter(entry -> entry.getFileName().toString().startsWith(GOING))
                .toList();
    }

    /** The tasks' directories that are there. */
    public Map<TaskId, Path> all() {
        Map<TaskId, Path> all = new TreeMap<>(Comparator.comparing(TaskId::toString));
        entries().forEach(entry -> taskOf(entry).ifPresent(task -> all.put(task, entry)));
        return all;
    }

    /** Deletes {@link #remains}. */
    public synchronized void deleteRemains() {
        remains().forEach(TempDirectories::delete);
    }

    /**
     * Removes the task's directory where nothing is in it.
     *
     * @return whether it is gone
     */
    public boolean removeEmpty(TaskId taskId) {
        synchronized (leaving) {
            try {
                Files.deleteIfExists(root.resolve(PREFIX + taskId));
                return true;
            } catch (IOException e) {
                // Something is in it by now, so it is not empty.
                LOG.log(System.Logger.Level.DEBUG, "a temporary directory stays", e);
                return false;
            }
        }
    }

    private List<Path> entries() {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root)) {
            entries.forEach(found::add);
            return found;
        } catch (IOException | DirectoryIteratorException e) {
            throw new MakimaException(ErrorCode.IO, "cannot read the directory " + root, "Check its permissions", e);
        }
    }

    /**
     * What {@link #trim} found and did.
     *
     * @param bytesBefore the size of all directories
     * @param bytesAfter the same afterwards; over the limit where what is left belongs to unfinished tasks
     * @param removed whose directories are gone, oldest first
     */
    public record Trimmed(long bytesBefore, long bytesAfter, List<TaskId> removed) {
        /** Copies the list. */
        public Trimmed {
            removed = List.copyOf(removed);
        }
    }

    /**
     * Removes directories of finished tasks, those first in which nothing was changed for longest, until all together are not
     * larger than allowed.
     *
     * <p>Looks at every file, so it is not for the start of each task; once in some minutes is enough. A directory leaves its
     * place by a rename before it is deleted: a task that is started again never finds half of one.
     *
     * @param maxBytes how large all may be together
     * @param finished whether a task is over; asked about each directory that is to go, right before it does
     * @throws MakimaException IO where the directory cannot be read
     */
    public synchronized Trimmed trim(long maxBytes, Predicate<TaskId> finished) {
        if (!Files.isDirectory(root)) {
            return new Trimmed(0, 0, List.of());
        }
        List<Measured> all = measured();
        long before = all.stream().mapToLong(Measured::bytes).sum();
        long left = before;
        List<TaskId> removed = new ArrayList<>();
        all.sort(Comparator.comparingLong(Measured::lastChange));
        for (Measured directory : all) {
            if (left <= maxBytes) {
                break;
            }
            if (remove(directory, finished)) {
                left -= directory.bytes();
                removed.add(directory.task());
            }
        }
        return new Trimmed(before, left, removed);
    }

    private record Measured(TaskId task, Path path, long bytes, long lastChange) {}

    private List<Measured> measured() {
        List<Measured> all = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root)) {
            for (Path entry : entries) {
                if (entry.getFileName().toString().startsWith(GOING)) {
                    // A crash, or a file that could not be deleted, left it.
                    delete(entry);
                } else {
                    taskOf(entry).map(task -> measure(task, entry)).ifPresent(all::add);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw new MakimaException(ErrorCode.IO, "cannot read the directory " + root, "Check its permissions", e);
        }
        return all;
    }

    private static Optional<TaskId> taskOf(Path entry) {
        String name = entry.getFileName().toString();
        if (!name.startsWith(PREFIX) || !Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try {
            return Optional.of(TaskId.of(name.substring(PREFIX.length())));
        } catch (MakimaException e) {
            // Somebody else's directory, which is none of our business.
            return Optional.empty();
        }
    }

    private static Measured measure(TaskId task, Path directory) {
        Sizes sizes = new Sizes();
        try {
            Files.walkFileTree(directory, sizes);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "could not measure all of " + directory, e);
        }
        return new Measured(task, directory, sizes.bytes, sizes.lastChange);
    }

    private boolean remove(Measured directory, Predicate<TaskId> finished) {
        Path going = root.resolve(GOING + directory.task());
        synchronized (leaving) {
            if (!finished.test(directory.task())) {
                return false;
            }
            try {
                Files.move(directory.path(), going, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                LOG.log(System.Logger.Level.WARNING, "could not remove " + directory.path(), e);
                return false;
            }
        }
        return delete(going);
    }

    private static boolean delete(Path going) {
        try {
            Undisturbed.deleteTree(going);
            return true;
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "could not remove all of " + going, e);
            return false;
        }
    }

    /** Sums up what is under a directory; links are not followed, what cannot be read is left out. */
    private static final class Sizes extends SimpleFileVisitor<Path> {
        private long bytes;
        private long lastChange;

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            return count(attributes);
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            bytes += attributes.size();
            return count(attributes);
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) {
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) {
            return FileVisitResult.CONTINUE;
        }

        private FileVisitResult count(BasicFileAttributes attributes) {
            lastChange = Math.max(lastChange, attributes.lastModifiedTime().toMillis());
            return FileVisitResult.CONTINUE;
        }
    }
}
