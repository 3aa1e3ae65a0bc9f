package dev.makima.git;

import dev.makima.base.PrivateFiles;
import dev.makima.base.TaskId;
import java.nio.file.Path;

/** Working directories of tasks without a repository. Thread-safe. */
public final class TempDirectories {
    private final Path root;

    /**
     * Directories under this one.
     *
     * @param root made when the first is needed
     */
    public TempDirectories(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    /**
     * The task's directory {@code task-<id>}, which only its owner may enter; one that is there is used as it is.
     *
     * @throws dev.makima.base.MakimaException IO where it cannot be made
     */
    public Path create(TaskId taskId) {
        return PrivateFiles.directory(root.resolve("task-" + taskId));
    }
}
