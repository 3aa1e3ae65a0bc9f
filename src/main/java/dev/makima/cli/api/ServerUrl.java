package dev.makima.cli.api;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.Text;
import java.net.URI;
import java.util.Locale;

/** Where a server is: an http(s) URL without a slash at its end. WebSocket forms are taken too. */
public record ServerUrl(String value) {
    /**
     * Checks it and brings it into form.
     *
     * @throws MakimaException VALIDATION where it is no URL of a server
     */
    public ServerUrl {
        String url = value.strip().replaceFirst("/+$", "").replaceFirst("/api/v1$", "");
        String lower = url.toLowerCase(Locale.ROOT);
        if (lower.startsWith("ws://") || lower.startsWith("wss://")) {
            url = "http" + url.substring(2);
        }
        if (!valid(url)) {
            throw new MakimaException(
                    ErrorCode.VALIDATION,
                    "not the URL of a server: " + Text.abbreviate(value, 100),
                    "It looks like http://127.0.0.1:8080 or https://makima.example.org");
        }
        value = url;
    }

    private static boolean valid(String url) {
        try {
            URI uri = URI.create(url);
            boolean scheme = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            return scheme && uri.getHost() != null && uri.getQuery() == null && uri.getFragment() == null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The prefix of every request. */
    public String api() {
        return value + "/api/v1";
    }

    /** Whether it names this machine, so that paths mean the same on both sides. */
    public boolean isLoopback() {
        String host = URI.create(value).getHost();
        return host.equals("localhost") || host.equals("[::1]") || host.startsWith("127.");
    }

    @Override
    public String toString() {
        return value;
    }
}
