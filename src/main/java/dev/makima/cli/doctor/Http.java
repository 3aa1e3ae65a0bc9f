package dev.makima.cli.doctor;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;

/** One question to a server that may hang, answer nonsense, or not be there. Blocking. */
final class Http {
    private static final Duration LIMIT = Duration.ofSeconds(4);

    private Http() {}

    /**
     * Asks.
     *
     * @param key the server's key, or empty for none
     * @throws IOException where no answer comes
     */
    static HttpResponse<String> get(String url, String key) throws IOException, InterruptedException {
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(LIMIT)
                .build();
        try {
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(URI.create(url)).timeout(LIMIT).GET();
            if (!key.isEmpty()) {
                request.header("X-Makima-Api-Key", key);
            }
            return client.send(request.build(), BodyHandlers.ofString());
        } finally {
            client.shutdownNow();
        }
    }

    /** Why there was no answer, in few words. */
    static String reason(IOException e) {
        if (e instanceof ConnectException) {
            return "nothing listens there";
        }
        if (e instanceof HttpTimeoutException) {
            return "no answer within " + LIMIT.toSeconds() + " s";
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
