package dev.makima.git;

import dev.makima.base.MakimaException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A worktree at one moment: what is uncommitted in it, and where it stands.
 *
 * @param path the directory
 * @param exists whether it is there; where it is not, all else is empty
 * @param files the first {@value #FILES_MAX} files with uncommitted changes, new ones included, by path
 * @param stat all of them
 * @param branch the branch that is checked out; null where HEAD is detached
 * @param headSha the commit that is checked out, in full; null where there is none yet
 */
public record WorktreeInfo(
        Path path,
        boolean exists,
        List<UncommittedFile> files,
        DiffStat stat,
        @Nullable String branch,
        @Nullable String headSha) {
    /** How many files are listed: an agent may have unpacked an archive. */
    public static final int FILES_MAX = 5000;

    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** Copies the list. */
    public WorktreeInfo {
        files = List.copyOf(files);
    }

    /**
     * Looks at it, without touching the agent's index.
     *
     * @throws InterruptedException where the calling thread was interrupted
     * @throws MakimaException CONFLICT where the directory is there and not this task's worktree any more;
     *     COMMAND_FAILED, TIMEOUT or IO where it cannot be read
     */
    public static WorktreeInfo read(Git git, Worktree worktree) throws InterruptedException {
        Path path = worktree.path();
        if (!Files.isDirectory(path)) {
            return new WorktreeInfo(path, false, List.of(), DiffStat.NONE, null, null);
        }
        TaskCheckout.admin(worktree);
        String head = Revision.commit(git, path, "HEAD").orElse(null);
        GitResult symbolic = git.run(path, LIMIT, "symbolic-ref", "--quiet", "HEAD");
        String branch = symbolic.ok() ? symbolic.text().replaceFirst("^refs/heads/", "") : null;
        List<UncommittedFile> all = changes(git, worktree);
        int insertions = all.stream().mapToInt(UncommittedFile::insertions).sum();
        int deletions = all.stream().mapToInt(UncommittedFile::deletions).sum();
        DiffStat stat = new DiffStat(all.size(), insertions, deletions);
        return new WorktreeInfo(path, true, all.stream().limit(FILES_MAX).toList(), stat, branch, head);
    }

    private static List<UncommittedFile> changes(Git git, Worktree worktree) throws InterruptedException {
        String from = Diffs.headOrNothing(git, worktree.path());
        try (ScratchIndex index = ScratchIndex.withNewFiles(git, worktree)) {
            GitCall call = index.call(
                    "diff",
                    "--raw",
                    "--numstat",
                    "-z",
                    "--find-renames",
                    "--no-ext-diff",
                    "--no-textconv",
                    "--no-relative",
                    "--ignore-submodules=dirty",
                    "--end-of-options",
                    from,
                    "--");
            // The scratch index has taken the files with conflicts for resolved.
            List<String> conflicts = new ConflictResolution(git).conflicts(worktree.path());
            return parse(git.runOk(call).fields(), Set.copyOf(conflicts));
        }
    }

    /**
     * Joins the two parts of the output. Raw: {@code :modes shas status NUL path NUL}, with a second path for a rename.
     * Numstat: {@code added TAB deleted TAB path NUL}, where a rename has no path there but both after it.
     */
    static List<UncommittedFile> parse(List<String> fields, Set<String> conflicts) {
        Map<String, String> statuses = new LinkedHashMap<>();
        Map<String, UncommittedFile> found = new LinkedHashMap<>();
        for (int i = 0; i < fields.size(); i++) {
            String field = fields.get(i);
            if (field.startsWith(":")) {
                String status = field.substring(field.lastIndexOf(' ') + 1).substring(0, 1);
                i += status.equals("R") || status.equals("C") ? 2 : 1;
                statuses.put(fields.get(i), conflicts.contains(fields.get(i)) ? "U" : status);
                continue;
            }
            String[] parts = field.split("\t", 3);
            String path = parts[2];
            if (path.isEmpty()) {
                i += 2;
                path = fields.get(i);
            }
            UncommittedFile change = new UncommittedFile(
                    path, statuses.getOrDefault(path, "M"), Changes.number(parts[0]), Changes.number(parts[1]));
            found.merge(path, change, (one, two) -> two);
        }
        statuses.forEach((path, status) -> found.putIfAbsent(path, new UncommittedFile(path, status, 0, 0)));
        return new ArrayList<>(found.values());
    }
}
