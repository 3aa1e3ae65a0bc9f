package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.cli.local.DaemonDrain;
import dev.makima.daemon.bus.DaemonEnd;
import dev.makima.daemon.store.StoreRequest;
import dev.makima.testkit.Await;
import dev.makima.testkit.BaseServer;
import dev.makima.testkit.TestRepository;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Events to a server that says which of them it has applied. */
class EventAckTest extends StreamBench {
    @BeforeEach
    void tellWhatItCan() {
        server.can("outputStream", "eventAck");
        server.acknowledgeEvents(false);
    }

    private DaemonHarness daemon() {
        return daemon(agents.echoes());
    }

    private DaemonHarness daemon(Path agent) {
        return DaemonHarness.startQuick(home, server.uri(), agent, new JsonObject());
    }

    private JsonObject event(String newStatus) {
        return server.await(frame -> newStatus.equals(frame.getString("newStatus")), PATIENCE);
    }

    private void acknowledge(String... eventIds) {
        server.send(new JsonObject().put("type", "eventAck").put("eventIds", new JsonArray(List.of(eventIds))));
    }

    /** The ids of all events so far, in the order in which they came. */
    private List<String> eventIds() {
        return server.frames().stream()
                .map(frame -> frame.getString("eventId", ""))
                .filter(id -> !id.isEmpty())
                .toList();
    }

    @Test
    void anEventIsOfferedAgainUnderItsIdUntilItIsAcknowledged() {
        try (DaemonHarness _ = daemon()) {
            server.await(1, "runs", PATIENCE);
            server.send(BaseServer.spawnTask(taskId, "task", "go"));
            String taken = event("initializing").getString("eventId");
            JsonObject end = server.await(1, "taskComplete", PATIENCE);
            assertThat(taken).matches("[0-9a-f]{16}-[0-9]+");
            acknowledge(taken);

            server.drop();
            JsonObject again = server.await(2, "taskComplete", PATIENCE);
            assertThat(again).isEqualTo(end);
            assertThat(eventIds()).containsOnlyOnce(taken);
            assertThat(again.getString("eventId")).isNotEqualTo(taken);
        }
    }

    @Test
    void aDrainWaitsForTheEventsThoughAllOutputIsAcknowledged() {
        List<String> told = new CopyOnWriteArrayList<>();
        try (DaemonHarness daemon = daemon()) {
            server.await(1, "runs", PATIENCE);
            // A refusal is an event without any output.
            server.send(BaseServer.spawnTask(taskId, "task", "go").put("fence", -1));
            String refused = server.await(1, "taskComplete", PATIENCE).getString("eventId");
            Thread.ofPlatform().daemon().start(() -> {
                try (DaemonDrain drain =
                        DaemonDrain.of(daemon.home(), told::add).orElseThrow()) {
                    drain.toTheEnd();
                } catch (RuntimeException | InterruptedException e) {
                    told.add("failed: " + e);
                }
            });
            Await.until(
                    PATIENCE,
                    "it is told what is left",
                    () -> told.stream()
                            .anyMatch(line -> line.contains("taken") || line.contains("take 1 event and 0 bytes")));
            acknowledge(refused);
            assertThat(Await.value(daemon.daemon().ended(), PATIENCE)).isEqualTo(DaemonEnd.DRAINED);
        }
        assertThat(told).noneMatch(line -> line.contains("next daemon delivers"));
    }

    @Test
    void anEventThatIsRefusedForGoodHoldsUpNothing() {
        try (DaemonHarness _ = daemon()) {
            server.await(1, "runs", PATIENCE);
            server.send(BaseServer.spawnTask(taskId, "task", "go"));
            String refused = event("initializing").getString("eventId");
            server.send(new JsonObject()
                    .put("type", "eventReject")
                    .put("eventId", refused)
                    .put("code", "CONFLICT")
                    .put("message", "no such task"));
            server.await(1, "taskComplete", PATIENCE);
            server.drop();
            server.await(2, "taskComplete", PATIENCE);
            assertThat(eventIds()).containsOnlyOnce(refused);
        }
    }

    @Test
    void theRunWhoseEndIsRefusedForGoodIsOver() {
        List<StoreRequest.EventSetAside> aside = new CopyOnWriteArrayList<>();
        try (DaemonHarness daemon = daemon()) {
            daemon.vertx().eventBus().addOutboundInterceptor(context -> {
                if (context.body() instanceof StoreRequest.EventSetAside one) {
                    aside.add(one);
                }
                context.next();
            });
            server.await(1, "runs", PATIENCE);
            server.send(BaseServer.spawnTask(taskId, "task", "go"));
            JsonObject end = server.await(1, "taskComplete", PATIENCE);
            server.send(new JsonObject()
                    .put("type", "eventReject")
                    .put("eventId", end.getString("eventId"))
                    .put("code", "CONFLICT")
                    .put("message", "no such task"));
            Await.until(PATIENCE, "it is set aside", () -> !aside.isEmpty());
            assertThat(aside.getFirst().over()).isNotNull().hasToString(end.getString("runId"));
        }
    }

    @Test
    void eventsKeepTheirIdsOverARestartOfTheDaemon() {
        JsonObject end;
        try (DaemonHarness _ = daemon()) {
            server.await(1, "runs", PATIENCE);
            server.send(BaseServer.spawnTask(taskId, "task", "go"));
            end = server.await(1, "taskComplete", PATIENCE);
        }
        try (DaemonHarness _ = daemon()) {
            assertThat(server.await(2, "taskComplete", PATIENCE)).isEqualTo(end);
            acknowledge(eventIds().toArray(String[]::new));
        }
    }

    @Test
    void aServerThatAcknowledgesNothingIsSentNoMoreThanItsShare() {
        try (DaemonHarness _ = daemon()) {
            server.await(1, "runs", PATIENCE);
            int events = 620;
            for (int i = 0; i < events; i++) {
                // One that cannot be read: its failure is an event.
                server.send(new JsonObject()
                        .put("type", "spawnTask")
                        .put("taskId", UUID.randomUUID().toString()));
            }
            Await.until(PATIENCE, "500 events", () -> eventIds().size() >= 500);
            for (int i = 0; i < 5; i++) {
                // Asks the store, which has all events before it answers.
                String request = UUID.randomUUID().toString();
                server.send(new JsonObject()
                        .put("type", "getTaskDiff")
                        .put("taskId", taskId)
                        .put("requestId", request));
                server.await(frame -> request.equals(frame.getString("requestId")), PATIENCE);
            }
            assertThat(eventIds()).hasSize(500);
            acknowledge(eventIds().toArray(String[]::new));
            Await.until(PATIENCE, "the rest", () -> eventIds().size() == events);
            assertThat(eventIds()).doesNotHaveDuplicates();
        }
    }

    @Test
    void aPatchIsOfferedAgainFromItsFileUntilItIsAcknowledged() throws IOException {
        TestRepository repository = TestRepository.create(temp.resolve("repository"));
        Path files = temp.resolve("home/outbox");
        try (DaemonHarness _ = daemon(agents.script("idle", "init\nuntil_end_of_input"))) {
            server.await(1, "runs", PATIENCE);
            server.send(BaseServer.spawnTask(taskId, "task", "go")
                    .put("repoUrl", repository.directory().toString()));
            event("running");
            try (Stream<Path> trees = Files.list(temp.resolve("home/worktrees"))) {
                // The daemon's lock lies beside them.
                Files.writeString(
                        trees.filter(Files::isDirectory).findAny().orElseThrow().resolve("work"), "x");
            }
            server.send(Peers.interrupt(taskId, false));
            JsonObject report = server.await(1, "checkpointCreated", PATIENCE);
            assertThat(report.getString("patchData")).isNotEmpty();
            event("interrupted");

            server.drop();
            assertThat(server.await(2, "checkpointCreated", PATIENCE)).isEqualTo(report);
            assertThat(files).isNotEmptyDirectory();
            acknowledge(eventIds().toArray(String[]::new));
            Await.until(PATIENCE, "the file to go", () -> files.toFile().list().length == 0);
        }
    }
}
