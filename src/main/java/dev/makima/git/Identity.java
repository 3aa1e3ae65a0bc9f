package dev.makima.git;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Who commits in the worktrees of tasks, in place of what the repository or the account has configured.
 *
 * @param name user.name, or null to leave that as configured
 * @param email user.email, or null to leave that as configured
 */
public record Identity(@Nullable String name, @Nullable String email) {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** The identity of our own commits where none is configured anywhere. */
    public static final Identity FALLBACK = new Identity("Makima", "makima@localhost");

    /**
     * Checks the values.
     *
     * @throws MakimaException VALIDATION where one holds a control character or is longer than 200
     */
    public Identity {
        check("name", name);
        check("email", email);
    }

    /**
     * Who would commit in this directory: by its repository's configuration, where it is in one, else by the account's.
     * Reads only; blocking.
     *
     * @throws InterruptedException where the calling thread was interrupted
     * @throws MakimaException NOT_FOUND where the directory is not there; VALIDATION for a value that is none;
     *     COMMAND_FAILED or TIMEOUT where git failed
     */
    public static Identity configuredIn(Git git, Path directory) throws InterruptedException {
        return new Identity(value(git, directory, "user.name"), value(git, directory, "user.email"));
    }

    private static @Nullable String value(Git git, Path directory, String key) throws InterruptedException {
        GitCall call = GitCall.of(directory, LIMIT, "config", "--get", key);
        GitResult result = git.run(call);
        // Exit code 1 without a word: there is none.
        if (!result.ok() && result.exitCode() != 1) {
            throw GitFailure.of(call, result);
        }
        return result.ok() && !result.text().isBlank() ? result.text() : null;
    }

    private static void check(String what, @Nullable String value) {
        if (value != null && (value.length() > 200 || value.chars().anyMatch(Character::isISOControl))) {
            throw new MakimaException(
                    ErrorCode.VALIDATION, "not a git user " + what + ", or too long", "Give one line of text");
        }
    }
}
