package dev.makima.git;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import org.jspecify.annotations.Nullable;

/**
 * Who commits in the worktrees of tasks, in place of what the repository or the account has configured.
 *
 * @param name user.name, or null to leave that as configured
 * @param email user.email, or null to leave that as configured
 */
public record Identity(@Nullable String name, @Nullable String email) {
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

    private static void check(String what, @Nullable String value) {
        if (value != null && (value.length() > 200 || value.chars().anyMatch(Character::isISOControl))) {
            throw new MakimaException(
                    ErrorCode.VALIDATION, "not a git user " + what + ", or too long", "Give one line of text");
        }
    }
}
