package dev.makima.cli.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.base.MakimaException;
import dev.makima.cli.api.Json;
import dev.makima.cli.local.ConfiguredServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The server that is configured: reachable, itself in order, takes the key, and has about our time.
 *
 * @param server nothing where none is configured
 */
record ServerCheck(@Nullable ConfiguredServer server) implements Check {
    private static final String ANY = "/mesh/daemons";
    private static final Duration SKEW = Duration.ofSeconds(30);
    private static final Duration SLOW = Duration.ofSeconds(1);

    @Override
    public String subject() {
        return "server";
    }

    @Override
    public List<Finding> look() throws InterruptedException {
        if (server == null) {
            return List.of(new Finding.Fine(
                    "server", "none is configured: commands use this machine's own instance, or start one"));
        }
        String url = server.url().value();
        List<Finding> found = new ArrayList<>();
        try {
            long begun = System.nanoTime();
            HttpResponse<String> ready = Http.get(url + "/health/ready", "");
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            found.add(health(url, ready, took));
            if (found.getFirst() instanceof Finding.Wrong) {
                return found;
            }
            clock(ready).ifPresent(found::add);
            found.add(key(server));
        } catch (IOException e) {
            found.add(new Finding.Wrong(
                    "server",
                    url + " (from " + server.source() + ") does not answer: " + Http.reason(e),
                    "Start it (makima server, makima up), or correct the URL; check network and proxy"));
        }
        return found;
    }

    private static Finding health(String url, HttpResponse<String> ready, Duration took) {
        Optional<JsonNode> tree = json(ready.body()).filter(body -> body.has("status"));
        if (tree.isEmpty()) {
            return new Finding.Wrong(
                    "server",
                    url + " answers with HTTP status " + ready.statusCode() + ", and not as a makima server",
                    "Check the URL, and the proxy before the server");
        }
        List<String> parts = new ArrayList<>();
        tree.get()
                .path("components")
                .properties()
                .forEach(part -> parts.add(part.getKey() + " " + part.getValue().asText()));
        String found = url + " answers in " + took.toMillis() + " ms: " + String.join(", ", parts);
        if (ready.statusCode() != 200) {
            return new Finding.Wrong("server", found, "Look into the server's log");
        }
        return took.compareTo(SLOW) > 0
                ? new Finding.Warning("server", found, "It is slow: check its load, its disk, and the network")
                : new Finding.Fine("server", found);
    }

    /** Only where the answer says what time it is there. */
    private static Optional<Finding> clock(HttpResponse<String> answer) {
        Optional<Instant> theirs = answer.headers().firstValue("Date").flatMap(ServerCheck::instant);
        return theirs.map(time -> {
            Duration apart = Duration.between(time, Instant.now()).abs();
            return apart.compareTo(SKEW) > 0
                    ? new Finding.Warning(
                            "time",
                            "the clocks here and there are " + apart.toSeconds() + " s apart",
                            "Let both machines take their time from the network (systemd-timesyncd, chrony)")
                    : new Finding.Fine("time", "the clocks here and there agree");
        });
    }

    private static Optional<Instant> instant(String date) {
        try {
            return Optional.of(ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant());
        } catch (DateTimeParseException e) {
            // Some proxy's own idea of a date.
            return Optional.empty();
        }
    }

    private Finding key(ConfiguredServer configured) throws IOException, InterruptedException {
        String key = configured.key().reveal();
        if (key.isBlank()) {
            return new Finding.Wrong(
                    "key", "no key is given for it", "Set MAKIMA_API_KEY; makima keys create makes one on the server");
        }
        int status = Http.get(configured.url().api() + ANY, key).statusCode();
        return switch (status) {
            case 200 -> new Finding.Fine("key", "taken by the server");
            case 401, 403 ->
                new Finding.Wrong(
                        "key",
                        "refused by the server (HTTP " + status + ")",
                        "Make another one with: makima keys create, on the machine of the server");
            case 429 ->
                new Finding.Warning("key", "the server refuses to look at it for a while", "Try again in a minute");
            default ->
                new Finding.Warning("key", "not known: the server answers with HTTP status " + status, "See its log");
        };
    }

    private static Optional<JsonNode> json(String text) {
        try {
            return Optional.of(Json.read("the server's answer", text));
        } catch (MakimaException e) {
            // Not a server of ours.
            return Optional.empty();
        }
    }
}
