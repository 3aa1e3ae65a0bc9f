package dev.makima.daemon.command;

import dev.makima.protocol.CheckpointCreated;
import dev.makima.protocol.DaemonFrame;
import dev.makima.protocol.FrameCodec;
import dev.makima.protocol.MergeResult;
import dev.makima.protocol.MergeToTargetResult;
import dev.makima.protocol.ServerFrame;
import java.util.Optional;

/** Makes answers fit a frame. Pure. */
final class FrameLimit {
    /** Room for what is put into a frame later, the event's id. */
    private static final int RESERVE = 200;

    private final long most;

    /**
     * Answers of at most so many bytes, encoded.
     *
     * @param most server.maxFrameBytes
     */
    FrameLimit(long most) {
        this.most = most;
    }

    /**
     * The answer, if it is short enough; else what says how long it would be. What was done stays done, and said: such an
     * answer only leaves out its long part.
     */
    Optional<DaemonFrame> fitting(ServerFrame command, DaemonFrame answer) {
        String text = FrameCodec.encode(answer);
        // At most three bytes for each character: only what may be too long is measured.
        if (text.length() * 3L + RESERVE <= most) {
            return Optional.of(answer);
        }
        long size = FrameCodec.encodedSize(text);
        return size + RESERVE <= most ? Optional.of(answer) : shortened(command, answer, size);
    }

    private Optional<DaemonFrame> shortened(ServerFrame command, DaemonFrame answer, long size) {
        return switch (answer) {
            case MergeResult it
            when it.conflicts() != null ->
                Optional.of(new MergeResult(
                        it.taskId(),
                        it.success(),
                        it.message() + ". The list of " + it.conflicts().size() + " files is left out: "
                                + tooLong(size),
                        it.commitSha(),
                        null,
                        it.requestId(),
                        it.eventId(),
                        null));
            case MergeToTargetResult it
            when it.conflicts() != null ->
                Optional.of(new MergeToTargetResult(
                        it.taskId(),
                        it.success(),
                        it.message() + ". The list of " + it.conflicts().size() + " files is left out: "
                                + tooLong(size),
                        it.commitSha(),
                        null,
                        it.requestId(),
                        it.eventId(),
                        null));
            case CheckpointCreated it
            when it.success() -> Optional.of(it.withFiles(null).withPatch(null, null, null));
            case DaemonFrame _ -> FailureAnswers.answer(command, tooLong(size));
        };
    }

    private String tooLong(long size) {
        return "the answer has " + size + " bytes, and a frame may have " + most + " (server.maxFrameBytes)";
    }
}
