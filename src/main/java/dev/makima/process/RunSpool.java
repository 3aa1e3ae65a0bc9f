package dev.makima.process;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.PrivateFiles;
import dev.makima.base.RunId;
import dev.makima.base.StreamName;
import dev.makima.base.TaskId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * What a run leaves on the disk, {@code spool/<task>/<run>/}: its output streams, whose offsets go on over all its
 * launches, and one directory per launch. The files are buffer, store for sending again, and crash log in one; nothing
 * here is ever rewritten. Thread-safe; one daemon at a time may write to a run.
 */
public final class RunSpool {
    private final Path directory;
    private final RunId run;
    private final DaemonLines daemonLines;

    private RunSpool(Path directory, RunId run) {
        this.directory = directory;
        this.run = run;
        this.daemonLines = new DaemonLines(file(StreamName.DAEMON));
    }

    /**
     * Makes a new run's directory (0700) with its three empty streams (0600).
     *
     * @param spoolRoot the directory of all spools; made where it is missing
     * @throws MakimaException CONFLICT where the run has one, IO where it cannot be made
     */
    public static RunSpool create(Path spoolRoot, TaskId task, RunId run) {
        Path directory = path(spoolRoot, task, run);
        if (Files.exists(directory)) {
            throw new MakimaException(ErrorCode.CONFLICT, "the run has a spool already: " + directory);
        }
        PrivateFiles.directory(directory);
        return withStreams(new RunSpool(directory, run));
    }

    /**
     * Opens the spool of a run that some daemon created, and completes it where that daemon died while it did.
     *
     * @throws MakimaException NOT_FOUND where there is none
     */
    public static RunSpool open(Path spoolRoot, TaskId task, RunId run) {
        Path directory = path(spoolRoot, task, run);
        if (!Files.isDirectory(directory)) {
            throw new MakimaException(ErrorCode.NOT_FOUND, "the run has no spool: " + directory);
        }
        return withStreams(new RunSpool(directory, run));
    }

    /** The spool of a run for a look alone: nothing is made, and it need not be there. */
    static RunSpool seen(Path spoolRoot, TaskId task, RunId run) {
        return new RunSpool(path(spoolRoot, task, run), run);
    }

    /** The run's directory, absolute. */
    public Path directory() {
        return directory;
    }

    /** The run that this is the spool of. */
    public RunId run() {
        return run;
    }

    /** The file behind the stream. */
    public Path file(StreamName stream) {
        return file(directory, stream);
    }

    /** The file behind the stream of the run with that directory, whether or not it is there. */
    public static Path file(Path directory, StreamName stream) {
        return directory.resolve(
                switch (stream) {
                    case STDOUT -> "out";
                    case STDERR -> "err";
                    case DAEMON -> "daemon";
                });
    }

    /** How many bytes the stream has by now. */
    public long length(StreamName stream) {
        return SpoolFiles.length(file(stream));
    }

    /**
     * The end of a stream as text; what is no UTF-8 is replaced.
     *
     * @param bytes how much at most
     */
    public String tail(StreamName stream, int bytes) {
        Path file = file(stream);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer end = ByteBuffer.allocate((int) Math.min(bytes, channel.size()));
            long from = channel.size() - end.capacity();
            while (end.hasRemaining() && channel.read(end, from + end.position()) > 0) {
                // Reads on until it has all of it.
            }
            return new String(end.array(), 0, end.position(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw SpoolFiles.failed("cannot read " + file, e);
        }
    }

    /**
     * Adds a line to the daemon's own stream, in one write. Line breaks and tabs in the text become spaces, other
     * control characters are made visible; a line that an earlier daemon left torn is ended first. What a full disk does
     * not take is kept in memory, as far as that is not too much, and goes before the next line, or by {@link #catchUp}.
     *
     * @throws MakimaException IO where the disk does not take it for another reason
     */
    public void appendDaemonLine(String line) {
        daemonLines.append(line);
    }

    /** Writes what a full disk did not take of the daemon's own lines, if it does now. */
    public void catchUp() {
        daemonLines.catchUp();
    }

    /**
     * Ends the line that an agent left torn at its death, so that the next one's first line stays whole. Only while no
     * agent of the run lives.
     *
     * @throws MakimaException IO where the disk does not take it
     */
    public void endTornLines() {
        for (StreamName stream : List.of(StreamName.STDOUT, StreamName.STDERR)) {
            Path file = file(stream);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                long end = channel.size();
                if (DaemonLines.isTorn(channel, end)) {
                    SpoolFiles.append(channel, end, ByteBuffer.wrap(new byte[] {'\n'}));
                }
            } catch (IOException e) {
                throw SpoolFiles.failed("cannot write to " + file, e);
            }
        }
    }

    /**
     * Ends the line that a living agent's standard output breaks off in, where it still has that length. Both write at
     * the end, wherever that is then: if the agent writes between the look and this, its line is cut where this falls,
     * or an empty line follows it, and no byte is lost. So it has to have stood still for a while.
     *
     * @param length of the stream, as it stood
     * @return whether there was such a line
     * @throws MakimaException IO where the disk does not take it
     */
    public boolean endTornLine(long length) {
        Path file = file(StreamName.STDOUT);
        try (FileChannel read = FileChannel.open(file, StandardOpenOption.READ);
                FileChannel write = FileChannel.open(file, StandardOpenOption.APPEND)) {
            return read.size() == length
                    && DaemonLines.isTorn(read, length)
                    && write.write(ByteBuffer.wrap(new byte[] {'\n'})) == 1;
        } catch (IOException e) {
            throw SpoolFiles.failed("cannot write to " + file, e);
        }
    }

    /** The directory of the launch of that number, which exists once that was started. */
    public Path launch(int number) {
        return LaunchDirectory.of(directory, number).path();
    }

    /** The highest number of a launch, 0 where there was none. */
    public int lastLaunch() {
        int last = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                last = Math.max(last, LaunchDirectory.number(file));
            }
        } catch (IOException e) {
            throw SpoolFiles.failed("cannot list " + directory, e);
        }
        return last;
    }

    /** The cgroups of its launches that are there now. */
    RunCgroups cgroups() {
        return RunCgroups.of(directory, run, lastLaunch());
    }

    /**
     * Deletes the run's directory, and the task's where that was its last run. Only for a run whose processes are gone
     * and whose output was acknowledged; what is gone already is fine.
     *
     * @throws MakimaException IO where something cannot be deleted
     */
    public void delete() {
        if (Files.isDirectory(directory)) {
            cgroups().remove();
        }
        deleteFiles();
    }

    /**
     * The same for a run that need not have a spool any more.
     *
     * @throws MakimaException IO where something cannot be deleted
     */
    public static void delete(Path spoolRoot, TaskId task, RunId run) {
        new RunSpool(path(spoolRoot, task, run), run).delete();
    }

    private void deleteFiles() {
        SpoolFiles.deleteTree(directory);
        Path task = directory.resolveSibling("").normalize();
        try {
            Files.deleteIfExists(task);
        } catch (DirectoryNotEmptyException | NoSuchFileException e) {
            // Another run's spool lies there, or somebody else deleted it.
        } catch (IOException e) {
            throw SpoolFiles.failed("cannot delete " + task, e);
        }
    }

    /** How many bytes a run's files have; 0 where it has no spool. What vanishes meanwhile is nothing. */
    public static long size(Path spoolRoot, TaskId task, RunId run) {
        return SpoolFiles.size(path(spoolRoot, task, run));
    }

    /** How many bytes the files of all runs have. What vanishes meanwhile is nothing. */
    public static long size(Path spoolRoot) {
        return SpoolFiles.size(spoolRoot);
    }

    /** Where a run's spool is, or would be. */
    public static Path path(Path spoolRoot, TaskId task, RunId run) {
        return spoolRoot.toAbsolutePath().resolve(task.toString()).resolve(run.toString());
    }

    private static RunSpool withStreams(RunSpool spool) {
        for (StreamName stream : StreamName.values()) {
            PrivateFiles.file(spool.file(stream));
        }
        return spool;
    }
}
