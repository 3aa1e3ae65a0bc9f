package dev.makima.process;

import dev.makima.base.ErrorCode;
import dev.makima.base.FullDiskException;
import dev.makima.base.MakimaException;
import dev.makima.base.Text;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The agent's standard input: an append-only file, and a process of the holder's that feeds it through a pipe. So nobody
 * waits for an agent that does not read, and a daemon's death is no end of input. Thread-safe.
 */
final class AgentInput {
    private static final int BLOCK = 64 * 1024;

    private final LaunchDirectory directory;
    private final ProcFs proc;
    private boolean ended;
    /** What a full disk did not take of a message that it had begun to take. */
    private ByteBuffer rest = ByteBuffer.allocate(0);

    AgentInput(LaunchDirectory directory, ProcFs proc) {
        this.directory = directory;
        this.proc = proc;
    }

    /** See {@link Launch#send}. */
    synchronized void send(String line) {
        if (line.indexOf('\n') >= 0) {
            throw new MakimaException(
                    ErrorCode.VALIDATION,
                    "a message to the agent has to be one line: " + Text.abbreviate(line, 60),
                    "Encode line breaks inside");
        }
        if (ended || hasEnded()) {
            throw new MakimaException(
                    ErrorCode.CONFLICT,
                    "the agent's input has ended: " + directory.path(),
                    "Start it again with the message");
        }
        catchUp();
        if (rest.hasRemaining()) {
            throw new FullDiskException(
                    ErrorCode.IO,
                    "cannot write to " + directory.in() + ": the disk is full",
                    "Free some space where the spool is",
                    null);
        }
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        ByteBuffer left = ByteBuffer.wrap(bytes);
        try (FileChannel channel =
                FileChannel.open(directory.in(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long end = channel.size();
            left.position(tornPart(channel, end, bytes));
            int begun = left.position();
            try {
                SpoolFiles.append(channel, end, left);
            } catch (IOException e) {
                if (left.position() == begun || !FullDiskException.isBehind(e)) {
                    throw e;
                }
                // The agent may have read the beginning: there is no way back, and the rest follows when there is room.
                rest = left;
            }
        } catch (IOException e) {
            throw SpoolFiles.failed("cannot write to " + directory.in(), e);
        }
    }

    /** See {@link Launch#catchUp}. */
    synchronized void catchUp() {
        if (!rest.hasRemaining()) {
            return;
        }
        try (FileChannel channel = FileChannel.open(directory.in(), StandardOpenOption.WRITE)) {
            SpoolFiles.append(channel, channel.size(), rest);
        } catch (IOException e) {
            MakimaException failure = SpoolFiles.failed("cannot write to " + directory.in(), e);
            if (!(failure instanceof FullDiskException)) {
                throw failure;
            }
        }
    }

    /**
     * Ends the feeder if it handed over everything. Only for a launch whose agent told its identity: it then has the
     * pipe open, and ending the feeder cannot leave it waiting for one.
     */
    synchronized boolean end() {
        if (ended) {
            return true;
        }
        if (rest.hasRemaining()) {
            return false;
        }
        Optional<ProcessIdentity> feeder = directory.holder().map(LaunchDirectory.Holder::feeder);
        if (feeder.isEmpty()) {
            return false;
        }
        if (proc.isAlive(feeder.get())) {
            if (!proc.writesTo(feeder.get().pid(), directory.pipe()) || !hasFedAll(feeder.get())) {
                return false;
            }
            // Nothing can be lost by force: what was written is in the pipe, and the pipe stays.
            Posix.kill(feeder.get().pid(), Signal.KILL);
        }
        ended = true;
        return true;
    }

    /** Whether an earlier daemon ended the input, or the agent closed it. */
    private boolean hasEnded() {
        return directory
                .holder()
                .filter(holder -> !proc.isAlive(holder.feeder()))
                .isPresent();
    }

    /**
     * The kernel counts what a process wrote when the write is done, never before; the complaints of the feeder count as
     * well and are taken off. They are measured second, so that a new one can only delay, never hurry. What is sent
     * meanwhile waits for this object's lock.
     */
    private boolean hasFedAll(ProcessIdentity feeder) {
        OptionalLong written = proc.bytesWritten(feeder.pid());
        long complaints = SpoolFiles.length(directory.feed());
        long all = SpoolFiles.length(directory.in());
        if (written.isPresent()) {
            return written.getAsLong() - complaints >= all;
        }
        // A kernel that does not count: it read everything, and is not held up in handing it over.
        OptionalLong read = proc.position(feeder.pid(), directory.in());
        return read.isPresent()
                && read.getAsLong() >= all
                && !proc.waitsIn(feeder.pid()).contains("pipe");
    }

    /** How much of this line lies at the end of the file already, without its line break. */
    private int tornPart(FileChannel channel, long end, byte[] line) throws IOException {
        long start = startOfLastLine(channel, end);
        int torn = Math.toIntExact(end - start);
        if (torn == 0) {
            return 0;
        }
        ByteBuffer part = ByteBuffer.allocate(torn);
        while (part.hasRemaining() && channel.read(part, start + part.position()) > 0) {
            // Reads on until it has all of it.
        }
        if (torn >= line.length || !Arrays.equals(part.array(), 0, torn, line, 0, torn)) {
            throw new MakimaException(
                    ErrorCode.CONFLICT,
                    "the last message to the agent is incomplete: " + directory.in(),
                    "Send that message again first, or start the agent anew");
        }
        return torn;
    }

    private static long startOfLastLine(FileChannel channel, long end) throws IOException {
        ByteBuffer block = ByteBuffer.allocate((int) Math.min(BLOCK, Math.max(1, end)));
        // Nearly always the last byte is a line break, and one byte is enough to see it.
        int size = 1;
        long position = end;
        while (position > 0) {
            int wanted = (int) Math.min(Math.min(size, block.capacity()), position);
            block.clear().limit(wanted);
            int got = channel.read(block, position - wanted);
            for (int i = got - 1; i >= 0; i--) {
                if (block.get(i) == '\n') {
                    return position - wanted + i + 1;
                }
            }
            position -= wanted;
            size = BLOCK;
        }
        return 0;
    }
}
