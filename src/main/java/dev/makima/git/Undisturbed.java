package dev.makima.git;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/** Work that an interrupt does not cut short. */
final class Undisturbed {
    private static final System.Logger LOG = System.getLogger(Undisturbed.class.getName());

    private Undisturbed() {}

    /** A clean-up: what fails in it is logged, since the failure that led to it is the one to tell. */
    @FunctionalInterface
    interface CleanUp {
        void run() throws InterruptedException, IOException;
    }

    /** A short piece of work with a result. */
    @FunctionalInterface
    interface Call<T> {
        T run() throws InterruptedException;
    }

    /**
     * Runs it to its end, whatever interrupts the caller meanwhile, and only then answers the interrupt. For what must not be
     * cut short since a killed git could leave a lock file behind: it makes the file a moment before it knows what to
     * remove when it is killed.
     *
     * @throws InterruptedException where the caller was interrupted; the work is done then
     */
    static <T> T finished(Call<T> work) throws InterruptedException {
        FutureTask<T> task = new FutureTask<>(work::run);
        Thread thread = Thread.ofPlatform().daemon().name("git-finishes").start(task);
        joinCalmly(thread);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException("nobody interrupts this thread", e);
        }
    }

    /**
     * Runs it on a thread of its own and waits for it: an interrupt of the caller, which is often the reason for the
     * clean-up, then reaches none of its git calls. An interrupt that comes meanwhile is kept for afterwards. Bounded by the
     * limits of the git calls in it.
     */
    static void run(String what, CleanUp work) {
        Thread thread = Thread.ofPlatform().daemon().name("git-clean-up").start(() -> {
            try {
                work.run();
            } catch (InterruptedException | IOException | RuntimeException e) {
                LOG.log(System.Logger.Level.WARNING, "could not clean up " + what, e);
            }
        });
        joinCalmly(thread);
    }

    /** An interrupt that comes meanwhile is there afterwards. */
    private static void joinCalmly(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Deletes a directory with everything in it; links are not followed; one that is not there is fine. */
    static void deleteTree(Path root) throws IOException {
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                        throws IOException {
                    // Package caches make their directories read-only, which keeps their owner from deleting too.
                    if (!Files.isWritable(directory)) {
                        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                        throws IOException {
                    if (failure != null) {
                        throw failure;
                    }
                    Files.deleteIfExists(directory);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (NoSuchFileException e) {
            // Gone already, which is what was wanted.
        }
    }
}
