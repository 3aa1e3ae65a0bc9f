package dev.makima.git;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells which branch a merge in progress is of, whoever began it: git itself records only the commit. */
final class MergeSource {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String HEADS = "refs/heads/";
    private static final String REMOTES = "refs/remotes/";

    /** As git words it under any locale; no branch's name holds a space. */
    private static final Pattern MESSAGE =
            Pattern.compile("Merge (?:remote-tracking )?branch '(\\S+)'(?: of \\S+)?(?: into \\S+)?");

    private MergeSource() {}

    /** What git would call a merge of this. */
    static String message(Revision revision) {
        String name = revision.name();
        if (name.startsWith(HEADS)) {
            return "Merge branch '" + name.substring(HEADS.length()) + "'";
        }
        if (name.startsWith(REMOTES)) {
            return "Merge remote-tracking branch '" + name.substring(REMOTES.length()) + "'";
        }
        return "Merge commit '" + name + "'";
    }

    /** Whether a merge is in progress. */
    static boolean isMerging(Path admin) {
        return Files.exists(admin.resolve("MERGE_HEAD"));
    }

    /** The branch that the message of the merge names, else one that is at the merged commit. */
    static Optional<String> find(Git git, Worktree worktree, Path admin) throws InterruptedException {
        if (!isMerging(admin)) {
            return Optional.empty();
        }
        Optional<String> named = firstLine(admin.resolve("MERGE_MSG"))
                .map(MESSAGE::matcher)
                .filter(Matcher::matches)
                .map(matcher -> matcher.group(1).replaceFirst("^refs/(heads|remotes)/", ""));
        if (named.isPresent()) {
            return named;
        }
        Optional<String> sha = firstLine(admin.resolve("MERGE_HEAD"));
        if (sha.isEmpty()) {
            return Optional.empty();
        }
        List<String> there = git.run(
                        worktree.path(),
                        LIMIT,
                        "for-each-ref",
                        "--points-at=" + sha.get(),
                        "--format=%(refname)",
                        HEADS)
                .lines();
        return there.stream().map(name -> name.substring(HEADS.length())).findFirst();
    }

    private static Optional<String> firstLine(Path file) {
        try {
            return Files.readString(file).lines().findFirst();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            // Not UTF-8, or gone half-way: what it says cannot be used, and the commit still tells.
            return Optional.empty();
        }
    }
}
