package dev.makima.daemon.project;

import dev.makima.base.RepoUrl;
import dev.makima.config.DaemonConfig.TrustedRepo;
import dev.makima.git.BroughtFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which repositories may run commands on this machine, by {@code worktree.trustedRepos}.
 *
 * <p>A path is compared with the place where the repository really lies, links resolved: its checkout, or the repository
 * itself where it is bare. So neither a link nor a subdirectory nor a worktree of it makes a difference. A URL is compared
 * as text: scheme and host in lower case, without user, password, {@code .git} and slashes at the end. An entry with
 * {@code /*} stands for what lies below, on whole parts of the path. A URL with {@code ..} or a percent sign in its path
 * is below nothing, since servers disagree about what it names. A repository cloned from a URL is never matched by a
 * path, and the other way round: what counts is how the task names it.
 *
 * <p>Immutable, thread-safe; reads links on the disk.
 */
public final class TrustedRepos {
    private static final Pattern URL = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://(?:[^/@]*@)?([^/]*)(.*)");
    private static final Pattern SHORT = Pattern.compile("([^/@\\s]+@)([^/:\\s]+):(.*)");

    private final List<TrustedRepo> entries;

    /** By these entries; the first that fits counts. */
    public TrustedRepos(List<TrustedRepo> entries) {
        this.entries = List.copyOf(entries);
    }

    /**
     * The entry that makes a repository trusted.
     *
     * @param repository as the task names it, or null where it names none
     * @param common its common git directory, or null where it is not on this machine yet
     */
    public Optional<TrustedRepo> find(@Nullable String repository, @Nullable Path common) {
        if (repository != null && RepoUrl.isUrl(repository)) {
            String url = normal(repository);
            return entries.stream()
                    .filter(entry -> RepoUrl.isUrl(entry.repo()) && fits(entry, url))
                    .findFirst();
        }
        if (common == null) {
            return Optional.empty();
        }
        Path place = real(BroughtFiles.checkoutOf(common).orElse(common));
        return entries.stream()
                .filter(entry -> !RepoUrl.isUrl(entry.repo()) && fits(entry, place))
                .findFirst();
    }

    private static boolean fits(TrustedRepo entry, String url) {
        String trusted = normal(entry.repo());
        if (!entry.below()) {
            return url.equals(trusted);
        }
        String rest = url.startsWith(trusted) ? url.substring(trusted.length()) : "";
        return rest.startsWith("/") && rest.indexOf('%') < 0 && !("/" + rest + "/").contains("/../");
    }

    private static boolean fits(TrustedRepo entry, Path place) {
        Path trusted = real(Path.of(entry.repo()));
        return entry.below() ? place.startsWith(trusted) && !place.equals(trusted) : place.equals(trusted);
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            // Not there (any more): then it is no repository's place either.
            return path.toAbsolutePath().normalize();
        }
    }

    /** The form in which spellings of one URL are the same. */
    private static String normal(String url) {
        String plain = url.replaceFirst("/*$", "").replaceFirst("\\.git$", "").replaceFirst("/*$", "");
        var whole = URL.matcher(plain);
        if (whole.matches()) {
            return whole.group(1).toLowerCase(Locale.ROOT) + "://"
                    + whole.group(2).toLowerCase(Locale.ROOT) + whole.group(3);
        }
        var brief = SHORT.matcher(plain);
        return brief.matches()
                ? brief.group(1) + brief.group(2).toLowerCase(Locale.ROOT) + ":" + brief.group(3)
                : plain;
    }
}
