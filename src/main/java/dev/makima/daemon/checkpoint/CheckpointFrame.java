package dev.makima.daemon.checkpoint;

import dev.makima.base.TaskId;
import dev.makima.base.Text;
import dev.makima.git.Checkpoint;
import dev.makima.git.FileChange;
import dev.makima.git.Patch;
import dev.makima.protocol.CheckpointCreated;
import dev.makima.protocol.CheckpointFile;
import dev.makima.protocol.FrameCodec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The word to the server about a checkpoint, so that it fits into a frame. Pure.
 *
 * <p>What is too long is left out with a sentence in {@code message}: of the files the later ones, so that a task that
 * touches all of a large repository is reported at all; the patch as a whole, since half a patch is none.
 */
final class CheckpointFrame {
    private static final int MESSAGE_LIMIT = 16 * 1024;
    /** Files are for a person to look at; the patch names them all. */
    private static final int MOST_FILES = 10_000;
    /** What an event's id, a request's id and a fence add, generously. */
    private static final int ROOM_FOR_IDS = 1024;

    private CheckpointFrame() {}

    /** No checkpoint was made. */
    static CheckpointCreated failure(TaskId taskId, String message, String error, long mostBytes) {
        return CheckpointCreated.failure(taskId, shortened(message, mostBytes), shortened(error, mostBytes));
    }

    /**
     * A checkpoint with its patch, or without one where there is none or it does not fit.
     *
     * @param note a sentence about the patch, or empty
     * @param mostBytes of the whole frame, encoded
     */
    static CheckpointCreated success(
            TaskId taskId, Checkpoint.Made made, String message, @Nullable Patch patch, String note, long mostBytes) {
        List<CheckpointFile> files = files(made.filesChanged(), mostBytes / 32);
        String words = shortened(message, mostBytes);
        int leftOut = made.filesChanged().size() - files.size();
        if (leftOut > 0) {
            words += "\n\n" + leftOut + " of " + made.filesChanged().size() + " changed files are not listed.";
        }
        if (!note.isEmpty()) {
            words += "\n\n" + note;
        }
        CheckpointCreated bare = frame(taskId, made, files, words, null);
        if (patch == null) {
            return bare;
        }
        long rest = (long) FrameCodec.encodedSize(FrameCodec.encode(bare)) + ROOM_FOR_IDS;
        long encoded = (patch.gzip().length + 2L) / 3 * 4;
        if (rest + encoded > mostBytes) {
            return frame(taskId, made, files, words + "\n\n" + tooLargeForAFrame(encoded, mostBytes), null);
        }
        return frame(taskId, made, files, words, patch);
    }

    private static String tooLargeForAFrame(long encoded, long mostBytes) {
        return "The patch is not sent: its " + encoded + " bytes do not fit into a frame of " + mostBytes
                + " bytes (server.maxFrameBytes).";
    }

    private static CheckpointCreated frame(
            TaskId taskId, Checkpoint.Made made, List<CheckpointFile> files, String words, @Nullable Patch patch) {
        return new CheckpointCreated(
                taskId,
                true,
                made.commitSha(),
                made.branch(),
                null,
                files,
                made.linesAdded(),
                made.linesRemoved(),
                null,
                words,
                patch == null ? null : patch.base64(),
                patch == null ? null : patch.baseSha(),
                patch == null ? 0 : patch.filesChanged(),
                null,
                null,
                null);
    }

    private static List<CheckpointFile> files(List<FileChange> changes, long mostBytes) {
        List<CheckpointFile> files = new ArrayList<>();
        long bytes = 0;
        for (FileChange change : changes) {
            bytes += 40 + encodedSize(change.path());
            if (files.size() >= MOST_FILES || bytes > mostBytes) {
                break;
            }
            files.add(new CheckpointFile(change.action(), change.path()));
        }
        return files;
    }

    /** In JSON: what has to be escaped takes six bytes at most. */
    private static long encodedSize(String path) {
        return FrameCodec.encodedSize(path)
                + 5 * path.chars().filter(c -> c < ' ' || c == '"' || c == '\\').count();
    }

    private static String shortened(String message, long mostBytes) {
        int limit = Math.clamp(mostBytes / 32, 16, MESSAGE_LIMIT);
        return message.length() <= limit ? message : Text.abbreviate(message, limit);
    }
}
