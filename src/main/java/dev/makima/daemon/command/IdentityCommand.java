package dev.makima.daemon.command;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.daemon.store.StoreClient;
import dev.makima.daemon.store.StoreRequest;
import dev.makima.git.GitTools;
import dev.makima.git.Identity;
import dev.makima.protocol.GitConfigInherited;
import dev.makima.protocol.InheritGitConfig;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The command that has later worktrees commit as somebody who is configured somewhere else.
 *
 * <p>The identity is kept in the daemon's database, so that it holds for the next daemon too, until another is
 * inherited. No repository is ever written to: each worktree gets the identity as its own. Blocking; thread-safe.
 */
final class IdentityCommand {
    private static final String SETTING = "git.identity";

    private final GitTools git;
    private final StoreClient store;
    private final Path workingDirectory;

    /**
     * The command of one daemon.
     *
     * @param workingDirectory where it looks when nothing is named
     */
    IdentityCommand(GitTools git, StoreClient store, Path workingDirectory) {
        this.git = git;
        this.store = store;
        this.workingDirectory = workingDirectory;
    }

    Reply inherit(InheritGitConfig command) throws InterruptedException {
        @Nullable String named = command.sourceDir();
        Path source = named == null || named.isBlank()
                ? workingDirectory
                : git.clones().expand(ReadCommands.path(named));
        Identity identity = Identity.configuredIn(git.git(), source);
        if (identity.name() == null && identity.email() == null) {
            throw new MakimaException(
                    ErrorCode.NOT_FOUND,
                    "neither user.name nor user.email is configured in " + source,
                    "Set them there with: git config user.name NAME; git config user.email ADDRESS");
        }
        git.worktrees().commitAs(identity);
        JsonObject kept = new JsonObject().put("name", identity.name()).put("email", identity.email());
        return Reply.of(new GitConfigInherited(true, identity.email(), identity.name(), null, null, null))
                .saving(events -> new StoreRequest.SetSetting(SETTING, kept.encode(), events));
    }

    /** Takes up what an earlier daemon inherited. Blocking, before the first task. */
    void takeUp() throws InterruptedException {
        store.await(new StoreRequest.GetSetting(SETTING))
                .map(JsonObject::new)
                .map(kept -> new Identity(kept.getString("name"), kept.getString("email")))
                .ifPresent(git.worktrees()::commitAs);
    }
}
