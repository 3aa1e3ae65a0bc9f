package dev.makima.testkit;

import dev.makima.base.TaskId;
import dev.makima.protocol.CheckpointCreated;
import java.util.List;

/** Checkpoints as daemons tell of them; what else a test has to say goes into a copy. */
public final class Checkpoints {
    /** Of what the patch of {@link #withPatch} is the base64, as far as anybody looks into it. */
    public static final String PATCH = "cGF0Y2g=";
    /** What that patch is to be applied to. */
    public static final String BASE = "b".repeat(40);

    private Checkpoints() {}

    /** One without a patch. */
    public static CheckpointCreated made(TaskId task, String message) {
        return made(task, message, "a".repeat(40));
    }

    /** One without a patch, of that commit. */
    public static CheckpointCreated made(TaskId task, String message, String commitSha) {
        return new CheckpointCreated(
                task,
                true,
                commitSha,
                "makima/x",
                null,
                List.of(),
                1,
                0,
                null,
                message,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    /** One with a patch. */
    public static CheckpointCreated withPatch(TaskId task, String message) {
        return made(task, message).withPatch(PATCH, BASE, 1);
    }
}
