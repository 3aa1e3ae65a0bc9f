package dev.makima.config;

import dev.makima.base.MakimaException;
import dev.makima.base.RefName;
import dev.makima.base.RelativePath;
import dev.makima.base.RepoUrl;
import dev.makima.base.Text;
import dev.makima.config.DaemonConfig.AutoClone;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A repository to clone: its URL, or a section {url, name, branch, shallow}. */
record AutoCloneType() implements ValueType<AutoClone> {
    private static final Pattern SHORT = Pattern.compile("(github|gitlab):/*([^/\\s:][^\\s:]*/[^\\s:]+)");
    private static final Pattern LAST_PART = Pattern.compile("([^/:]+?)(\\.git)?/*$");

    @Override
    public String expected() {
        return "a repository URL, github:owner/name, gitlab:owner/name or {url, name, branch, shallow}";
    }

    @Override
    public String example() {
        return "\"github:owner/name\"";
    }

    @Override
    public boolean secret() {
        // A URL may hold a token; RepoUrl leaves it out where it speaks of one.
        return true;
    }

    @Override
    public AutoClone fromText(String text, Paths paths) {
        return make(text, null, null, false);
    }

    @Override
    public AutoClone fromTree(Object value, Paths paths) {
        return switch (value) {
            case String text -> make(text, null, null, false);
            case Map<?, ?> map -> fromMap(map);
            default -> throw new BadValueException(Found.describe(value, true));
        };
    }

    @Override
    public Object show(AutoClone value) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("url", value.url().toString());
        out.put("name", value.name().value());
        value.branch().ifPresent(branch -> out.put("branch", branch.value()));
        out.put("shallow", value.shallow());
        return out;
    }

    private static AutoClone fromMap(Map<?, ?> map) {
        @Nullable String url = null;
        @Nullable String name = null;
        @Nullable String branch = null;
        boolean shallow = false;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            String key = String.valueOf(entry.getKey());
            switch (Names.normal(key)) {
                case "url" -> url = text(key, entry.getValue());
                case "name" -> name = text(key, entry.getValue());
                case "branch" -> branch = text(key, entry.getValue());
                case "shallow" -> shallow = truth(entry.getValue());
                default -> throw new BadValueException("the unknown key \"" + Text.abbreviate(key, 40) + "\"");
            }
        }
        if (url == null) {
            throw new BadValueException("a section without url");
        }
        return make(url, name, branch, shallow);
    }

    private static String text(String key, @Nullable Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw new BadValueException((value == null ? "nothing" : Found.describe(value, true)) + " for " + key);
    }

    private static boolean truth(@Nullable Object value) {
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw new BadValueException((value == null ? "nothing" : Found.describe(value, true)) + " for shallow");
    }

    private static AutoClone make(String url, @Nullable String name, @Nullable String branch, boolean shallow) {
        try {
            RepoUrl repo = new RepoUrl(SHORT.matcher(url).replaceFirst("https://$1.com/$2"));
            RelativePath directory = new RelativePath(name == null ? lastPart(repo) : name);
            return new AutoClone(repo, directory, Optional.ofNullable(branch).map(RefName::new), shallow);
        } catch (MakimaException e) {
            throw new BadValueException("something that is " + e.what());
        }
    }

    private static String lastPart(RepoUrl url) {
        var matcher = LAST_PART.matcher(url.value());
        return matcher.find() ? matcher.group(1) : "";
    }
}
