package dev.makima.git;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The few files of git's that we read or write ourselves, because a git process for each would cost too much time. */
final class GitFiles {
    /** The one file under {@code .makima/} that is the repository's and no helper of ours. */
    static final String PROJECT_FILE = ".makima/project.toml";

    private static final String LINK = "gitdir: ";
    private static final List<String> HELPERS = List.of("/.makima/*", "!/" + PROJECT_FILE);

    private GitFiles() {}

    /**
     * The common git directory of a worktree, canonical: a linked one's, or the {@code .git} inside a repository's own;
     * empty where the directory is neither (any more). Knows the forms of gitrepository-layout(5), relative paths too.
     */
    static Optional<Path> commonDirectoryOf(Path worktree) {
        return adminDirectoryOf(worktree).flatMap(admin -> {
            try {
                Path link = admin.resolve("commondir");
                return Optional.of((Files.isRegularFile(link) ? admin.resolve(line(link)) : admin).toRealPath());
            } catch (IOException | InvalidPathException e) {
                // A worktree that git could not use either.
                return Optional.empty();
            }
        });
    }

    /** The directory with a worktree's own HEAD and index; empty where there is none. */
    static Optional<Path> adminDirectoryOf(Path worktree) {
        try {
            Path link = worktree.resolve(".git");
            if (Files.isDirectory(link)) {
                return Optional.of(link);
            }
            String text = Files.isRegularFile(link) ? line(link) : "";
            return text.startsWith(LINK)
                    ? Optional.of(worktree.resolve(text.substring(LINK.length())))
                    : Optional.empty();
        } catch (IOException | InvalidPathException e) {
            // As above.
            return Optional.empty();
        }
    }

    /**
     * Keeps {@code .makima/} in worktrees out of git's sight, but for the project file: helper files there never get into a
     * commit.
     *
     * <p>A linked worktree has no exclude file of its own, git reads the common one only. The line therefore holds for the
     * user's own checkout too; a core.excludesFile per worktree would have hidden the user's, and a .gitignore inside
     * the directory would go with it.
     */
    static void excludeHelpers(Path common) throws IOException {
        addToExclude(common, HELPERS);
    }

    /**
     * Adds lines to the common exclude file, those that it has not.
     *
     * @throws MakimaException IO where it cannot be written
     */
    static void exclude(Path common, List<String> lines) {
        try {
            addToExclude(common, lines);
        } catch (IOException e) {
            throw new MakimaException(
                    ErrorCode.IO, "cannot write to info/exclude in " + common + ": " + e, "Check its permissions", e);
        }
    }

    private static void addToExclude(Path common, List<String> lines) throws IOException {
        Path file = common.resolve("info").resolve("exclude");
        String text = Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
        Set<String> there = text.lines().collect(Collectors.toSet());
        List<String> missing = lines.stream()
                .map(GitFiles::asRead)
                .filter(line -> !there.contains(line))
                .toList();
        if (missing.isEmpty()) {
            return;
        }
        Files.createDirectories(common.resolve("info"));
        String added = (text.isEmpty() || text.endsWith("\n") ? "" : "\n") + String.join("\n", missing) + "\n";
        Files.writeString(
                file, added, StandardCharsets.ISO_8859_1, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** Bytes as characters: the file may hold names in any encoding. */
    private static String asRead(String line) {
        return new String(line.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** The file's text without the newlines at its end. */
    private static String line(Path file) throws IOException {
        String text = Files.readString(file);
        int end = text.length();
        while (end > 0 && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
            end--;
        }
        return text.substring(0, end);
    }
}
