package dev.makima.git;

import java.nio.file.Path;

/** Gives one worktree its own author, without changing the repository's. */
final class WorktreeIdentity {
    private WorktreeIdentity() {}

    /**
     * Sets the values that the identity has. The caller holds the repository's lock.
     */
    static void apply(Git git, RepositoryConfig config, Path common, Path worktree, Identity identity)
            throws InterruptedException {
        if (identity.name() == null && identity.email() == null) {
            return;
        }
        enableWorktreeConfig(git, config, common);
        if (identity.name() != null) {
            RepositoryConfig.set(git, worktree, "--worktree", "user.name", identity.name());
        }
        if (identity.email() != null) {
            RepositoryConfig.set(git, worktree, "--worktree", "user.email", identity.email());
        }
    }

    /**
     * Lets worktrees have configuration of their own, which is an extension that the repository has to be told of. With it,
     * core.bare and core.worktree of the common file would hold for every worktree, so these two move to the main one's own
     * file first, as git-worktree(1) asks for. The caller holds the repository's lock.
     *
     * @param config the repository's, as it was read last
     */
    static void enableWorktreeConfig(Git git, RepositoryConfig config, Path common) throws InterruptedException {
        if (config.isTrue("extensions.worktreeconfig")) {
            return;
        }
        String own = common.resolve("config.worktree").toString();
        String shared = common.resolve("config").toString();
        if (config.isTrue("core.bare")) {
            RepositoryConfig.set(git, common, "--file", own, "core.bare", "true");
        }
        String tree = config.values().get("core.worktree");
        if (tree != null) {
            RepositoryConfig.set(git, common, "--file", own, "core.worktree", tree);
        }
        RepositoryConfig.set(git, common, "extensions.worktreeConfig", "true");
        if (config.isTrue("core.bare")) {
            RepositoryConfig.set(git, common, "--file", shared, "--unset-all", "core.bare");
        }
        if (tree != null) {
            RepositoryConfig.set(git, common, "--file", shared, "--unset-all", "core.worktree");
        }
    }
}
