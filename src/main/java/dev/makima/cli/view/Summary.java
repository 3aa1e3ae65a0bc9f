package dev.makima.cli.view;

import dev.makima.cli.api.TaskView;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is said when a task has ended: how, what it cost, where its work is, and the commands to look at it. */
public final class Summary {
    private final Style style;

    /** A summary in that style. */
    public Summary(Style style) {
        this.style = style;
    }

    /**
     * The lines for an ended task.
     *
     * @param elapsedMillis how long the person waited, where the task does not know its own time
     */
    public List<String> lines(TaskView task, long elapsedMillis) {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add(headline(task, elapsedMillis));
        reason(task, lines);
        changes(task, lines);
        if (task.prUrl() != null) {
            lines.add(field("pull", Printable.line(task.prUrl())));
        }
        commands(task, lines);
        return lines;
    }

    private String headline(TaskView task, long elapsedMillis) {
        String time = Amounts.duration(task.tookMillis().orElse(elapsedMillis));
        String cost = task.costUsd() == null ? "" : " · " + Amounts.cost(task.costUsd());
        String turns = task.turns() == null ? "" : " · " + Amounts.count(task.turns(), "turn");
        String rest = " in " + time + cost + turns;
        return switch (task.status()) {
            case "done" ->
                task.doneButNotDelivered()
                        ? style.yellow("! done, but " + missing(task)) + " · " + rest.substring(4)
                        : style.green("✓ done") + rest;
            case "failed" -> style.red("✗ failed") + rest;
            case "interrupted" -> style.yellow("■ interrupted") + " after " + rest.substring(4);
            default -> Printable.line(task.status()) + rest; // a String from outside
        };
    }

    private static String missing(TaskView task) {
        return switch (task.completionAction() == null ? "" : task.completionAction()) {
            case "merge" -> "not merged";
            case "pr" -> "without a pull request";
            case "branch" -> "without its branch";
            default -> "its work did not get where it was to go"; // a String from outside
        };
    }

    private void reason(TaskView task, List<String> lines) {
        if (task.errorMessage() != null
                && !task.errorMessage().isBlank()
                && !task.status().equals("done")) {
            String[] parts = Printable.text(task.errorMessage()).strip().split("\n");
            for (int i = 0; i < Math.min(parts.length, 12); i++) {
                lines.add(i == 0 ? field("reason", parts[i]) : field("", parts[i]));
            }
        }
    }

    private void changes(TaskView task, List<String> lines) {
        if (unchanged(task)) {
            lines.add(field("changes", "nothing was changed, so there is nothing to look at"));
            @Nullable String said = task.completionMessage();
            if (said != null && !saysOnlyWhere(task) && !said.startsWith("nothing was changed")) {
                lines.add(field("result", Printable.line(said)));
            }
            return;
        }
        if (task.branch() != null) {
            String commit = task.commitSha() == null ? "" : style.dim("  " + shortSha(task.commitSha()));
            lines.add(field("branch", style.bold(Printable.line(task.branch())) + commit));
        }
        if (task.filesChanged() != null && (task.branch() != null || task.filesChanged() > 0)) {
            int added = task.insertions() == null ? 0 : task.insertions();
            int removed = task.deletions() == null ? 0 : task.deletions();
            lines.add(field("changes", Amounts.count(task.filesChanged(), "file") + ", +" + added + " −" + removed));
        }
        boolean nothing = task.commitSha() == null && task.prUrl() == null;
        boolean unplaced = task.branch() == null;
        if (task.completionMessage() != null && !saysOnlyWhere(task) && (nothing || unplaced || goesSomewhere(task))) {
            lines.add(field("result", Printable.line(task.completionMessage())));
        }
        if (task.worktreePath() != null
                && (nothing || unplaced || !task.status().equals("done"))) {
            lines.add(field("work in", Printable.line(task.worktreePath())));
        }
    }

    /** Where the work could not be brought to where it was to go, the numbers are 0 though there may be some. */
    private static boolean unchanged(TaskView task) {
        return task.status().equals("done")
                && !task.doneButNotDelivered()
                && task.prUrl() == null
                && task.filesChanged() != null
                && task.filesChanged() == 0;
    }

    /** The daemon's word on work that is left in its worktree, which is told in lines of its own, or gone by now. */
    private static boolean saysOnlyWhere(TaskView task) {
        String message = task.completionMessage() == null ? "" : task.completionMessage();
        String path = task.worktreePath() == null ? "" : task.worktreePath();
        return task.branch() != null && message.startsWith("The work is in " + path) && message.endsWith(task.branch());
    }

    private void commands(TaskView task, List<String> lines) {
        @Nullable String branch = task.branch();
        @Nullable String repository = repository(task);
        boolean nothing = task.filesChanged() != null && task.filesChanged() == 0;
        if (task.commitSha() == null) {
            if (task.worktreePath() != null && !nothing) {
                // Not committed: a branch shows nothing of it.
                lines.add(field("look", "git -C " + Shell.quote(task.worktreePath()) + " status"));
            }
        } else if (branch != null && repository != null && !nothing) {
            String git = "git -C " + Shell.quote(repository);
            lines.add(field("look", git + " log -p " + range(task, branch)));
            if (!"pr".equals(task.completionAction()) && !merged(task, branch)) {
                lines.add(field("take it", git + " merge " + Shell.quote(branch)));
            }
        } else if (task.worktreePath() != null && !nothing) {
            // A branch that was pushed is not there by its name; its commit is.
            lines.add(field(
                    "look",
                    "git -C " + Shell.quote(task.worktreePath()) + " log -p -1 " + Shell.quote(task.commitSha())));
        }
        if (!task.status().equals("done")) {
            lines.add(field("output", "makima tasks output " + task.shortId()));
        }
    }

    /** Whether the work was to end somewhere else than on a branch of its own: then the daemon's word says how that went. */
    private static boolean goesSomewhere(TaskView task) {
        return "merge".equals(task.completionAction()) || "pr".equals(task.completionAction());
    }

    /** Where a merge did not come about, the work is on a branch of its own. Else the branch's last commit is the merge. */
    private static boolean merged(TaskView task, String branch) {
        return "merge".equals(task.completionAction()) && !branch.startsWith("makima/");
    }

    /** The work's commits. A branch that was only pushed is not here by its name, its commit is. */
    private static String range(TaskView task, String branch) {
        @Nullable String base = task.baseBranch();
        @Nullable String sha = task.commitSha();
        if (merged(task, branch)) {
            return "-m --first-parent -1 " + (sha == null ? Shell.quote(branch) : Shell.quote(sha));
        }
        String end = "pr".equals(task.completionAction()) && sha != null ? Shell.quote(sha) : Shell.quote(branch);
        return base == null ? "-1 " + end : Shell.quote(base) + ".." + end;
    }

    /** Where the branch is, if that is a directory on some machine rather than a URL. */
    private static @Nullable String repository(TaskView task) {
        if (task.targetRepoPath() != null) {
            return task.targetRepoPath();
        }
        @Nullable String url = task.repositoryUrl();
        return url != null && url.startsWith("/") ? url : null;
    }

    private static String shortSha(String sha) {
        return Printable.line(sha.length() > 9 ? sha.substring(0, 9) : sha);
    }

    private String field(String name, String value) {
        return "  " + style.dim(name + " ".repeat(Math.max(1, 9 - name.length()))) + value;
    }
}
