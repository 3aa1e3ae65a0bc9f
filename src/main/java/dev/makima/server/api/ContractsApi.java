package dev.makima.server.api;

import dev.makima.base.TaskId;
import dev.makima.base.Text;
import dev.makima.server.contracts.Contracts;
import dev.makima.server.daemons.TaskEvents;
import dev.makima.server.store.Contract;
import dev.makima.server.store.ContractTable;
import dev.makima.server.store.Store;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
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
        Page page = Page.asked(context, LIMIT_DEFAULT, LIMIT_MAX);
        String status = Query.text(context, "status");
        if (status != null && !status.equals("active") && !status.equals("completed")) {
            throw Errors.validation("no contract is " + Text.abbreviate(status, 40), "Use active or completed");
        }
        ContractTable.Filter filter = new ContractTable.Filter(
                status == null ? null : status.equals("completed"), page.behind(), page.reads());
        store.contracts()
                .list(Query.owner(context), filter)
                .onSuccess(found -> Query.json(
                        context, 200, page.of("contracts", found, ContractJson::contract, Contract::position)))
                .onFailure(context::fail);
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
        String changedName = name == null ? null : ContractForm.name(name);
        String description = body.text("description");
        Boolean loop = body.flagOrNull("autonomousLoop");
        boolean changes = name != null || description != null || loop != null;
        standing.contract(context)
                .compose(contract -> Meant.of(context, body, () -> standing.whole(contract))
                        .compose(meant -> {
                            ContractTable.Change change =
                                    new ContractTable.Change(changedName, description, loop, meant.version());
                            Future<Boolean> changed = changes
                                    ? store.contracts().change(contract.id(), change, clock.instant())
                                    : Future.succeededFuture(
                                            meant.version() == null || meant.version() == contract.version());
                            // What was just changed has another version, which nobody has seen yet.
                            Long ended = changes ? null : meant.version();
                            return changed.compose(done -> done && status != null
                                    ? contracts.complete(contract, Query.agent(context) == null, ended)
                                    : Future.succeededFuture(done));
                        }))
                .onSuccess(done -> answer(context, done))
                .onFailure(context::fail);
    }

    void complete(RoutingContext context) {
        Long version = version(context);
        standing.contract(context)
                .compose(contract -> contracts.complete(contract, Query.agent(context) == null, version))
                .onSuccess(done -> answer(context, done))
                .onFailure(context::fail);
    }

    private static @Nullable Long version(RoutingContext context) {
        return Body.of(context).number("version", 1, Long.MAX_VALUE);
    }

    void phase(RoutingContext context) {
        String phase = Body.of(context).needText("phase");
        Long version = version(context);
        standing.contract(context)
                .compose(contract -> standing.checklist(contract)
                        .compose(checklist -> contracts.advance(
                                contract, phase, checklist.open(), Query.agent(context) == null, version)))
                .onSuccess(done -> answer(context, done))
                .onFailure(context::fail);
    }

    void delete(RoutingContext context) {
        boolean discardUnmerged = "true".equals(Query.text(context, "discardUnmerged"));
        standing.contract(context)
                .compose(contract -> contracts.delete(contract, discardUnmerged))
                .onSuccess(_ -> context.response().setStatusCode(204).end())
                .onFailure(context::fail);
    }

    /** The contract as it is by now, be it because of what was asked or in spite of it. */
    private void answer(RoutingContext context, boolean done) {
        standing.contract(context)
                .onSuccess(contract -> {
                    if (done) {
                        Query.json(context, 200, ContractJson.contract(contract));
                    } else {
                        Meant.outdated(context, "contract " + contract.id(), ContractJson.contract(contract));
                    }
                })
                .onFailure(context::fail);
    }
}
