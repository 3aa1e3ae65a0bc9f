package dev.makima.base;

import java.util.regex.Pattern;

/**
 * The URL of a repository, in one of the forms git may be given from outside: http, https, ssh, file, or the short
 * form user@host:path. Everything else git knows (ext::, fd::, options) is refused, since it can run programs.
 */
public record RepoUrl(String value) {
    private static final Pattern SCHEME = Pattern.compile("(https?|ssh|file)://[^\\s\\x00-\\x1f\\x7f]+");
    private static final Pattern SHORT = Pattern.compile(
            "[A-Za-z0-9._][A-Za-z0-9._-]*@[A-Za-z0-9._][A-Za-z0-9.-]*:[^\\s\\x00-\\x1f\\x7f-][^\\s\\x00-\\x1f\\x7f]*");
    private static final Pattern OPTION_HOST = Pattern.compile("^[a-z]+://([^/@]*@)?-.*");

    /**
     * Checks the URL.
     *
     * @throws MakimaException VALIDATION where it is none of the forms
     */
    public RepoUrl {
        boolean good = isUrl(value) && !OPTION_HOST.matcher(value).matches() && value.length() <= 2000;
        if (!good) {
            throw new MakimaException(
                    ErrorCode.VALIDATION,
                    "not a repository URL: " + Text.abbreviate(withoutPassword(value), 120),
                    "Use http://, https://, ssh://, file:// or user@host:path");
        }
    }

    /** Whether the text has the form of a URL at all; a local path has not. */
    public static boolean isUrl(String text) {
        return SCHEME.matcher(text).matches() || SHORT.matcher(text).matches();
    }

    /** The URL as it may be shown: user information of http(s) URLs left out. */
    @Override
    public String toString() {
        return withoutPassword(value);
    }

    private static String withoutPassword(String url) {
        return url.replaceFirst("^(https?://)[^/@]*@", "$1");
    }
}
