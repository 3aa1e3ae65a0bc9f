package dev.makima.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A daemon as its server sees it, written from the protocol alone: it authenticates with all extensions, takes every task,
 * says that it runs, prints lines when it is told to, sends heartbeats, and says at the end that all are done. Each line
 * goes as a piece of its own, which is the dearest way there is. To be used on its event loop.
 */
final class FleetDaemon {
    private static final int TICK_MILLIS = 50;
    private static final JsonArray CAPABILITIES =
            JsonArray.of("outputStream", "eventAck", "lease", "requestId", "agents");

    private final Vertx vertx;
    private final int number;
    private final FleetTally tally;
    private final String instance = UUID.randomUUID().toString();
    private final Map<String, FleetTask> tasks = new LinkedHashMap<>();
    private final Map<Long, Long> heartbeats = new HashMap<>();
    private @Nullable WebSocket socket;
    private long events;
    private long beats;
    private long begunNanos;
    private long linesEach;
    private long heartbeatTimer = -1;
    private boolean completed;
    private boolean ending;

    FleetDaemon(Vertx vertx, int number, FleetTally tally) {
        this.vertx = vertx;
        this.number = number;
        this.tally = tally;
    }

    /** Connects and authenticates; it gets no tasks before {@link #sayRuns}. */
    Future<Void> connect(WebSocketClient client, URI server, String key, int places) {
        WebSocketConnectOptions options = new WebSocketConnectOptions()
                .setHost(server.getHost())
                .setPort(server.getPort())
                .setURI("/api/v1/mesh/daemons/connect")
                .putHeader("X-Makima-Api-Key", key);
        return client.connect(options).compose(connected -> {
            socket = connected;
            connected.textMessageHandler(text -> heard(new JsonObject(text)));
            connected.closeHandler(_ -> {
                if (!ending) {
                    tally.failed("daemon " + number + " was disconnected: " + connected.closeStatusCode() + " "
                            + connected.closeReason());
                }
            });
            return say(new JsonObject()
                    .put("type", "authenticate")
                    .put("apiKey", key)
                    .put("machineId", "machine-" + number)
                    .put("hostname", "host-" + number)
                    .put("maxConcurrentTasks", places)
                    .put("protocol", 2)
                    .put("capabilities", CAPABILITIES)
                    .put("instanceId", instance)
                    .put(
                            "agents",
                            JsonArray.of(new JsonObject().put("kind", "claude").put("version", "2.1.0"))));
        });
    }

    /** Says that it has no runs: from here on it gets tasks. */
    void sayRuns() {
        say(new JsonObject().put("type", "runs").put("runs", new JsonArray()));
    }

    /** Sends a heartbeat each so many milliseconds, the first one at a moment of its own. */
    void beat(int millis) {
        vertx.setTimer(1 + (long) number * millis / FleetTally.DAEMONS % millis, _ -> {
            heartbeat();
            heartbeatTimer = vertx.setPeriodic(millis, _ -> heartbeat());
        });
    }

    /** Prints so many lines of each task in each second, for so long. */
    void print(int linesPerSecond, int seconds) {
        long all = (long) linesPerSecond * seconds;
        vertx.setTimer(1 + number % TICK_MILLIS, _ -> {
            begunNanos = System.nanoTime();
            vertx.setPeriodic(TICK_MILLIS, timer -> {
                long due = Math.min(all, (System.nanoTime() - begunNanos) * linesPerSecond / 1_000_000_000L);
                while (linesEach < due) {
                    linesEach++;
                    tasks.values().forEach(task -> {
                        write(task.nextPiece());
                        tally.sent();
                    });
                }
                if (linesEach == all) {
                    vertx.cancelTimer(timer);
                    tally.printed();
                }
            });
        });
    }

    /** Says that all tasks are done. */
    void complete() {
        completed = true;
        tasks.values().forEach(task -> send(task.complete(event())));
    }

    void close() {
        ending = true;
        vertx.cancelTimer(heartbeatTimer);
        tally.unanswered(heartbeats.size());
        if (socket != null) {
            socket.close();
        }
    }

    private void heard(JsonObject frame) {
        switch (frame.getString("type")) {
            case "authenticated" -> {
                say(new JsonObject()
                        .put("type", "daemonDirectories")
                        .put("workingDirectory", "/srv")
                        .put("homeDirectory", "/home")
                        .put("worktreesDirectory", "/home/worktrees"));
                tally.authenticated();
            }
            case "resume" -> tally.ready();
            case "spawnTask" -> spawned(frame);
            case "outputAck" -> frame.getJsonArray("acks").forEach(ack -> acknowledged((JsonObject) ack));
            case "eventAck" ->
                tally.eventsApplied(frame.getJsonArray("eventIds").size());
            case "heartbeatAck" -> answered(frame);
            case String other -> tally.failed("daemon " + number + " was told " + other + ": " + frame.encode());
        }
    }

    private void spawned(JsonObject frame) {
        FleetTask task = new FleetTask(frame.getString("taskId"), frame.getLong("fence"));
        if (tasks.put(task.id(), task) != null || task.lease().getLong("fence") != 1) {
            tally.failed("a task was handed over twice: " + frame.encode());
        }
        tally.spawned(task.id());
        send(task.status("pending", "initializing", event()));
        send(task.status("initializing", "starting", event()));
        send(task.status("starting", "running", event()));
    }

    private void acknowledged(JsonObject ack) {
        FleetTask task = Objects.requireNonNull(tasks.get(ack.getString("taskId")));
        task.acknowledged(ack.getLong("length"), tally::acknowledged);
    }

    private void heartbeat() {
        beats++;
        heartbeats.put(beats, System.nanoTime());
        JsonArray runs = new JsonArray();
        JsonArray active = new JsonArray();
        // None is its own any more from here on, whether or not the server knows that by now.
        for (FleetTask task : completed ? List.<FleetTask>of() : tasks.values()) {
            runs.add(task.lease());
            active.add(task.id());
        }
        if (heartbeats.size() > 1) {
            tally.missed();
        }
        say(new JsonObject()
                .put("type", "heartbeat")
                .put("activeTasks", active)
                .put("seq", beats)
                .put("runs", runs));
    }

    private void answered(JsonObject frame) {
        Long sent = heartbeats.remove(frame.getLong("seq"));
        if (sent == null || !frame.getJsonArray("verdicts").isEmpty()) {
            tally.failed("a lease was not renewed: " + frame.encode());
            return;
        }
        tally.beatAnswered(System.nanoTime() - sent);
    }

    private String event() {
        events++;
        return instance + "-" + events;
    }

    private Future<Void> say(JsonObject frame) {
        return send(frame.encode());
    }

    private Future<Void> send(String text) {
        return socket == null ? Future.failedFuture("not connected") : socket.writeTextMessage(text);
    }

    private void write(String piece) {
        if (socket != null) {
            var _ = socket.writeBinaryMessage(Buffer.buffer(piece));
        }
    }
}
