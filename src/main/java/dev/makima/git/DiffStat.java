package dev.makima.git;

/**
 * How much changed. A binary file counts as a file and no lines, a rename as one file.
 *
 * @param filesChanged files added, changed, renamed or deleted
 * @param insertions lines added
 * @param deletions lines removed
 */
public record DiffStat(int filesChanged, int insertions, int deletions) {
    /** Nothing changed. */
    public static final DiffStat NONE = new DiffStat(0, 0, 0);

    /** Such as {@code 3 files changed, 10 insertions, 1 deletion}. */
    @Override
    public String toString() {
        return count(filesChanged, "file") + " changed, " + count(insertions, "insertion") + ", "
                + count(deletions, "deletion");
    }

    private static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }
}
