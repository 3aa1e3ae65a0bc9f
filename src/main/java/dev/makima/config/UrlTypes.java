package dev.makima.config;

import static dev.makima.config.ScalarType.Kind.TEXT;

import dev.makima.base.Secret;
import dev.makima.base.Text;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** The types of the keys that hold URLs. */
final class UrlTypes {
    private static final Pattern USER = Pattern.compile("//[^/@]*@");

    private UrlTypes() {}

    /** The base URL of a server, without a trailing slash. */
    static ValueType<URI> server() {
        return base("ws://, wss://, http:// or https://", Set.of("ws", "wss", "http", "https"));
    }

    /** The base URL of an API, without a trailing slash. */
    static ValueType<URI> api() {
        return base("http:// or https://", Set.of("http", "https"));
    }

    static ValueType<DatabaseUrl> database() {
        return new ScalarType<>(
                TEXT,
                "jdbc:sqlite:PATH or postgresql://user@host/database",
                "\"jdbc:sqlite:~/.makima/server.db\"",
                true,
                UrlTypes::databaseUrl,
                DatabaseUrl::display);
    }

    private static ValueType<URI> base(String schemes, Set<String> allowed) {
        return new ScalarType<>(
                TEXT,
                "a URL that begins with " + schemes + " and names a host",
                "\"https://makima.example.com\"",
                false,
                (text, paths) -> baseUrl(text.strip(), allowed),
                URI::toString);
    }

    private static URI baseUrl(String text, Set<String> allowed) {
        URI uri = parse(text);
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!allowed.contains(scheme)) {
            throw bad(text, "");
        }
        if (uri.getRawUserInfo() != null || text.contains("@")) {
            throw bad(text, " (without user or password: the key has a place of its own)");
        }
        if (uri.getHost() == null) {
            throw bad(text, " (that is no valid host)");
        }
        if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw bad(USER.matcher(text).replaceFirst("//").replaceFirst("[?#].*", "…"), " (without '?' and '#')");
        }
        if (uri.getPort() == 0 || uri.getPort() > 65535) {
            throw bad(text, " (a port is from 1 to 65535)");
        }
        String path = uri.getRawPath() == null ? "" : uri.getRawPath().replaceFirst("/+$", "");
        return URI.create(scheme + "://" + uri.getRawAuthority() + path);
    }

    private static URI parse(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw bad(text, "");
        }
    }

    private static BadValueException bad(String text, String why) {
        String harmless = USER.matcher(text).replaceFirst("//…@");
        return new BadValueException("the text \"" + Text.abbreviate(harmless, 80) + "\"" + why);
    }

    private static DatabaseUrl databaseUrl(String text, Paths paths) {
        String url = text.strip();
        String plain = url.startsWith("jdbc:") ? url.substring("jdbc:".length()) : url;
        if (plain.startsWith("sqlite:")) {
            return new DatabaseUrl.Sqlite(paths.resolve(plain.substring("sqlite:".length())));
        }
        if (url.startsWith("jdbc:postgresql://") && !url.contains("@")) {
            return new DatabaseUrl.Postgres(new Secret(url));
        }
        if (plain.startsWith("postgresql://") || url.startsWith("postgres://")) {
            return postgres(plain);
        }
        if (url.startsWith("/") || url.startsWith("~")) {
            return new DatabaseUrl.Sqlite(paths.resolve(url));
        }
        throw new BadValueException("a text that is neither");
    }

    /** The driver does not read user:password@, which everyone else writes; as parameters it does. */
    private static DatabaseUrl postgres(String url) {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            throw new BadValueException("a text that is no valid URL");
        }
        if (uri.getRawAuthority() == null) {
            throw new BadValueException("a URL without a host");
        }
        String authority = uri.getRawAuthority();
        int at = authority.lastIndexOf('@');
        StringBuilder out = new StringBuilder("jdbc:postgresql://")
                .append(authority.substring(at + 1))
                .append(uri.getRawPath());
        String separator = "?";
        if (uri.getRawQuery() != null) {
            out.append(separator).append(uri.getRawQuery());
            separator = "&";
        }
        if (at >= 0) {
            String[] parts = authority.substring(0, at).split(":", 2);
            out.append(separator).append(parameter("user", parts[0]));
            out.append(parts.length == 2 ? "&" + parameter("password", parts[1]) : "");
        }
        return new DatabaseUrl.Postgres(new Secret(out.toString()));
    }

    /** Both forms are percent-encoded, but only in a parameter does '+' mean a space. */
    private static String parameter(String name, String encoded) {
        return name + "=" + encoded.replace("+", "%2B");
    }
}
