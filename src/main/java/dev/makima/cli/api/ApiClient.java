package dev.makima.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Asks the REST API, blocking. Every failure is a {@link MakimaException} whose code decides the exit code.
 *
 * <p>Thread-safe.
 */
public final class ApiClient implements AutoCloseable {
    /** How long one request may take: the server answers slower questions with 504 after 30 s itself. */
    static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(40);

    static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private final ServerUrl url;
    private final Secret key;
    private final HttpClient http;

    /** A client of one server. Connects at the first request. */
    public ApiClient(ServerUrl url, Secret key) {
        this.url = url;
        this.key = key;
        // HTTP/1.1: an upgrade to HTTP/2 costs a round trip and brings nothing here.
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_TIMEOUT)
                .build();
    }

    /** The server that is asked. */
    public ServerUrl url() {
        return url;
    }

    /** GET; the path is relative to the API's prefix and begins with a slash. */
    public JsonNode get(String path) {
        return json(request(path).GET());
    }

    /** POST of a JSON body. */
    public JsonNode post(String path, JsonNode body) {
        return json(request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body.toString())));
    }

    /** PUT of a JSON body. */
    public JsonNode put(String path, JsonNode body) {
        return json(
                request(path).header("Content-Type", "application/json").PUT(BodyPublishers.ofString(body.toString())));
    }

    /** DELETE. */
    public void delete(String path) {
        json(request(path).DELETE());
    }

    /**
     * Opens a live event stream, which stays open until one side closes it.
     *
     * @param lastEventId the last event that was read, or an empty text
     */
    HttpResponse<InputStream> open(String path, String lastEventId) throws IOException {
        HttpRequest.Builder request = request(path).header("Accept", "text/event-stream");
        if (!lastEventId.isEmpty()) {
            request.header("Last-Event-ID", lastEventId);
        }
        HttpResponse<InputStream> response = send(request.GET().build(), BodyHandlers.ofInputStream());
        if (response.statusCode() != 200) {
            try (InputStream body = response.body()) {
                throw refused(response.statusCode(), new String(body.readNBytes(64_000), StandardCharsets.UTF_8));
            }
        }
        return response;
    }

    /** A part of a path or query as it may stand in a URL. */
    public static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public void close() {
        // Not close(), which would wait for event streams that are still open.
        http.shutdownNow();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url.api() + path))
                .timeout(REQUEST_TIMEOUT)
                .header("X-Makima-Api-Key", key.reveal());
    }

    private JsonNode json(HttpRequest.Builder builder) {
        HttpRequest request = builder.header("Accept", "application/json").build();
        try {
            HttpResponse<String> response = send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
            String body = response.body();
            if (response.statusCode() / 100 != 2) {
                throw refused(response.statusCode(), body);
            }
            return body.isBlank() ? Json.object() : Json.read("the answer of " + url, body);
        } catch (HttpConnectTimeoutException e) {
            throw unreachable(e);
        } catch (HttpTimeoutException e) {
            throw new MakimaException(
                    ErrorCode.TIMEOUT,
                    "the server at " + url + " did not answer within " + REQUEST_TIMEOUT.toSeconds() + " s",
                    "Try again; see what the server logs",
                    e);
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) throws IOException {
        try {
            return http.send(request, handler);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MakimaException(ErrorCode.UNAVAILABLE, "interrupted while waiting for " + url, null, e);
        }
    }

    private MakimaException unreachable(IOException e) {
        String why = e instanceof ConnectException ? "nothing listens there" : reason(e);
        return new MakimaException(
                ErrorCode.UNAVAILABLE,
                "no makima server answers at " + url + " (" + why + ")",
                "Start one with: makima up, or name another one with --api-url or MAKIMA_API_URL",
                e);
    }

    private static String reason(IOException e) {
        String message = e.getMessage();
        return message == null || message.isBlank() ? e.getClass().getSimpleName() : message;
    }

    /** The server's own words where it gave some: they name the cure already, unless that is to send a header. */
    private MakimaException refused(int status, String body) {
        @Nullable String said = null;
        try {
            said = Json.read("an error", body).path("message").asText(null);
        } catch (MakimaException e) {
            // No JSON, so no server of ours or a proxy in between: the status alone has to tell.
        }
        ErrorCode code = codeOf(status);
        String what = said != null ? said : "the server at " + url + " answered with HTTP status " + status;
        @Nullable
        String cure = code == ErrorCode.UNAUTHORIZED && (said == null || said.contains("X-Makima-Api-Key"))
                ? "Give a valid key with --api-key or MAKIMA_API_KEY; makima keys create makes one"
                : null;
        return new MakimaException(code, what, cure, null);
    }

    private static ErrorCode codeOf(int status) {
        return switch (status) {
            case 400, 413, 415, 422 -> ErrorCode.VALIDATION;
            case 401, 403 -> ErrorCode.UNAUTHORIZED;
            case 404 -> ErrorCode.NOT_FOUND;
            case 409 -> ErrorCode.CONFLICT;
            case 408, 504 -> ErrorCode.TIMEOUT;
            case 429 -> ErrorCode.RATE_LIMITED;
            case 502, 503 -> ErrorCode.UNAVAILABLE;
            default -> ErrorCode.INTERNAL;
        };
    }
}
