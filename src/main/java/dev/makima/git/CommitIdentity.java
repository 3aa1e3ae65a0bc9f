package dev.makima.git;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who makes a commit of ours: the configured author, and {@link Identity#FALLBACK} for what is configured nowhere. */
final class CommitIdentity {
    private CommitIdentity() {}

    /** Options for git in front of the subcommand; they hold for one commit only and change no configuration. */
    static List<String> options(Git git, Path directory) throws InterruptedException {
        RepositoryConfig config = RepositoryConfig.read(git, directory);
        List<String> options = new ArrayList<>();
        addUnlessSet(options, config, "user.name", Identity.FALLBACK.name());
        if (!git.environmentHas("EMAIL")) {
            addUnlessSet(options, config, "user.email", Identity.FALLBACK.email());
        }
        return options;
    }

    private static void addUnlessSet(
            List<String> options, RepositoryConfig config, String key, @Nullable String value) {
        if (config.values().getOrDefault(key, "").isBlank()) {
            options.addAll(List.of("-c", key + "=" + value));
        }
    }
}
