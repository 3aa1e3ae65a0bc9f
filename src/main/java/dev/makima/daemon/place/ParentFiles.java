package dev.makima.daemon.place;

import dev.makima.base.MakimaException;
import dev.makima.base.RelativePath;
import dev.makima.base.TaskId;
import dev.makima.git.CopiedFiles;
import dev.makima.protocol.SpawnTask;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Copies the files that a task names from its parent's directory into its own. What can't be copied is a line. Blocking. */
final class ParentFiles {
    private final KnownPlaces known;

    ParentFiles(KnownPlaces known) {
        this.known = known;
    }

    /** Copies, and says in lines what was not. */
    List<String> copy(SpawnTask spawn, Path directory) throws InterruptedException {
        @Nullable List<String> named = spawn.copyFiles();
        if (named == null || named.isEmpty()) {
            return List.of();
        }
        @Nullable TaskId parent = spawn.parentTaskId();
        if (parent == null) {
            return List.of("No files were copied (copyFiles): the task has no parent.");
        }
        Optional<Path> source = known.find(parent).map(KnownPlaces.Known::directory);
        if (source.isEmpty()) {
            return List.of("No files were copied (copyFiles): the directory of the parent, task " + parent
                    + ", is not on this machine.");
        }
        if (source.get().equals(directory)) {
            return List.of();
        }
        List<String> lines = new ArrayList<>();
        List<RelativePath> paths = new ArrayList<>();
        for (String path : named) {
            try {
                paths.add(new RelativePath(path));
            } catch (MakimaException e) {
                lines.add("could not copy a file of the parent: " + e.what());
            }
        }
        try {
            lines.addAll(CopiedFiles.copy(source.get(), paths, directory));
        } catch (MakimaException e) {
            lines.add("No files were copied (copyFiles): " + e.what());
        }
        return lines;
    }
}
