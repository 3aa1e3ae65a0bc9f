package dev.makima.server.api;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.Uuids;
import dev.makima.protocol.ReauthState;
import dev.makima.protocol.SubmitAuthCode;
import dev.makima.protocol.TriggerReauth;
import dev.makima.server.core.Bus;
import dev.makima.server.core.Logins;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.UUID;

/** The logins of agents on daemons' machines. To be used on one event loop. */
final class LoginsApi {
    private static final int CODE_MAX = 4096;

    private final DaemonsApi daemons;
    private final Logins logins;
    private final Bus bus;
    private final Duration within;

    /**
     * Logins at those daemons.
     *
     * @param within how long one has for its answer
     */
    LoginsApi(DaemonsApi daemons, Logins logins, Bus bus, Duration within) {
        this.daemons = daemons;
        this.logins = logins;
        this.bus = bus;
        this.within = within;
    }

    /** Begins one, and waits for the URL, or for its end. */
    void begin(RoutingContext context) {
        UUID requestId = UUID.randomUUID();
        daemons.need(context)
                .compose(daemon -> {
                    UUID id = UUID.fromString(daemon.id());
                    Future<Logins.Login> told = logins.await(requestId, state -> state != ReauthState.PENDING, within);
                    return bus.send(id, new TriggerReauth(requestId))
                            .compose(sent -> told)
                            // It has begun, if no more: whoever asked looks again later.
                            .recover(failure -> logins.of(id)
                                    .filter(login -> login.status().requestId().equals(requestId))
                                    .map(Future::succeededFuture)
                                    .orElseGet(() -> Future.failedFuture(failure)));
                })
                .onSuccess(login -> Query.json(context, 200, json(login)))
                .onFailure(context::fail);
    }

    /** How the last one goes. */
    void get(RoutingContext context) {
        daemons.need(context)
                .map(daemon -> logins.of(UUID.fromString(daemon.id()))
                        .orElseThrow(() -> new MakimaException(
                                ErrorCode.NOT_FOUND,
                                "no login was asked for at daemon " + daemon.id() + " since the server's start",
                                "Begin one first")))
                .onSuccess(login -> Query.json(context, 200, json(login)))
                .onFailure(context::fail);
    }

    /** Hands in the code that a person got at the URL, and waits for the end. */
    void code(RoutingContext context) {
        Body body = Body.of(context);
        String code = body.needText("code");
        if (code.length() > CODE_MAX) {
            throw Errors.validation("the code is longer than " + CODE_MAX + " characters", "Send the code alone");
        }
        String named = body.text("requestId");
        UUID given = named == null ? null : Uuids.parse("requestId", named);
        daemons.need(context)
                .compose(daemon -> {
                    UUID id = UUID.fromString(daemon.id());
                    UUID requestId = given != null ? given : open(id);
                    Future<Logins.Login> told = logins.await(
                            requestId, state -> state == ReauthState.COMPLETED || state == ReauthState.FAILED, within);
                    return bus.send(id, new SubmitAuthCode(requestId, code)).compose(sent -> told);
                })
                .onSuccess(login -> Query.json(context, 200, json(login)))
                .onFailure(context::fail);
    }

    private UUID open(UUID daemonId) {
        return logins.of(daemonId)
                .map(login -> login.status().requestId())
                .orElseThrow(() -> new MakimaException(
                        ErrorCode.CONFLICT, "no login waits for a code at daemon " + daemonId, "Begin one first"));
    }

    private static JsonObject json(Logins.Login login) {
        JsonObject json = new JsonObject()
                .put("requestId", login.status().requestId().toString())
                .put("status", login.status().status().wire());
        Json.put(json, "loginUrl", login.status().loginUrl());
        Json.put(json, "error", login.status().error());
        return json.put("tokenSaved", login.status().tokenSaved())
                .put("at", login.at().toString());
    }
}
