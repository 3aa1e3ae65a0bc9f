package dev.makima.daemon;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Holds the directory of worktrees for one daemon at a time: what lies there is its own, to work on in and to clean up,
 * and two daemons with homes of their own may be told to use the same one. The system lets go of it when the process
 * ends. Where the disk allows no lock, as one that is not mounted yet or a network's, there is none. What the file says
 * stays: it tells the daemon that its worktrees were there, should it have others by then. Blocking; thread-safe.
 */
final class WorktreesLock implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(WorktreesLock.class.getName());
    private static final WorktreesLock NONE = new WorktreesLock(null);
    private static final String FILE = ".daemon.lock";

    private final @Nullable FileChannel channel;

    private WorktreesLock(@Nullable FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the directory, making it where it is missing.
     *
     * @param state of this daemon
     * @throws MakimaException CONFLICT with the other's state directory where a daemon has it
     */
    static WorktreesLock take(Path directory, StateDirectory state) {
        Path file = directory.resolve(FILE);
        String mark = mark(state.path(), state.instanceId());
        @Nullable FileChannel channel = null;
        try {
            Files.createDirectories(directory);
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (lock(channel) == null) {
                String other = Files.readString(file).lines().findFirst().orElse("");
                channel.close();
                throw new MakimaException(
                        ErrorCode.CONFLICT,
                        "another daemon has its worktrees in " + directory
                                + (other.isEmpty() ? "" : ": the one with its state in " + other),
                        "Give this one a directory of its own (worktree.baseDir)");
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(mark.getBytes(StandardCharsets.UTF_8)));
            return new WorktreesLock(channel);
        } catch (IOException e) {
            LOG.log(
                    Level.WARNING,
                    "whether another daemon has its worktrees in {0} cannot be found out: {1}",
                    directory,
                    e.getMessage());
            return channel == null ? NONE : new WorktreesLock(channel);
        }
    }

    /** Whether the daemon with that state directory was the last one to have its worktrees there. */
    static boolean wasOf(Path directory, Path state) {
        try {
            Optional<UUID> daemon = StateDirectory.instanceId(state);
            return daemon.isPresent()
                    && Files.readString(directory.resolve(FILE)).equals(mark(state, daemon.get()));
        } catch (IOException e) {
            // No daemon that says so ever had them there.
            return false;
        }
    }

    /** Where its state is, for people; and which installation it is, since containers call their directories alike. */
    private static String mark(Path state, UUID daemon) {
        return state.toAbsolutePath() + "\n" + daemon + "\n";
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // Another daemon in this very process.
            return null;
        }
    }

    /** Lets go of it. */
    @Override
    public void close() {
        if (channel == null) {
            return;
        }
        try {
            channel.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the lock of the worktrees could not be closed", e);
        }
    }
}
