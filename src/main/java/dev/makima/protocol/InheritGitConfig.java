package dev.makima.protocol;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Read the git identity somewhere and use it for every later worktree. */
public record InheritGitConfig(
        @Nullable String sourceDir, @Nullable UUID requestId) implements ServerFrame, CommandFrame {

    @Override
    public InheritGitConfig withRequestId(UUID requestId) {
        return new InheritGitConfig(sourceDir, requestId);
    }
}
