package dev.makima.server.api;

import dev.makima.base.ErrorCode;
import dev.makima.base.FullDiskException;
import dev.makima.base.MakimaException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Every failure as {@code {"code", "message"}} with its status; only those that are our own mistakes are logged with
 * their stack. Stateless.
 */
final class Errors {
    private static final System.Logger LOG = System.getLogger(Errors.class.getName());

    /** How long the first line of a request may be: a search has room for its words, each letter percent-encoded. */
    static final int ADDRESS_BYTES = 16 << 10;
    /** How long all its headers together may be. */
    static final int HEADER_BYTES = 8 << 10;

    private static final String RETRY_SECONDS = "5";

    private Errors() {}

    /** Answers whatever goes wrong on this router. */
    static void install(Router router) {
        router.route().failureHandler(Errors::answer);
        for (int status : new int[] {400, 401, 403, 404, 406, 408, 413, 414, 415, 500}) {
            router.errorHandler(status, Errors::answer);
        }
        router.errorHandler(405, context -> {
            context.response().putHeader("Allow", allowed(router, context.normalizedPath()));
            answer(context);
        });
    }

    /** The methods that the path has, as the header Allow says them. */
    private static String allowed(Router router, String path) {
        String asked = path.replaceAll("(?<=.)/+$", "");
        return Routes.all(router).stream()
                .map(route -> route.split(" ", 2))
                .filter(route -> asked.matches(route[1].replaceAll("\\{[a-z]+\\}", "[^/]+")))
                .map(route -> route[0])
                .collect(Collectors.joining(", "));
    }

    static MakimaException notFound(String what) {
        return new MakimaException(ErrorCode.NOT_FOUND, what, "Check the id, and that the key is the owner's");
    }

    static MakimaException validation(String what, String cure) {
        return new MakimaException(ErrorCode.VALIDATION, what, cure);
    }

    private static void answer(RoutingContext context) {
        if (context.response().ended() || context.response().headWritten()) {
            // A live stream that broke: there is nobody left to tell.
            context.response().reset();
            return;
        }
        Throwable failure = context.failure();
        if (failure instanceof HttpClosedException) {
            // Whoever asked has gone, in the middle of the body: there is nobody left to tell, and nothing to mend.
            return;
        }
        if (failure instanceof FullDiskException e) {
            // Insufficient Storage. The log has it from the database, once.
            send(context, 507, "DISK_FULL", e.explain());
            return;
        }
        if (failure instanceof MakimaException e) {
            send(context, status(e.code()), e.code().name(), e.explain());
            if (status(e.code()) == 500) {
                LOG.log(
                        System.Logger.Level.ERROR,
                        "request failed: " + context.request().path(),
                        e);
            }
            return;
        }
        int said = failure instanceof HttpException http ? http.getStatusCode() : context.statusCode();
        // A path that can't be decoded fails without a status.
        int status = failure == null && said < 0 ? 400 : said;
        if (failure != null && (status < 400 || status >= 500)) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "request failed: " + context.request().path(),
                    failure);
            send(context, 500, ErrorCode.INTERNAL.name(), "the server made a mistake; its log says more");
            return;
        }
        send(context, status, code(status), message(context, status));
    }

    /** Answers what is no HTTP request, or has more of an address or of headers than a request may have. */
    static void invalid(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        int status = cause instanceof TooLongHttpLineException
                ? 414
                : cause instanceof TooLongHttpHeaderException ? 431 : 400;
        String message = switch (status) {
            case 414 ->
                "the address has more than the " + ADDRESS_BYTES + " bytes that it may have. Ask for less at once";
            case 431 -> "the headers have more than the " + HEADER_BYTES + " bytes that they may have. Send fewer";
            default -> "this is no HTTP request that is understood here. See " + Routes.PREFIX + "/openapi.json";
        };
        turnAway(request, status, code(status), message);
    }

    /** Answers where there are more connections than there may be. */
    static void full(HttpServerRequest request) {
        request.response().putHeader("Retry-After", RETRY_SECONDS);
        turnAway(
                request,
                503,
                ErrorCode.UNAVAILABLE.name(),
                "the server has as many connections as it may have. Come back later; limits.connections sets the bound");
    }

    private static void turnAway(HttpServerRequest request, int status, String code, String message) {
        request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .putHeader("Connection", "close")
                .end(json(code, message))
                .onComplete(_ -> request.connection().close());
    }

    private static int status(ErrorCode code) {
        return switch (code) {
            case VALIDATION -> 400;
            case UNAUTHORIZED -> 401;
            case NOT_FOUND -> 404;
            case CONFLICT -> 409;
            case RATE_LIMITED -> 429;
            case UNAVAILABLE -> 503;
            case TIMEOUT -> 504;
            case IO, DB_ERROR, COMMAND_FAILED, INTERNAL -> 500;
        };
    }

    private static String code(int status) {
        return switch (status) {
            case 401, 403 -> ErrorCode.UNAUTHORIZED.name();
            case 404 -> ErrorCode.NOT_FOUND.name();
            case 405 -> "METHOD_NOT_ALLOWED";
            case 408 -> ErrorCode.TIMEOUT.name();
            case 413, 414, 431 -> "TOO_LARGE";
            case 415 -> "UNSUPPORTED_MEDIA_TYPE";
            default -> status < 500 ? ErrorCode.VALIDATION.name() : ErrorCode.INTERNAL.name();
        };
    }

    private static String message(RoutingContext context, int status) {
        String what = context.request().method() + " " + context.request().path();
        return switch (status) {
            case 404 -> "there is no " + what + ". See /api/v1/openapi.json";
            case 405 -> what + " is not allowed here. See /api/v1/openapi.json";
            case 413 ->
                "the body of " + what + " has more than the " + LimitedBody.of(context)
                        + " bytes that it may have. Send less; limits.bodyBytes sets the bound";
            case 415 -> "the body of " + what + " has to be JSON. Send it with Content-Type: application/json";
            default -> what + " could not be understood";
        };
    }

    private static void send(RoutingContext context, int status, String code, @Nullable String message) {
        if (status == 429 && !context.response().headers().contains("Retry-After")) {
            context.response().putHeader("Retry-After", "1");
        }
        context.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .end(json(code, message));
    }

    private static String json(String code, @Nullable String message) {
        return new JsonObject().put("code", code).put("message", message).encode();
    }
}
