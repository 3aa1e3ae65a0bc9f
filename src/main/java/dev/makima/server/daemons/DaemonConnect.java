package dev.makima.server.daemons;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.PassingTrouble;
import dev.makima.protocol.WireCodes;
import dev.makima.server.core.Keys;
import dev.makima.server.core.LoginGuard;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * The door for daemons: checks the key of the upgrade and refuses it in the words that daemons understand. To be used on
 * one event loop.
 */
public final class DaemonConnect {
    private static final System.Logger LOG = System.getLogger(DaemonConnect.class.getName());

    /** Of WebSockets. */
    private static final String VERSION = "13";

    private final DaemonParts parts;
    private final Keys keys;
    private final LoginGuard guard;

    /** A door to these parts. */
    public DaemonConnect(DaemonParts parts, Keys keys, LoginGuard guard) {
        this.parts = parts;
        this.keys = keys;
        this.guard = guard;
    }

    /** Upgrades the request, whose body was not read, or refuses it. */
    public void handle(HttpServerRequest request) {
        String secret = Keys.in(request.headers());
        String address = request.remoteAddress().hostAddress();
        if (secret == null) {
            refuse(request, 401, WireCodes.MISSING_API_KEY, "no API key. Send it in the header X-Makima-Api-Key");
            return;
        }
        if (!isUpgrade(request)) {
            // As RFC 6455 wants it: which version would do.
            request.response().putHeader("Sec-WebSocket-Version", VERSION);
            refuse(request, 426, ErrorCode.VALIDATION.name(), "this address is for the WebSockets of daemons");
            return;
        }
        request.pause();
        keys.check(secret)
                .onFailure(failure -> {
                    request.resume();
                    refuse(request, address, failure);
                })
                .compose(key -> {
                    request.resume();
                    return request.toWebSocket()
                            .onSuccess(socket -> Handshake.begin(socket, parts, keys, key))
                            .onFailure(failure ->
                                    LOG.log(System.Logger.Level.DEBUG, "a WebSocket was not opened", failure));
                });
    }

    /** Half an upgrade Vert.x refuses too, but not in our form. */
    private static boolean isUpgrade(HttpServerRequest request) {
        return request.canUpgradeToWebSocket()
                && VERSION.equals(request.getHeader("Sec-WebSocket-Version"))
                && request.getHeader("Sec-WebSocket-Key") != null;
    }

    private void refuse(HttpServerRequest request, @Nullable String address, Throwable failure) {
        if (failure instanceof MakimaException e && e.code() == ErrorCode.UNAUTHORIZED) {
            MakimaException told = guard.failed(String.valueOf(address), e);
            boolean limited = told.code() == ErrorCode.RATE_LIMITED;
            if (limited) {
                request.response().putHeader("Retry-After", guard.retryAfter(String.valueOf(address)));
            }
            refuse(
                    request,
                    limited ? 429 : 401,
                    limited ? told.code().name() : WireCodes.INVALID_API_KEY,
                    told.explain());
            return;
        }
        LOG.log(
                PassingTrouble.level(System.Logger.Level.ERROR, failure),
                "a daemon's key could not be looked up",
                failure);
        refuse(request, 503, WireCodes.DB_UNAVAILABLE, "the database does not answer. Try again later");
    }

    private static void refuse(HttpServerRequest request, int status, String code, String message) {
        request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .end(new JsonObject().put("code", code).put("message", message).encode());
    }
}
