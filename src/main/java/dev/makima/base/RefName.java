package dev.makima.base;

import java.util.regex.Pattern;

/**
 * A branch name or other git revision that came from outside and is safe as one argument of git.
 *
 * <p>The rules are those of git-check-ref-format(1) for branches, which also keep out what git would read as an
 * option or as a revision expression ("-f", "a..b", "HEAD~1", "@{u}").
 */
public record RefName(String value) {
    private static final Pattern FORBIDDEN =
            Pattern.compile("[\\x00-\\x20\\x7f~^:?*\\[\\\\]|\\.\\.|@\\{|//|/\\.|\\.lock(/|$)");

    /**
     * Checks the name.
     *
     * @throws MakimaException VALIDATION where git would not take it as a branch
     */
    public RefName {
        boolean bad = value.isEmpty()
                || value.length() > 240
                || value.equals("@")
                || value.startsWith("-")
                || value.startsWith("/")
                || value.startsWith(".")
                || value.endsWith("/")
                || value.endsWith(".")
                || FORBIDDEN.matcher(value).find();
        if (bad) {
            throw new MakimaException(
                    ErrorCode.VALIDATION,
                    "not a valid branch name: " + Text.abbreviate(value, 80),
                    "A branch name has no spaces, no '..', none of ~^:?*[\\ and does not start with '-'");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
