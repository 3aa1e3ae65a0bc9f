package dev.makima.git;

import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One fair lock per repository: git's own lock files make the second writer fail, not wait.
 *
 * <p>Keyed by the canonical common git directory (or the directory that a clone will have). The map keeps one small
 * entry per repository that this process ever worked in. Thread-safe; reentrant.
 */
final class RepositoryLocks {
    private final ConcurrentHashMap<Path, ReentrantLock> locks = new ConcurrentHashMap<>();

    /** What is done under a lock. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws InterruptedException;
    }

    /**
     * Does the work while holding the repository's lock.
     *
     * @throws InterruptedException where the thread was interrupted, also while it waited for its turn
     */
    <T> T locked(Path repository, Work<T> work) throws InterruptedException {
        ReentrantLock lock = locks.computeIfAbsent(repository, key -> new ReentrantLock(true));
        lock.lockInterruptibly();
        try {
            return work.run();
        } finally {
            lock.unlock();
        }
    }
}
