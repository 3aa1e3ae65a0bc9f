package dev.makima.daemon.store;

import dev.makima.protocol.CheckpointCreated;
import dev.makima.protocol.DaemonFrame;
import dev.makima.protocol.MergePatchToSupervisor;
import java.util.Optional;

/** The part of a frame that may be megabytes, its patch, taken out and put back. Pure. */
public final class Payload {
    private Payload() {}

    /** The frame's patch, if it has one. */
    static Optional<String> of(DaemonFrame frame) {
        return switch (frame) {
            case CheckpointCreated it -> Optional.ofNullable(it.patchData());
            case MergePatchToSupervisor it -> Optional.of(it.patchData());
            case DaemonFrame _ -> Optional.empty();
        };
    }

    /** The frame as a row holds it: without its patch. */
    static DaemonFrame takenFrom(DaemonFrame frame) {
        return switch (frame) {
            case CheckpointCreated it -> it.withPatch(null, it.patchBaseSha(), it.patchFilesCount());
            case MergePatchToSupervisor it ->
                new MergePatchToSupervisor(
                        it.taskId(), it.supervisorTaskId(), "", it.baseSha(), it.eventId(), it.fence());
            case DaemonFrame other -> other;
        };
    }

    /** The whole frame again. */
    static DaemonFrame putBack(DaemonFrame frame, String patchData) {
        return switch (frame) {
            case CheckpointCreated it -> it.withPatch(patchData, it.patchBaseSha(), it.patchFilesCount());
            case MergePatchToSupervisor it ->
                new MergePatchToSupervisor(
                        it.taskId(), it.supervisorTaskId(), patchData, it.baseSha(), it.eventId(), it.fence());
            case DaemonFrame other -> other;
        };
    }

    /**
     * The frame for good without its patch, where that makes sense: a checkpoint is worth telling of without.
     *
     * @param reason a sentence that goes into the message
     */
    public static Optional<DaemonFrame> without(DaemonFrame frame, String reason) {
        return switch (frame) {
            case CheckpointCreated it
            when it.patchData() != null ->
                Optional.of(it.withPatch(null, null, 0)
                        .withWords(it.message() + "\n\nThe patch is not sent: " + reason, it.error()));
            case DaemonFrame _ -> Optional.empty();
        };
    }
}
