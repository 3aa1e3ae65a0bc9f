package dev.makima.git;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.PrivateFiles;
import dev.makima.base.TaskId;
import dev.makima.base.Text;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes a repository for a task that starts from nothing: {@code new://name}, or {@code new}. The task works on its
 * branch main; there is no worktree beside it. Blocking; thread-safe for different tasks.
 */
final class NewRepositories {
    private static final String SCHEME = "new://";
    private static final String BRANCH = "main";
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Git git;
    private final GitSettings settings;
    private final Supplier<@Nullable Identity> identity;

    /** @param identity who commits, or null for what is configured; asked for each repository */
    NewRepositories(Git git, GitSettings settings, Supplier<@Nullable Identity> identity) {
        this.git = git;
        this.settings = settings;
        this.identity = identity;
    }

    /** Whether a task's repository is one that has to be made. */
    static boolean isMeant(String repository) {
        return repository.equals("new") || repository.startsWith(SCHEME);
    }

    /** The task's repository: the one it has, as it is, or a new one with an empty first commit. */
    Worktree create(WorktreeRequest request) throws InterruptedException {
        Optional<Worktree> existing = find(request.taskId());
        return existing.isPresent() ? existing.get() : make(request, _ -> {});
    }

    /** A new one, whatever the task has, with these contents: there as a whole, or not at all. */
    Worktree make(WorktreeRequest request, Continuation.Contents contents) throws InterruptedException {
        PrivateFiles.directory(settings.reposDir());
        Path made = settings.reposDir().resolve(".new-" + request.taskId());
        Path place = place(request);
        try {
            String first = initialize(made);
            contents.putInto(made);
            // Recorded before the rename: a repository that is in its place is whole.
            TaskRecords.write(
                    new Worktree(request.taskId(), place, made.resolve(".git"), BRANCH, BRANCH, first, List.of()));
            Files.move(made, place, StandardCopyOption.ATOMIC_MOVE);
            return new Worktree(request.taskId(), place, place.resolve(".git"), BRANCH, BRANCH, first, List.of());
        } catch (IOException e) {
            throw new MakimaException(
                    ErrorCode.IO,
                    "cannot make the repository " + place + ": " + e.getMessage(),
                    "Check the permissions and the free space there",
                    e);
        } finally {
            clear(made);
        }
    }

    /** The repository that was made for the task, if it is there. */
    Optional<Worktree> find(TaskId taskId) {
        if (!Files.isDirectory(settings.reposDir())) {
            return Optional.empty();
        }
        try (DirectoryStream<Path> candidates = Files.newDirectoryStream(settings.reposDir(), taskId.shortId() + "*")) {
            for (Path candidate : candidates) {
                Optional<Worktree> made = TaskRecords.read(candidate.resolve(".git"), taskId);
                if (made.isPresent()) {
                    return made;
                }
            }
            return Optional.empty();
        } catch (IOException | DirectoryIteratorException e) {
            throw new MakimaException(
                    ErrorCode.IO, "cannot read the directory " + settings.reposDir(), "Check its permissions", e);
        }
    }

    /** What an interrupted or failed attempt left; nothing else has this name. */
    private static void clear(Path directory) throws InterruptedException {
        if (Files.exists(directory)) {
            Undisturbed.run(directory.toString(), () -> Undisturbed.deleteTree(directory));
        }
    }

    private String initialize(Path directory) throws InterruptedException {
        clear(directory);
        git.runOk(settings.reposDir(), LIMIT, "init", "--quiet", "--initial-branch=" + BRANCH, directory.toString());
        @Nullable Identity named = identity.get();
        Identity author = named == null ? Identity.FALLBACK : named;
        RepositoryConfig inherited = RepositoryConfig.read(git, directory);
        setUnlessInherited(directory, inherited, "user.name", author.name());
        setUnlessInherited(directory, inherited, "user.email", author.email());
        git.runOk(
                directory,
                LIMIT,
                "commit",
                "--quiet",
                "--allow-empty",
                "--no-verify",
                "--no-gpg-sign",
                "--message=Initial commit");
        return git.runOk(directory, LIMIT, "rev-parse", "HEAD").text().strip();
    }

    private void setUnlessInherited(Path directory, RepositoryConfig inherited, String key, @Nullable String value)
            throws InterruptedException {
        if (value != null && inherited.values().getOrDefault(key, "").isBlank()) {
            RepositoryConfig.set(git, directory, key, value);
        }
    }

    private Path place(WorktreeRequest request) {
        String name =
                request.repository().startsWith(SCHEME) ? request.repository().substring(SCHEME.length()) : "";
        String suffix = name.isBlank() ? "new" : Text.sanitise(name);
        return names(request.taskId(), suffix).stream()
                .map(settings.reposDir()::resolve)
                .filter(candidate -> !Files.exists(candidate))
                .findFirst()
                .orElseThrow(() -> new MakimaException(
                        ErrorCode.CONFLICT,
                        "every name for the repository of task " + request.taskId() + " is in use",
                        "Remove the directories that begin with "
                                + request.taskId().shortId() + " from " + settings.reposDir()));
    }

    /** The task's short id with the name behind it, then more and more of the id. */
    private static List<String> names(TaskId taskId, String suffix) {
        String id = taskId.toString();
        return List.of(id.substring(0, 8), id.substring(0, 13), id).stream()
                .map(prefix -> prefix + "-" + suffix)
                .toList();
    }
}
