package dev.makima.server.core;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.Secret;
import dev.makima.server.store.KeyTable;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * API keys: made, shown once, and from then on known by their hash alone. A look-up by hash needs no comparison in
 * constant time of its own: who measures it learns about hashes, from which no key can be made.
 *
 * <p>To be used on one event loop.
 */
public final class Keys {
    private static final Pattern FORM = Pattern.compile("mk_[A-Za-z0-9_-]{43}");
    private static final int PREFIX = 11;
    private static final Duration USED_EVERY = Duration.ofMinutes(1);
    private static final int USED_KEPT = 10_000;

    private final KeyTable table;
    private final SecureRandom random;
    private final Clock clock;
    private final Map<String, Instant> lastUsed = new LinkedHashMap<>();

    /** Keys in that table. */
    public Keys(KeyTable table, SecureRandom random, Clock clock) {
        this.table = table;
        this.random = random;
        this.clock = clock;
    }

    /**
     * A new key, the only time that it can be seen.
     *
     * @param secret the key itself
     */
    public record Created(KeyTable.Key key, Secret secret) {}

    /** Makes a key for the first holder there is, which makes keys for any owner: whoever asks for it has the server. */
    public Future<Created> create(String name) {
        return table.firstHolder(clock.instant()).compose(holder -> create(holder, name, true));
    }

    /** Makes a key for that holder. */
    public Future<Created> create(KeyTable.Holder holder, String name) {
        return create(holder, name, false);
    }

    private Future<Created> create(KeyTable.Holder holder, String name, boolean admin) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        String secret = "mk_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        return table.add(holder, name, hash(secret), secret.substring(0, PREFIX), admin, clock.instant())
                .map(key -> new Created(key, new Secret(secret)));
    }

    /** Makes the first key, unless there is one. */
    public Future<Optional<Created>> createFirst() {
        return table.any()
                .compose(any -> any
                        ? Future.succeededFuture(Optional.empty())
                        : create("admin").map(Optional::of));
    }

    /** The key in the headers, whichever of them it is in; null for none. */
    public static @Nullable String in(MultiMap headers) {
        for (String name : new String[] {"X-Makima-Api-Key", "X-Api-Key"}) {
            String value = headers.get(name);
            if (value != null && !value.isBlank()) {
                return value.strip();
            }
        }
        String authorization = headers.get("Authorization");
        if (authorization != null && authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return authorization.substring(7).strip();
        }
        return null;
    }

    /** Whose key this is. Fails with UNAUTHORIZED where it is nobody's. */
    public Future<KeyTable.Key> check(String secret) {
        if (!FORM.matcher(secret).matches()) {
            return Future.failedFuture(refused());
        }
        return table.valid(hash(secret)).compose(found -> {
            if (found.isEmpty()) {
                return Future.failedFuture(refused());
            }
            used(found.get());
            return Future.succeededFuture(found.get());
        });
    }

    private static MakimaException refused() {
        return new MakimaException(
                ErrorCode.UNAUTHORIZED, "the API key is not valid", "Make one with: makima keys create NAME");
    }

    /** Once a minute is enough to tell which keys are in use. */
    private void used(KeyTable.Key key) {
        Instant now = clock.instant();
        Instant last = lastUsed.get(key.id());
        if (last != null && last.plus(USED_EVERY).isAfter(now)) {
            return;
        }
        if (lastUsed.size() >= USED_KEPT) {
            lastUsed.clear();
        }
        lastUsed.put(key.id(), now);
        table.used(key.id(), now).onFailure(failure -> lastUsed.remove(key.id()));
    }

    static String hash(String secret) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
