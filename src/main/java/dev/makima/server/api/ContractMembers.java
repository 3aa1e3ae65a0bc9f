package dev.makima.server.api;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.server.store.RepositoryTable;
import dev.makima.server.store.Store;
import dev.makima.server.store.TaskTable;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.UUID;

/** Tasks that are to belong to a contract. Stateless. */
final class ContractMembers {
    private ContractMembers() {}

    /** The task as it is made: one of a contract is in that one's repository unless it names another. */
    static Future<TaskTable.NewTask> checked(Store store, TaskTable.NewTask task) {
        String named = task.spec().contractId();
        if (named == null) {
            return Future.succeededFuture(task);
        }
        UUID id = UUID.fromString(named);
        return store.contracts().get(task.ownerId(), id).compose(contract -> {
            if (contract.isEmpty()) {
                return Future.failedFuture(Errors.notFound("no contract " + id));
            }
            if (contract.get().completed()) {
                return Future.failedFuture(new MakimaException(
                        ErrorCode.CONFLICT, "contract " + id + " is completed", "Make a new one for further work"));
            }
            return store.repositories().list(id).map(repositories -> {
                Optional<RepositoryTable.Repository> first =
                        repositories.stream().findFirst();
                return task.with(task.spec()
                        .inContract(
                                named,
                                first.map(one -> one.url() == null ? one.localPath() : one.url())
                                        .orElse(null),
                                first.map(RepositoryTable.Repository::baseBranch)
                                        .orElse(null)));
            });
        });
    }
}
