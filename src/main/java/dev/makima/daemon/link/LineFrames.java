package dev.makima.daemon.link;

import dev.makima.base.TaskId;
import dev.makima.protocol.ByteSink;
import dev.makima.protocol.FrameCodec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Makes taskOutput frames of bytes: one for each line, several for a line over 1 MiB, cut between characters. Whole
 * lines are decoded, so that a character split over two reads is never damaged. Not thread-safe.
 */
final class LineFrames {
    private static final int LONGEST_PART = 1024 * 1024;

    private final TaskId taskId;
    private final boolean standardError;
    private byte[] line = new byte[8 * 1024];
    private int length;
    private boolean laterPart;
    private List<String> messages = new ArrayList<>();
    private int size;
    private int bytesRead;
    private final ByteSink frame = new ByteSink(4096);

    LineFrames(TaskId taskId, boolean standardError) {
        this.taskId = taskId;
        this.standardError = standardError;
    }

    /**
     * Frames in order.
     *
     * @param size of the frames, about, in bytes
     * @param bytesRead how many bytes of the stream they stand for
     */
    record Batch(List<String> messages, int size, int bytesRead) {}

    /**
     * Reads the bytes, or as many as make frames of about a size: a short line makes a frame a hundred times as long.
     *
     * @param most no further line is begun once the frames that were not taken have so many bytes
     */
    void add(ByteBuffer bytes, int most) {
        while (bytes.hasRemaining() && (size == 0 || size < most)) {
            int end = endOfLine(bytes);
            int take = Math.min((end < 0 ? bytes.limit() : end) - bytes.position(), LONGEST_PART - length);
            room(take);
            bytes.get(line, length, take);
            length += take;
            if (bytes.position() == end) {
                bytes.get();
                bytesRead++;
                endLine();
            } else if (length == LONGEST_PART) {
                part(FrameCodec.partEnd(line, 0, length, LONGEST_PART - 1));
            }
        }
    }

    /** What was read is a whole line, or the last part of one. */
    void endLine() {
        int end = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
        append(end, false);
        bytesRead += length;
        length = 0;
        laterPart = false;
    }

    /** How many bytes of an unfinished line are kept. */
    int pending() {
        return length;
    }

    /** Hands over the frames made so far. */
    Batch take() {
        Batch batch = new Batch(messages, size, bytesRead);
        messages = new ArrayList<>();
        size = 0;
        bytesRead = 0;
        return batch;
    }

    private void part(int end) {
        append(end, true);
        bytesRead += end;
        System.arraycopy(line, end, line, 0, length - end);
        length -= end;
        laterPart = true;
    }

    private void append(int end, boolean isPartial) {
        frame.clear();
        FrameCodec.appendTaskOutput(taskId, line, 0, end, standardError && !laterPart, isPartial, frame);
        messages.add(frame.toText());
        size += frame.size();
    }

    private static int endOfLine(ByteBuffer bytes) {
        for (int i = bytes.position(); i < bytes.limit(); i++) {
            if (bytes.get(i) == '\n') {
                return i;
            }
        }
        return -1;
    }

    private void room(int more) {
        if (length + more > line.length) {
            line = Arrays.copyOf(line, Math.min(LONGEST_PART, Math.max(line.length * 2, length + more)));
        }
    }
}
