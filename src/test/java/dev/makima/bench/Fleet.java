package dev.makima.bench;

import dev.makima.testkit.Await;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Many simulated daemons on two event loops. To be used on one thread, which is no event loop. */
final class Fleet implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int EVENT_LOOPS = 2;
    private static final int PLACES = 10;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(EVENT_LOOPS));
    /** Held here, since Vert.x closes the connections of a client that nobody holds. */
    private final WebSocketClient client = vertx.createWebSocketClient(new WebSocketClientOptions()
            .setMaxConnections(FleetTally.DAEMONS)
            .setMaxFrameSize(16 << 20)
            .setMaxMessageSize(16 << 20)
            .setClosingTimeout(1)
            .setTcpNoDelay(true));

    private final FleetTally tally = new FleetTally();
    private final List<Member> members = new ArrayList<>();

    private record Member(FleetDaemon daemon, Context context) {}

    /** Connects them all and waits until each is authenticated. */
    static Fleet connect(URI server, String key) {
        Fleet fleet = new Fleet();
        List<Context> contexts = new ArrayList<>();
        for (int i = 0; i < EVENT_LOOPS; i++) {
            contexts.add(fleet.vertx.getOrCreateContext());
        }
        for (int i = 0; i < FleetTally.DAEMONS; i++) {
            Context context = contexts.get(i % EVENT_LOOPS);
            FleetDaemon daemon = new FleetDaemon(fleet.vertx, i, fleet.tally);
            fleet.members.add(new Member(daemon, context));
            context.runOnContext(_ -> daemon.connect(fleet.client, server, key, PLACES)
                    .onFailure(failure -> fleet.tally.failed("a daemon could not connect: " + failure)));
        }
        fleet.await("all daemons to authenticate", () -> fleet.tally.daemonsAuthenticated() == FleetTally.DAEMONS);
        return fleet;
    }

    Vertx vertx() {
        return vertx;
    }

    FleetTally tally() {
        return tally;
    }

    /** Has every daemon do something, on its event loop. */
    void all(Consumer<FleetDaemon> what) {
        members.forEach(member -> member.context().runOnContext(_ -> what.accept(member.daemon())));
    }

    /** Waits until it is so, or something has gone wrong. */
    void await(String what, BooleanSupplier condition) {
        Await.until(PATIENCE, what, () -> {
            tally.check();
            return condition.getAsBoolean();
        });
    }

    @Override
    public void close() {
        all(FleetDaemon::close);
        Await.value(vertx.close(), PATIENCE);
    }
}
