package dev.makima.server.contracts;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.TaskId;
import dev.makima.protocol.GetWorktreeInfo;
import dev.makima.protocol.ReadRepoFile;
import dev.makima.protocol.RepoFileContent;
import dev.makima.protocol.WorktreeInfoResult;
import dev.makima.server.core.Bus;
import dev.makima.server.store.Contract;
import dev.makima.server.store.RepositoryTable;
import dev.makima.server.store.Store;
import dev.makima.server.store.Task;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Documents that get their text from a repository on the machine where the supervisor's daemon is. Who asks is answered once
 * the daemon has the question; what comes of it is in the document's sync state, after a restart of the server too.
 *
 * <p>To be used on one event loop.
 */
public final class Documents {
    /** As long as a document may be that somebody sends. */
    static final int BYTES_MAX = 1 << 20;

    private final Store store;
    private final Bus bus;
    private final Duration within;
    private final Clock clock;

    /**
     * Documents in that store.
     *
     * @param within how long a daemon has for its answer
     */
    Documents(Store store, Bus bus, Duration within, Clock clock) {
        this.store = store;
        this.bus = bus;
        this.within = within;
        this.clock = clock;
    }

    /** Where a document's file is looked for. */
    public enum Place {
        /** The contract's repository, as it lies on the machine of the supervisor's daemon. */
        REPOSITORY,
        /** The supervisor's worktree. */
        WORKTREE
    }

    /**
     * Asks for a document's text.
     *
     * @param path relative, checked
     * @param place null for the repository where the contract has one on the machine, else the worktree
     * @return completes when the daemon has the question; fails with CONFLICT where the supervisor has no daemon or the
     *     contract no such place, with UNAVAILABLE where that daemon is not connected
     */
    public Future<Void> sync(Contract contract, UUID fileId, String path, @Nullable Place place) {
        return store.tasks().get(TaskId.of(contract.supervisorTaskId())).compose(found -> {
            String daemonId = found.map(Task::daemonId).orElse(null);
            if (daemonId == null) {
                return Future.failedFuture(new MakimaException(
                        ErrorCode.CONFLICT,
                        "no daemon has the supervisor of contract " + contract.id() + ", so nobody can read the file",
                        "Start it first: makima tasks start " + contract.supervisorTaskId()));
            }
            UUID daemon = UUID.fromString(daemonId);
            return directory(contract, found.orElseThrow(), daemon, place)
                    .compose(directory -> store.documentSyncs()
                            .asked(contract.id(), fileId, path, daemon, clock.instant())
                            .compose(_ -> bus.send(daemon, new ReadRepoFile(fileId, contract.id(), path, directory)))
                            .recover(failure -> store.documentSyncs()
                                    .answered(daemon, fileId, path, null, failure.getMessage(), clock.instant())
                                    .compose(_ -> Future.failedFuture(failure))));
        });
    }

    private Future<String> directory(Contract contract, Task supervisor, UUID daemon, @Nullable Place place) {
        Future<@Nullable String> local = place == Place.WORKTREE
                ? Future.succeededFuture()
                : store.repositories()
                        .list(contract.id())
                        .map(repositories -> repositories.stream()
                                .findFirst()
                                .map(RepositoryTable.Repository::localPath)
                                .orElse(null));
        return local.compose(path -> {
            if (path != null) {
                return Future.succeededFuture(path);
            }
            return place == Place.REPOSITORY
                    ? Future.failedFuture(new MakimaException(
                            ErrorCode.CONFLICT,
                            "the repository of contract " + contract.id() + " is no path on a daemon's machine",
                            "Read the file from the supervisor's worktree: send \"from\": \"worktree\""))
                    : worktree(supervisor, daemon);
        });
    }

    /** Its daemon knows where that is: the server does so only once the task has ended. */
    private Future<String> worktree(Task supervisor, UUID daemon) {
        return bus.ask(daemon, new GetWorktreeInfo(supervisor.id(), null), within)
                .compose(answer -> answer instanceof WorktreeInfoResult info && info.worktreePath() != null
                        ? Future.succeededFuture(info.worktreePath())
                        : Future.failedFuture(new MakimaException(
                                ErrorCode.CONFLICT,
                                "the supervisor has no worktree",
                                "Give the contract a repository by its path on the machine, or wait until the"
                                        + " supervisor runs")));
    }

    /** A daemon has read a file, or not; of one that was not asked for a document nothing follows. */
    Future<Void> heard(UUID daemonId, RepoFileContent answer) {
        @Nullable String error = refusal(answer);
        return store.documentSyncs()
                .answered(
                        daemonId,
                        answer.requestId(),
                        answer.filePath(),
                        error == null ? answer.content() : null, error, clock.instant())
                .mapEmpty();
    }

    private static @Nullable String refusal(RepoFileContent answer) {
        String content = answer.content();
        if (!answer.success() || content == null) {
            return Objects.requireNonNullElse(answer.error(), "the daemon does not say why it could not read the file");
        }
        if (content.indexOf('\0') >= 0) {
            return answer.filePath() + " is no text";
        }
        int bytes = content.getBytes(StandardCharsets.UTF_8).length;
        return bytes > BYTES_MAX
                ? answer.filePath() + " has " + bytes + " bytes; a document has at most " + BYTES_MAX
                : null;
    }

    /** What was asked for too long ago, or of a daemon that is away by now, is not waited for. */
    Future<Void> giveUpUnheard() {
        return store.documentSyncs().expire(clock.instant().minus(within), clock.instant());
    }
}
