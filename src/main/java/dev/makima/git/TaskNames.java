package dev.makima.git;

import dev.makima.base.RefName;
import dev.makima.base.TaskId;
import dev.makima.base.Text;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** The names of a task's directory and branches, the usual one first, and of its checkpoints. Pure functions. */
final class TaskNames {
    /** Hex digits of the id that are tried; the last is the whole id, so that there always is a free name. */
    private static final int[] ID_LENGTHS = {8, 12, 16, 32};

    private static final Pattern END = Pattern.compile("-[0-9]{1,19}");

    private static final String CHECKPOINTS = "refs/makima/checkpoints/";

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

    /**
     * What a branch beside another daemon's has behind its usual name: {@code -2} for the second hand-over.
     *
     * @return empty for every other branch
     */
    static String suffix(String branch, TaskId id) {
        String digits = id.toString().replace("-", "");
        int last = branch.lastIndexOf('-');
        String end = last < 0 ? "" : branch.substring(last);
        boolean behindId = END.matcher(end).matches()
                && Arrays.stream(ID_LENGTHS)
                        .mapToObj(length -> "-" + digits.substring(0, length))
                        .anyMatch(branch.substring(0, last)::endsWith);
        return behindId ? end : "";
    }

    /** The branch's name without {@link #suffix}. */
    static String plain(String branch, TaskId id) {
        return branch.substring(0, branch.length() - suffix(branch, id).length());
    }

    /** The ref that holds a task's checkpoints. */
    static String checkpoints(TaskId id) {
        return CHECKPOINTS + id;
    }

    /** The ref that holds those of this worktree: one of its own where another daemon's of the task is beside it. */
    static String checkpoints(Worktree worktree) {
        return checkpoints(worktree.taskId()) + suffix(worktree.branch(), worktree.taskId());
    }
}
