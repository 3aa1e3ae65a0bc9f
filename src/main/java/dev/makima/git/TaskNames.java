package dev.makima.git;

import dev.makima.base.RefName;
import dev.makima.base.TaskId;
import dev.makima.base.Text;
import java.util.Arrays;
import java.util.List;

/** The names that a task's directory and branches may have, the usual one first. Pure functions. */
final class TaskNames {
    /** Hex digits of the id that are tried; the last is the whole id, so that there always is a free name. */
    private static final int[] ID_LENGTHS = {8, 12, 16, 32};

    private TaskNames() {}

    /**
     * A directory and the branch that goes with it.
     *
     * @param directory {@code <id>-<name>}
     * @param branch {@code <prefix><name>-<id>}
     */
    record Names(String directory, String branch) {}

    /**
     * Names by rising length.
     *
     * @throws dev.makima.base.MakimaException VALIDATION where the prefix makes no valid branch
     */
    static List<Names> candidates(String prefix, String taskName, TaskId id) {
        String name = Text.sanitise(taskName);
        String digits = id.toString().replace("-", "");
        return Arrays.stream(ID_LENGTHS)
                .mapToObj(length -> digits.substring(0, length))
                .map(part -> new Names(part + "-" + name, new RefName(prefix + name + "-" + part).value()))
                .toList();
    }
}
