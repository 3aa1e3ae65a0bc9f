package dev.makima.git;

import dev.makima.base.MakimaException;
import dev.makima.base.TaskId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Lists the branches of tasks. Reads only; thread-safe; blocking. */
public final class TaskBranches {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final String HEADS = "refs/heads/";

    private final Git git;
    private final String branchPrefix;

    /**
     * Task branches as this git sees them.
     *
     * @param branchPrefix what a branch without a record begins with where it is a task's all the same; a blank one
     *     makes no branch a task's
     */
    public TaskBranches(Git git, String branchPrefix) {
        this.git = git;
        this.branchPrefix = branchPrefix;
    }

    /**
     * All task branches of the worktree's repository, by name, the worktree's own too. Merged means: contained in the
     * HEAD of the worktree, so a branch without commits of its own is. The number of git calls does not grow with the number of
     * branches.
     *
     * @throws InterruptedException where the calling thread was interrupted
     * @throws MakimaException CONFLICT where the directory is not this task's worktree any more; COMMAND_FAILED,
     *     TIMEOUT or IO where the repository cannot be read
     */
    public List<TaskBranch> list(Worktree worktree) throws InterruptedException {
        TaskCheckout.admin(worktree);
        Map<String, TaskId> tasks = tasks(git, worktree);
        Set<String> merged = merged(worktree);
        List<String> fields = git.runOk(
                        worktree.path(),
                        LIMIT,
                        "for-each-ref",
                        "--format=%(refname)%00%(objectname)%00%(objectname:short)%00",
                        HEADS)
                .fields();
        List<Tip> tips = new ArrayList<>();
        for (int i = 0; i + 2 < fields.size(); i += 3) {
            String name = name(fields.get(i));
            if (tasks.containsKey(name) || (!branchPrefix.isBlank() && name.startsWith(branchPrefix))) {
                tips.add(new Tip(name, fields.get(i + 1), fields.get(i + 2)));
            }
        }
        Map<String, String> subjects = subjects(worktree, tips);
        return tips.stream()
                .map(tip -> new TaskBranch(
                        tip.name(),
                        tasks.get(tip.name()),
                        merged.contains(tip.name()),
                        tip.shortSha(),
                        subjects.getOrDefault(tip.sha(), "")))
                .toList();
    }

    private record Tip(String name, String sha, String shortSha) {}

    /** By commit. for-each-ref would tell them too, but not in UTF-8 where a commit has another encoding. */
    private Map<String, String> subjects(Worktree worktree, List<Tip> tips) throws InterruptedException {
        if (tips.isEmpty()) {
            return Map.of();
        }
        StringBuilder shas = new StringBuilder();
        tips.forEach(tip -> shas.append(tip.sha()).append('\n'));
        List<String> fields = git.runOk(GitCall.of(
                                worktree.path(),
                                LIMIT,
                                "rev-list",
                                "--no-walk=unsorted",
                                "--no-commit-header",
                                "--encoding=UTF-8",
                                "--format=%H%x00%s%x00",
                                "--stdin")
                        .reading(shas.toString().getBytes(StandardCharsets.UTF_8)))
                .fields();
        Map<String, String> subjects = new HashMap<>();
        for (int i = 0; i + 1 < fields.size(); i += 2) {
            subjects.put(fields.get(i).strip(), fields.get(i + 1));
        }
        return subjects;
    }

    /** The short name in a field; the newline before it ended the line of the branch before. */
    private static String name(String field) {
        return field.substring(field.indexOf(HEADS) + HEADS.length());
    }

    private Set<String> merged(Worktree worktree) throws InterruptedException {
        if (!git.run(worktree.path(), LIMIT, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
                .ok()) {
            // A HEAD without a commit contains nothing.
            return Set.of();
        }
        Set<String> names = new HashSet<>();
        git.runOk(worktree.path(), LIMIT, "for-each-ref", "--format=%(refname)", "--merged=HEAD", HEADS)
                .lines()
                .forEach(line -> names.add(name(line)));
        return names;
    }

    /** The task of each branch: as the branch's configuration says, else as a task's record does. */
    private static Map<String, TaskId> tasks(Git git, Worktree worktree) throws InterruptedException {
        Map<String, TaskId> tasks = new HashMap<>();
        for (Worktree recorded : TaskRecords.all(worktree.repository())) {
            tasks.put(recorded.branch(), recorded.taskId());
        }
        String start = "branch.";
        String end = ".makimatask";
        RepositoryConfig.read(git, worktree.path()).values().forEach((key, value) -> {
            if (key.startsWith(start) && key.endsWith(end)) {
                id(value)
                        .ifPresent(task -> tasks.put(key.substring(start.length(), key.length() - end.length()), task));
            }
        });
        return tasks;
    }

    /** The task that a branch of the worktree's repository belongs to, or null where that is not recorded. */
    static @Nullable TaskId taskOf(Git git, Worktree worktree, String branch) throws InterruptedException {
        return tasks(git, worktree).get(branch);
    }

    private static Optional<TaskId> id(String text) {
        try {
            return Optional.of(TaskId.of(text));
        } catch (MakimaException e) {
            // Somebody wrote something else there: as good as no record.
            return Optional.empty();
        }
    }
}
