package dev.makima.cli.local;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one instance of a home: commands attach to it, or start it inside themselves. Three locks of the kernel keep
 * order, so that no crash leaves anything to clean up:
 *
 * <ul>
 *   <li>{@code instance.alive}: held exclusively by the process that runs the instance, as long as it lives;
 *   <li>{@code instance.starting}: held exclusively while one is being started;
 *   <li>{@code instance.attached}: shared by every command that uses another one's instance. Its owner ends only once
 *       it has this lock exclusively: when the last command has let go, and no other can come.
 * </ul>
 */
public final class LocalInstance {
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path home;

    /** That of a home directory, which is made when something is started. */
    public LocalInstance(Path home) {
        this.home = home;
    }

    /** A way to reach an instance; closing it lets go of it, and ends it where it is this process's own. */
    public interface Use extends AutoCloseable {
        /** How to reach it. */
        Instance instance();

        /** Whether it runs inside this process. */
        boolean own();

        @Override
        void close();
    }

    /** The live instance of another process, if there is one. */
    public Optional<Use> attach() {
        if (!Files.isDirectory(home) || alive().isEmpty()) {
            return Optional.empty();
        }
        @Nullable FileLock attached = FileLock.tryShared(file("attached"));
        if (attached == null) {
            return Optional.empty(); // it is ending
        }
        // Read again: it may have ended before the lock was there, but can't while it is held.
        Optional<Instance> instance = alive();
        if (instance.isEmpty()) {
            attached.close();
            return Optional.empty();
        }
        return Optional.of(new Attached(instance.get(), attached));
    }

    /**
     * Attaches to the live instance, else starts one here.
     *
     * @param shared whether other commands may use it: false for one that is gone in a moment
     * @param waiting told when it has to wait for others to end, once
     */
    public Use attachOrStart(
            LocalStack.Starter starter, LocalStack.Parts parts, boolean shared, Consumer<String> waiting) {
        PrivateFiles.directory(home);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        boolean told = false;
        while (true) {
            Optional<Use> use = attach();
            if (use.isPresent()) {
                return use.get();
            }
            @Nullable FileLock starting = FileLock.tryExclusive(file("starting"));
            if (starting != null) {
                @Nullable FileLock alive = FileLock.tryExclusive(file("alive"));
                if (alive != null) {
                    return start(starter, parts, shared, starting, alive, waiting);
                }
                starting.close();
            }
            if (System.nanoTime() > deadline) {
                throw new MakimaException(
                        ErrorCode.TIMEOUT,
                        "another makima command is starting or ending in " + home + " for more than "
                                + PATIENCE.toSeconds() + " s",
                        "See which one (ps -ef | grep makima), end it, and try again");
            }
            if (!told) {
                told = true;
                waiting.accept("another makima command is starting or ending in " + home + "; waiting for it");
            }
            LockSupport.parkNanos(POLL.toNanos()); // locks of the kernel can be waited for only without a deadline
        }
    }

    private Use start(
            LocalStack.Starter starter,
            LocalStack.Parts parts,
            boolean shared,
            FileLock starting,
            FileLock alive,
            Consumer<String> waiting) {
        boolean started = false;
        try (starting) {
            // It was left behind: whoever ends in order takes it away.
            Instance.read(file("json"))
                    .ifPresent(killed -> waiting.accept("the makima that ran here (process " + killed.pid()
                            + ") was killed; this one opens its database itself"));
            deleteFile();
            LocalStack stack = starter.start(parts);
            Instance instance = new Instance(ProcessHandle.current().pid(), stack.port(), stack.key());
            if (shared) {
                instance.write(file("json"));
            }
            started = true;
            return new Own(instance, stack, alive, waiting);
        } finally {
            if (!started) {
                alive.close();
            }
        }
    }

    /** What the file says, if the process that wrote it lives. */
    private Optional<Instance> alive() {
        Optional<Instance> instance = Instance.read(file("json"));
        if (instance.isEmpty()) {
            return instance;
        }
        @Nullable FileLock probe = FileLock.tryExclusive(file("alive"));
        if (probe == null) {
            return instance;
        }
        // Nobody holds it: the file was left behind by a process that was killed. Its next owner replaces it.
        probe.close();
        return Optional.empty();
    }

    private Path file(String ending) {
        return home.resolve("instance." + ending);
    }

    private void deleteFile() {
        try {
            Files.deleteIfExists(file("json"));
        } catch (IOException e) {
            throw new MakimaException(
                    ErrorCode.IO, "cannot delete " + file("json"), "Check the permissions of " + home, e);
        }
    }

    private record Attached(Instance instance, FileLock attached) implements Use {
        @Override
        public boolean own() {
            return false;
        }

        @Override
        public void close() {
            attached.close();
        }
    }

    private final class Own implements Use {
        private final Instance instance;
        private final LocalStack stack;
        private final FileLock alive;
        private final Consumer<String> waiting;

        private Own(Instance instance, LocalStack stack, FileLock alive, Consumer<String> waiting) {
            this.instance = instance;
            this.stack = stack;
            this.alive = alive;
            this.waiting = waiting;
        }

        @Override
        public Instance instance() {
            return instance;
        }

        @Override
        public boolean own() {
            return true;
        }

        @Override
        public void close() {
            FileLock attached = lastOne();
            try {
                deleteFile();
                stack.close();
            } finally {
                attached.close();
                alive.close();
            }
        }

        /** Waits without a limit on purpose: the others' tasks run here. A second Ctrl-C ends it. */
        private FileLock lastOne() {
            boolean told = false;
            while (true) {
                @Nullable FileLock lock = FileLock.tryExclusive(file("attached"));
                if (lock != null) {
                    return lock;
                }
                if (!told) {
                    told = true;
                    waiting.accept(
                            "another makima command uses this one's server; waiting for it (Ctrl-C leaves, and it starts its own)");
                }
                LockSupport.parkNanos(POLL.toNanos());
            }
        }
    }
}
