package dev.makima.config;

import dev.makima.config.DaemonConfig.TrustedRepo;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A repository that is trusted: its path or URL, or a section {repo, files}. */
record TrustedRepoType() implements ValueType<TrustedRepo> {
    private static final Pattern URL = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://.*|[^/~\\s]+@[^/\\s]+:.*");

    @Override
    public String expected() {
        return "the path or URL of a repository, \"/*\" at its end for all below it, or {repo, files}";
    }

    @Override
    public String example() {
        return "\"~/code/project\"";
    }

    @Override
    public boolean secret() {
        return false;
    }

    @Override
    public TrustedRepo fromText(String text, Paths paths) {
        return make(text, null, paths);
    }

    @Override
    public TrustedRepo fromTree(Object value, Paths paths) {
        if (value instanceof String text) {
            return make(text, null, paths);
        }
        if (!(value instanceof Map<?, ?> map)) {
            throw new BadValueException(Found.describe(value, false));
        }
        @Nullable String repo = null;
        @Nullable String files = null;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            String key = String.valueOf(entry.getKey());
            if (!(entry.getValue() instanceof String text)) {
                throw new BadValueException("something that is no text for " + key);
            }
            switch (Names.normal(key)) {
                case "repo" -> repo = text;
                case "files" -> files = text;
                default -> throw new BadValueException("the unknown key \"" + key + "\"");
            }
        }
        if (repo == null) {
            throw new BadValueException("a section without repo");
        }
        return make(repo, files, paths);
    }

    @Override
    public Object show(TrustedRepo value) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("repo", value.repo() + (value.below() ? "/*" : ""));
        value.files().ifPresent(files -> out.put("files", files.toString()));
        return out;
    }

    private static TrustedRepo make(String text, @Nullable String files, Paths paths) {
        String repo = text.strip();
        boolean below = repo.endsWith("/*");
        if (below) {
            repo = repo.substring(0, repo.length() - 2);
        }
        if (repo.isEmpty() || repo.indexOf('*') >= 0) {
            throw new BadValueException(
                    Found.describe(text, false) + " (a star stands only at the end, behind a slash)");
        }
        if (repo.matches("(?i)https?://[^/]*@.*")) {
            // It would be shown, and counts for nothing in the comparison.
            throw new BadValueException("a URL with a user or password in it");
        }
        if (!URL.matcher(repo).matches()) {
            if (!repo.startsWith("/") && !repo.startsWith("~")) {
                throw new BadValueException(Found.describe(text, false) + " (neither a URL nor a whole path)");
            }
            repo = paths.resolve(repo).toString();
        }
        Optional<Path> from = Optional.ofNullable(files).map(paths::resolve);
        return new TrustedRepo(repo, below, from);
    }
}
