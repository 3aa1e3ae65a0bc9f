package dev.makima.config;

import java.net.URI;
import java.util.regex.Pattern;

/** The forms of a server's base URL. */
final class ServerUrls {
    private static final String CONNECT = "/api/v1/mesh/daemons/connect";

    /** People copy the address from where they see it; what we add ourselves is taken off again. */
    private static final Pattern ENDING = Pattern.compile("(/api/v1(/mesh/daemons/connect)?)?/*$");

    private ServerUrls() {}

    static URI websocket(URI base) {
        return URI.create(scheme(base, "ws") + rest(base) + CONNECT);
    }

    static URI http(URI base) {
        return URI.create(scheme(base, "http") + rest(base));
    }

    private static String scheme(URI base, String plain) {
        return switch (base.getScheme()) {
            case "wss", "https" -> plain + "s";
            default -> plain;
        };
    }

    private static String rest(URI base) {
        String path = base.getRawPath() == null ? "" : base.getRawPath();
        return "://" + base.getRawAuthority() + ENDING.matcher(path).replaceFirst("");
    }
}
