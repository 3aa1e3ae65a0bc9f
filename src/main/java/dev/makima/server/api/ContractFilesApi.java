package dev.makima.server.api;

import dev.makima.base.MakimaException;
import dev.makima.base.RelativePath;
import dev.makima.base.Text;
import dev.makima.base.Uuids;
import dev.makima.server.contracts.Documents;
import dev.makima.server.store.Contract;
import dev.makima.server.store.ContractFileTable;
import dev.makima.server.store.ContractTable;
import dev.makima.server.store.Store;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The documents and the repositories of a contract. To be used on one event loop. */
final class ContractFilesApi {
    private final Store store;
    private final ContractStanding standing;
    private final Documents documents;
    private final Clock clock;

    ContractFilesApi(Store store, ContractStanding standing, Documents documents, Clock clock) {
        this.store = store;
        this.standing = standing;
        this.documents = documents;
        this.clock = clock;
    }

    /** The second id of the path. */
    static UUID part(RoutingContext context, String name, String kind) {
        String text = Objects.requireNonNullElse(context.pathParam(name), "");
        try {
            return Uuids.parse("id", text);
        } catch (MakimaException e) {
            throw Errors.notFound("no " + kind + " " + Text.abbreviate(text, 60));
        }
    }

    void list(RoutingContext context) {
        Page page = Page.asked(context, ContractStanding.LIMIT_DEFAULT, ContractStanding.LIMIT_MAX);
        standing.contract(context)
                .compose(contract -> store.contractFiles().list(contract.id(), page.behind(), page.reads()))
                .onSuccess(found -> Query.json(
                        context,
                        200,
                        page.of(
                                "files",
                                found,
                                one -> ContractJson.document(one, false),
                                ContractFileTable.Document::position)))
                .onFailure(context::fail);
    }

    void create(RoutingContext context) {
        Body body = Body.of(context);
        String name = ContractForm.name(body.needText("name"));
        String checked = path(body);
        String text = Objects.requireNonNullElse(body.text("body"), "");
        standing.contract(context)
                .compose(contract -> store.contractFiles()
                        .add(contract.id(), name, checked, text, clock.instant())
                        .compose(id -> need(contract, id)))
                .onSuccess(made -> Query.json(context, 201, ContractJson.document(made, true)))
                .onFailure(context::fail);
    }

    void get(RoutingContext context) {
        UUID id = part(context, "file", "document");
        answer(context, standing.contract(context).compose(contract -> need(contract, id)));
    }

    void update(RoutingContext context) {
        UUID id = part(context, "file", "document");
        Body body = Body.of(context);
        String name = body.text("name");
        String text = body.text("body");
        String path = path(body);
        if (name != null) {
            ContractForm.name(name);
        }
        standing.contract(context)
                .compose(contract -> Meant.of(
                                context, body, () -> need(contract, id).map(now -> ContractJson.document(now, true)))
                        .compose(meant -> need(contract, id)
                                .compose(_ -> store.contractFiles()
                                        .change(contract.id(), id, name, path, text, meant.version(), clock.instant())))
                        .compose(changed -> need(contract, id).onSuccess(now -> {
                            if (changed) {
                                Query.json(context, 200, ContractJson.document(now, true));
                            } else {
                                Meant.outdated(context, "document " + id, ContractJson.document(now, true));
                            }
                        })))
                .onFailure(context::fail);
    }

    private static @Nullable String path(Body body) {
        String path = body.text("path");
        return path == null ? null : new RelativePath(path).value();
    }

    /** Lets the supervisor's daemon read the document's text from the repository; what comes of it is seen in its state. */
    void sync(RoutingContext context) {
        UUID id = part(context, "file", "document");
        Body body = Body.of(context);
        String path = path(body);
        Documents.Place place = place(body.text("from"));
        standing.contract(context)
                .compose(contract -> need(contract, id)
                        .compose(document -> documents.sync(contract, id, needPath(path, document), place))
                        .compose(_ -> need(contract, id)))
                .onSuccess(now -> Query.json(context, 202, ContractJson.document(now, false)))
                .onFailure(context::fail);
    }

    private static Documents.@Nullable Place place(@Nullable String from) {
        return switch (from) {
            case null -> null;
            case "repository" -> Documents.Place.REPOSITORY;
            case "worktree" -> Documents.Place.WORKTREE;
            default ->
                throw Errors.validation("the field \"from\" is neither repository nor worktree", "Send one of them");
        };
    }

    private static String needPath(@Nullable String given, ContractFileTable.Document document) {
        String path = given == null ? document.path() : given;
        if (path == null) {
            throw Errors.validation(
                    "document " + document.id() + " has no path in a repository",
                    "Send one: \"path\": \"docs/plan.md\"");
        }
        return path;
    }

    void delete(RoutingContext context) {
        UUID id = part(context, "file", "document");
        gone(
                context,
                standing.contract(context)
                        .compose(contract -> store.contractFiles().delete(contract.id(), id, clock.instant())),
                "no document " + id);
    }

    void repositories(RoutingContext context) {
        standing.contract(context)
                .compose(contract -> store.repositories().list(contract.id()))
                .onSuccess(list ->
                        Query.json(context, 200, new JsonObject().put("repositories", ContractJson.repositories(list))))
                .onFailure(context::fail);
    }

    void addRepository(RoutingContext context) {
        Body body = Body.of(context);
        ContractTable.NewRepository repository = ContractForm.repository(body);
        boolean primary = body.flag("primary", false);
        standing.contract(context)
                .compose(contract -> store.repositories()
                        .add(contract.id(), repository, primary, clock.instant())
                        .compose(id -> store.repositories()
                                .list(contract.id())
                                .map(list -> list.stream()
                                        .filter(one -> one.id().equals(id))
                                        .findFirst()
                                        .orElseThrow(() -> Errors.notFound("no repository " + id)))))
                .onSuccess(made -> Query.json(context, 201, ContractJson.repository(made)))
                .onFailure(context::fail);
    }

    void deleteRepository(RoutingContext context) {
        UUID id = part(context, "repository", "repository");
        gone(
                context,
                standing.contract(context)
                        .compose(contract -> store.repositories().delete(contract.id(), id)),
                "no repository " + id);
    }

    private static void gone(RoutingContext context, Future<Boolean> deleted, String otherwise) {
        deleted.onFailure(context::fail).onSuccess(done -> {
            if (done) {
                context.response().setStatusCode(204).end();
            } else {
                context.fail(Errors.notFound(otherwise));
            }
        });
    }

    private Future<ContractFileTable.Document> need(Contract contract, UUID id) {
        return store.contractFiles()
                .get(contract.id(), id)
                .map(found -> found.orElseThrow(() -> Errors.notFound("no document " + id)));
    }

    private static void answer(RoutingContext context, Future<ContractFileTable.Document> document) {
        document.onSuccess(found -> Query.json(context, 200, ContractJson.document(found, true)))
                .onFailure(context::fail);
    }
}
