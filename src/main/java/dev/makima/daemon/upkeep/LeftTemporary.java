package dev.makima.daemon.upkeep;

import dev.makima.base.TaskId;
import dev.makima.daemon.store.Inventory;
import dev.makima.daemon.store.Inventory.TaskRow;
import dev.makima.daemon.upkeep.Leftover.Done;
import dev.makima.daemon.upkeep.Leftover.Kind;
import dev.makima.git.TempDirectories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Directories of tasks without a repository. What is in the one of a task that is over is its result, and nowhere else: it
 * stays, as temp.maxBytes says, until somebody cleans up that task. Blocking; thread-safe.
 */
final class LeftTemporary {
    private final TempDirectories temporary;
    private final Owner owner;

    LeftTemporary(TempDirectories temporary, Owner owner) {
        this.temporary = temporary;
        this.owner = owner;
    }

    List<Leftover> find(Inventory known) {
        List<Leftover> found = new ArrayList<>();
        for (Path remains : temporary.remains()) {
            found.add(Leftover.going(Kind.TEMPORARY, remains, "a removal that was cut short left it", () -> {
                temporary.deleteRemains();
                return new Done(Files.notExists(remains), "deleted");
            }));
        }
        Map<TaskId, TaskRow> tasks = known.byTask();
        temporary.all().forEach((taskId, path) -> {
            TaskRow task = tasks.get(taskId);
            if (task == null) {
                found.add(Leftover.staying(
                        Kind.TEMPORARY,
                        path,
                        "this daemon's database does not know task " + taskId,
                        "Look at it, and delete it yourself where it is not needed"));
            } else if (task.state().isTerminal() && isEmpty(path)) {
                found.add(Leftover.going(
                        Kind.TEMPORARY,
                        path,
                        "task " + task.state().wire() + ", and nothing is in it",
                        () -> owner.whileHeld(
                                taskId, () -> new Done(temporary.removeEmpty(taskId), "deleted, if it was empty"))));
            }
        });
        return found;
    }

    private static boolean isEmpty(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.findAny().isEmpty();
        } catch (IOException e) {
            // Not ours to read: not proven to be empty.
            return false;
        }
    }
}
