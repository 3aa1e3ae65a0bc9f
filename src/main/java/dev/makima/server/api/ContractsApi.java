package dev.makima.server.api;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.TaskId;
import dev.makima.server.contracts.Contracts;
import dev.makima.server.daemons.TaskEvents;
import dev.makima.server.store.Contract;
import dev.makima.server.store.ContractTable;
import dev.makima.server.store.Store;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Contracts: make, list, change, advance, end. To be used on one event loop. */
final class ContractsApi {
    private static final int LIMIT_DEFAULT = 50;
    private static final int LIMIT_MAX = 200;

    private final Store store;
    private final Contracts contracts;
    private final TaskEvents events;
    private final ContractStanding standing;
    private final Clock clock;

    ContractsApi(Store store, Contracts contracts, TaskEvents events, ContractStanding standing, Clock clock) {
        this.store = store;
        this.contracts = contracts;
        this.events = events;
        this.standing = standing;
        this.clock = clock;
    }

    void create(RoutingContext context) {
        ContractTable.NewContract asked = ContractForm.read(Body.of(context), Query.key(context));
        store.contracts()
                .add(asked, clock.instant())
                .compose(id -> store.contracts().get(asked.ownerId(), id))
                .onSuccess(made -> {
                    events.changed(TaskId.of(made.orElseThrow().supervisorTaskId()));
                    Query.json(context, 201, ContractJson.contract(made.orElseThrow()));
                })
                .onFailure(context::fail);
    }

    void list(RoutingContext context) {
        int limit = (int) Query.number(context, "limit", LIMIT_DEFAULT, 1, LIMIT_MAX);
        String status = Query.text(context, "status");
        if (status != null && !status.equals("active") && !status.equals("completed")) {
            throw Errors.validation(
                    "no contract is " + dev.makima.base.Text.abbreviate(status, 40), "Use active or completed");
        }
        ContractTable.Filter filter = new ContractTable.Filter(
                status == null ? null : status.equals("completed"),
                Cursor.read(Query.text(context, "cursor")),
                limit + 1);
        store.contracts()
                .list(Query.owner(context), filter)
                .onSuccess(found -> Query.json(context, 200, page(found, limit)))
                .onFailure(context::fail);
    }

    private static JsonObject page(List<Contract> found, int limit) {
        JsonArray list = new JsonArray();
        found.stream().limit(limit).forEach(one -> list.add(ContractJson.contract(one)));
        JsonObject page = new JsonObject().put("contracts", list);
        if (found.size() > limit) {
            Contract last = found.get(limit - 1);
            page.put("nextCursor", Cursor.of(last.createdAt(), last.id().toString()));
        }
        return page;
    }

    void get(RoutingContext context) {
        standing.contract(context)
                .compose(standing::whole)
                .onSuccess(whole -> Query.json(context, 200, whole))
                .onFailure(context::fail);
    }

    void update(RoutingContext context) {
        Body body = Body.of(context);
        String status = body.text("status");
        if (status != null && !status.equals("completed")) {
            throw Errors.validation("a contract can only be set to completed", "Send \"status\": \"completed\"");
        }
        String name = body.text("name");
        ContractTable.Change change = new ContractTable.Change(
                name == null ? null : ContractForm.name(name),
                body.text("description"),
                body.flagOrNull("autonomousLoop"),
                body.number("version", 1, Long.MAX_VALUE));
        boolean changes = change.name() != null || change.description() != null || change.autonomousLoop() != null;
        standing.contract(context).onFailure(context::fail).onSuccess(contract -> {
            Future<Boolean> changed = changes
                    ? store.contracts().change(contract.id(), change, clock.instant())
                    : Future.succeededFuture(change.version() == null || change.version() == contract.version());
            changed.onFailure(context::fail).onSuccess(done -> {
                if (!done) {
                    conflict(context, contract);
                } else if (status == null) {
                    answer(context);
                } else {
                    end(context, contract, null);
                }
            });
        });
    }

    void complete(RoutingContext context) {
        Long version = Body.of(context).number("version", 1, Long.MAX_VALUE);
        standing.contract(context).onFailure(context::fail).onSuccess(contract -> end(context, contract, version));
    }

    private void end(RoutingContext context, Contract contract, @Nullable Long version) {
        contracts
                .complete(contract, Query.agent(context) == null, version)
                .onFailure(context::fail)
                .onSuccess(_ -> answer(context));
    }

    void phase(RoutingContext context) {
        Body body = Body.of(context);
        String phase = body.needText("phase");
        Long version = body.number("version", 1, Long.MAX_VALUE);
        standing.contract(context)
                .compose(contract -> standing.checklist(contract)
                        .compose(checklist -> contracts.advance(
                                contract, phase, checklist.open(), Query.agent(context) == null, version)))
                .onFailure(context::fail)
                .onSuccess(_ -> answer(context));
    }

    void delete(RoutingContext context) {
        standing.contract(context)
                .compose(contracts::delete)
                .onSuccess(_ -> context.response().setStatusCode(204).end())
                .onFailure(context::fail);
    }

    private void answer(RoutingContext context) {
        standing.contract(context)
                .onSuccess(contract -> Query.json(context, 200, ContractJson.contract(contract)))
                .onFailure(context::fail);
    }

    /** Somebody else has changed it: the answer shows how it is now. */
    private void conflict(RoutingContext context, Contract contract) {
        MakimaException why = new MakimaException(
                ErrorCode.CONFLICT,
                "contract " + contract.id() + " has version " + contract.version() + " by now",
                "Look at what it is now, and send that version");
        Query.json(
                context,
                409,
                new JsonObject()
                        .put("code", why.code().name())
                        .put("message", why.explain())
                        .put("current", ContractJson.contract(contract)));
    }
}
