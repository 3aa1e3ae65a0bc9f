package dev.makima.cli.doctor;

import dev.makima.git.Git;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Git: there, and new enough. */
record GitCheck(Patient patient) implements Check {
    private static final Pattern NUMBERS = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})");

    /** What the rest needs at all. */
    private static final int[] OLDEST = {2, 36};

    /** Where three-way merges of patches work without touching a worktree. */
    private static final int[] WHOLE = {2, 38};

    @Override
    public String subject() {
        return "git";
    }

    @Override
    public List<Finding> look() throws InterruptedException {
        String version = new Git(patient.environment().variables()).gitVersion();
        Matcher numbers = NUMBERS.matcher(version);
        if (!numbers.find()) {
            return List.of(new Finding.Warning(
                    "git", "git " + version + ": a version that nobody knows", "git 2.38 or newer is known to work"));
        }
        int[] found = {Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2))};
        if (Arrays.compare(found, OLDEST) < 0) {
            return List.of(new Finding.Wrong(
                    "git", "git " + version + " is too old", "Install git 2.36 or newer (apt install git)"));
        }
        return List.of(
                Arrays.compare(found, WHOLE) < 0
                        ? new Finding.Warning(
                                "git",
                                "git " + version + " cannot merge a patch three ways",
                                "Install git 2.38 or newer, so that work goes on from patches that do not apply as they are")
                        : new Finding.Fine("git", "git " + version));
    }
}
