package dev.makima.git;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Applies one patch to one worktree: works the result out in trees, then writes the files that differ. */
final class PatchApplication {
    /** How git names a file that a patch does not fit. */
    private static final List<Pattern> MISFITS = List.of(
            Pattern.compile("error: patch failed: (.*):\\d+"),
            Pattern.compile("error: (.*): (?:patch does not apply|already exists in index|does not exist in index"
                    + "|does not match index|wrong type)"),
            Pattern.compile("error: cannot apply binary patch to '(.*)' without full index line"),
            Pattern.compile(
                    "error: the patch applies to '(.*)' \\(.*\\), which does not match the current contents\\."));

    private static final Pattern MOVED = Pattern.compile("not uptodate|would be (?:overwritten|removed)|would lose");

    private final Git git;
    private final ScratchIndex index;
    private final Path worktree;

    PatchApplication(Git git, ScratchIndex index, Path worktree) {
        this.git = git;
        this.index = index;
        this.worktree = worktree;
    }

    /** Does it, see {@link Patches#apply}. */
    AppliedPatch apply(byte[] plain, String baseSha) throws InterruptedException {
        if (PatchText.isBlank(plain)) {
            return new AppliedPatch.Clean(List.of());
        }
        PatchText.checkPaths(touched(plain));
        requireSettled();
        String now = index.workingTree();
        Outcome outcome = outcome(now, plain, baseSha);
        if (!outcome.conflicts().isEmpty()) {
            return new AppliedPatch.Conflicts(outcome.conflicts());
        }
        return write(now, outcome.tree());
    }

    /** @param tree the result where there are no conflicts */
    private record Outcome(String tree, List<String> conflicts) {}

    private List<String> touched(byte[] plain) throws InterruptedException {
        GitResult result = git.run(index.call("apply", "--numstat", "-z", "-").reading(plain));
        if (!result.ok()) {
            throw noPatch(result);
        }
        List<String> paths = new ArrayList<>();
        for (String field : result.fields()) {
            String[] parts = field.split("\t", 3);
            paths.add(parts[parts.length - 1]);
        }
        return paths;
    }

    private static MakimaException noPatch(GitResult result) {
        return new MakimaException(
                ErrorCode.VALIDATION,
                "this is not a whole git patch: " + GitFailure.reason(result),
                "Make the patch again from the task's worktree");
    }

    private void requireSettled() throws InterruptedException {
        Optional<String> operation = WorktreeState.operationIn(index.admin());
        if (operation.isPresent() || !index.unmerged().isEmpty()) {
            throw new MakimaException(
                    ErrorCode.CONFLICT,
                    "the patch was not applied, since in " + worktree + " "
                            + operation
                                    .map(what -> "a " + what + " is in progress")
                                    .orElse("there are unresolved conflicts"),
                    "End that first, then try again");
        }
    }

    private Outcome outcome(String now, byte[] plain, String baseSha) throws InterruptedException {
        Optional<String> patched = onBase(plain, baseSha);
        if (patched.isPresent()) {
            Optional<Outcome> merged = merged(now, patched.get(), baseSha);
            if (merged.isPresent()) {
                return merged.get();
            }
        }
        return direct(now, plain);
    }

    /** The tree of the base commit with the patch; empty where the commit is not here or the patch is not from it. */
    private Optional<String> onBase(byte[] plain, String baseSha) throws InterruptedException {
        String other = "base";
        if (!git.run(index.callOn(other, "read-tree", "--end-of-options", baseSha))
                .ok()) {
            return Optional.empty();
        }
        if (!git.run(index.callOn(other, "apply", "--cached", "--whitespace=nowarn", "-")
                        .reading(plain))
                .ok()) {
            return Optional.empty();
        }
        return Optional.of(
                git.runOk(index.callOn(other, "write-tree", "--missing-ok")).text());
    }

    /** The three-way merge; empty where this git cannot do it (before 2.38). */
    private Optional<Outcome> merged(String now, String patched, String baseSha) throws InterruptedException {
        GitResult result = git.run(index.call(
                "-c",
                "merge.directoryRenames=false",
                "merge-tree",
                "--write-tree",
                "-z",
                "--name-only",
                "--no-messages",
                commit(now, baseSha),
                commit(patched, baseSha)));
        List<String> fields = result.fields();
        if (result.ok()) {
            return Optional.of(new Outcome(fields.getFirst(), List.of()));
        }
        if (result.exitCode() != 1 || fields.size() < 2) {
            return Optional.empty();
        }
        return Optional.of(new Outcome(
                "", fields.subList(1, fields.size()).stream().distinct().toList()));
    }

    /** A commit for the merge to look at, which goes away with the scratch directory. */
    private String commit(String tree, String parent) throws InterruptedException {
        return git.runOk(index.call(
                        "-c",
                        "user.name=" + Identity.FALLBACK.name(),
                        "-c",
                        "user.email=" + Identity.FALLBACK.email(),
                        "commit-tree",
                        tree,
                        "-p",
                        parent,
                        "-m",
                        "scratch"))
                .text();
    }

    private Outcome direct(String now, byte[] plain) throws InterruptedException {
        String other = "direct";
        git.runOk(index.callOn(other, "read-tree", now));
        GitResult result = git.run(index.callOn(other, "apply", "--cached", "--whitespace=nowarn", "-")
                .reading(plain));
        if (result.ok()) {
            String tree =
                    git.runOk(index.callOn(other, "write-tree", "--missing-ok")).text();
            return new Outcome(tree, List.of());
        }
        Set<String> misfits = new LinkedHashSet<>();
        result.stderr()
                .lines()
                .forEach(line -> MISFITS.stream()
                        .map(pattern -> pattern.matcher(line))
                        .filter(Matcher::matches)
                        .forEach(matcher -> misfits.add(matcher.group(1))));
        if (misfits.isEmpty()) {
            throw noPatch(result);
        }
        return new Outcome("", List.copyOf(misfits));
    }

    private AppliedPatch write(String now, String result) throws InterruptedException {
        List<TreeChange> changes = TreeChange.between(git, index, now, result);
        List<String> inTheWay = inTheWay(changes);
        if (!inTheWay.isEmpty()) {
            return new AppliedPatch.Conflicts(inTheWay);
        }
        List<String> paths = changes.stream().map(TreeChange::path).toList();
        // Looks at all files first, and writes none where one is not as it was taken into the copy of the index.
        GitCall call = index.call("read-tree", "-m", "-u", now, result);
        try {
            GitResult written = git.run(call);
            if (written.ok()) {
                return new AppliedPatch.Clean(paths);
            }
            if (MOVED.matcher(written.stderr()).find()) {
                // Nothing is written yet, and what is there now is somebody's work.
                throw new MakimaException(
                        ErrorCode.CONFLICT,
                        "the files in " + worktree + " changed while the patch was applied, so it was not",
                        "Try again when nobody works there");
            }
            restore(now, changes);
            throw GitFailure.of(call, written);
        } catch (InterruptedException e) {
            restore(now, changes);
            throw e;
        }
    }

    /**
     * What the patch adds and where something is that git does not track: an ignored file, which nobody could get back.
     */
    private List<String> inTheWay(List<TreeChange> changes) {
        Set<String> going = new HashSet<>();
        changes.stream().filter(TreeChange::isDeletion).forEach(change -> going.add(change.path()));
        Set<String> found = new LinkedHashSet<>();
        for (TreeChange change : changes) {
            if (change.isAddition()) {
                String path = change.path();
                for (int end = path.indexOf('/'); end > 0; end = path.indexOf('/', end + 1)) {
                    String parent = path.substring(0, end);
                    if (isOther(worktree.resolve(parent)) && !going.contains(parent)) {
                        found.add(parent);
                    }
                }
                if (isOccupied(worktree.resolve(path), going)) {
                    found.add(path);
                }
            }
        }
        return List.copyOf(found);
    }

    private static boolean isOther(Path path) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    }

    private boolean isOccupied(Path path, Set<String> going) {
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            return isOther(path) && !going.contains(worktree.relativize(path).toString());
        }
        try (Stream<Path> inside = Files.walk(path)) {
            return inside.filter(PatchApplication::isOther)
                    .anyMatch(file -> !going.contains(worktree.relativize(file).toString()));
        } catch (IOException e) {
            // Not to be read is as good as in the way.
            return true;
        }
    }

    /** After a failure half-way (a full disk, an interrupt): what differs is put back as it was. */
    private void restore(String now, List<TreeChange> changes) {
        Undisturbed.run(worktree.toString(), () -> {
            git.run(index.callOn("back", "read-tree", now));
            StringBuilder back = new StringBuilder();
            for (TreeChange change : changes) {
                if (change.isAddition()) {
                    Files.deleteIfExists(worktree.resolve(change.path()));
                } else {
                    back.append(change.path()).append('\0');
                }
            }
            git.run(index.callOn("back", "checkout-index", "--force", "-z", "--stdin")
                    .reading(back.toString().getBytes(StandardCharsets.UTF_8)));
        });
    }
}
