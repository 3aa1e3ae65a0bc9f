package dev.makima.git;

import java.util.ArrayList;
import java.util.List;

/**
 * One file that differs between two trees; renames are a deletion and an addition.
 *
 * @param status git's letter: A, M, D or T
 * @param mode the new file's mode as git writes it, {@code 000000} for none
 * @param path the file
 */
record TreeChange(char status, String mode, String path) {
    private static final String NESTED = "160000";

    static List<TreeChange> between(Git git, ScratchIndex index, String from, String to) throws InterruptedException {
        List<String> fields = git.runOk(index.call("diff-tree", "-r", "-z", "--raw", "--no-renames", from, to))
                .fields();
        List<TreeChange> changes = new ArrayList<>();
        for (int i = 0; i + 1 < fields.size(); i += 2) {
            // ":<old mode> <new mode> <old> <new> <status>"
            String[] parts = fields.get(i).split(" ");
            changes.add(new TreeChange(parts[4].charAt(0), parts[1], fields.get(i + 1)));
        }
        return changes;
    }

    boolean isAddition() {
        return status == 'A';
    }

    boolean isDeletion() {
        return status == 'D';
    }

    /** Whether it is a repository in the repository, of which a tree knows the commit only. */
    boolean isNested() {
        return mode.equals(NESTED);
    }
}
