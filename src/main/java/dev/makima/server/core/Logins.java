package dev.makima.server.core;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.protocol.ReauthState;
import dev.makima.protocol.ReauthStatus;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * How the logins of agents go that people have asked for: the last one of each daemon, as it tells. Nothing of it is kept
 * over a restart, after which the daemon's next word is heard again; codes never come here.
 *
 * <p>To be used on the event loop of the verticle that made it, with which it ends.
 */
public final class Logins {
    private static final int DAEMONS_MAX = 1000;
    private static final int WAITING_MAX = 200;

    private final Vertx vertx;
    private final Clock clock;
    private final LinkedHashMap<UUID, Login> last = new LinkedHashMap<>();
    private final List<Waiting> waiting = new ArrayList<>();

    /** A login, and when its daemon said so. */
    public record Login(ReauthStatus status, Instant at) {}

    private record Waiting(UUID requestId, Predicate<ReauthState> enough, Promise<Login> promise) {}

    /** Hears of logins on that bus. */
    public Logins(Vertx vertx, Bus bus, Clock clock) {
        this.vertx = vertx;
        this.clock = clock;
        bus.logins(this::heard);
    }

    /** The last one of a daemon. */
    public Optional<Login> of(UUID daemonId) {
        return Optional.ofNullable(last.get(daemonId));
    }

    /**
     * Waits for a word about a login that is enough.
     *
     * @return fails with TIMEOUT, and with RATE_LIMITED where too many wait already
     */
    public Future<Login> await(UUID requestId, Predicate<ReauthState> enough, Duration within) {
        if (waiting.size() >= WAITING_MAX) {
            return Future.failedFuture(new MakimaException(
                    ErrorCode.RATE_LIMITED, "too many wait for logins already", "Try again in a minute"));
        }
        Waiting one = new Waiting(requestId, enough, Promise.promise());
        waiting.add(one);
        long timer = vertx.setTimer(
                within.toMillis(),
                late -> one.promise()
                        .tryFail(new MakimaException(
                                ErrorCode.TIMEOUT,
                                "the daemon has said nothing of login " + requestId + " within " + within.toSeconds()
                                        + " s",
                                "Look at it again, or look at the daemon's log")));
        return one.promise().future().onComplete(done -> {
            vertx.cancelTimer(timer);
            waiting.remove(one);
        });
    }

    private void heard(UUID daemonId, ReauthStatus status) {
        Login login = new Login(status, clock.instant());
        last.remove(daemonId);
        if (last.size() >= DAEMONS_MAX) {
            last.pollFirstEntry();
        }
        last.put(daemonId, login);
        List.copyOf(waiting).stream()
                .filter(one -> one.requestId().equals(status.requestId()))
                .filter(one -> one.enough().test(status.status()))
                .forEach(one -> one.promise().tryComplete(login));
    }
}
