package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.TaskId;
import dev.makima.config.ServerConfig;
import dev.makima.protocol.TaskComplete;
import dev.makima.server.store.ContractTable;
import dev.makima.server.store.KeyTable;
import dev.makima.server.store.Store;
import dev.makima.server.store.Task;
import dev.makima.server.store.TaskTable;
import dev.makima.testkit.Checkpoints;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** What is older than it is to be kept goes, and who asks for it is told so. */
class RetentionTest extends ServerBench {
    private static final int OLD_TASKS = 600;
    private final Instant longAgo = Instant.now().minus(Duration.ofDays(100)).truncatedTo(ChronoUnit.MILLIS);

    /** Does something to the store while the server is away. */
    private void between(BiConsumer<Store, KeyTable.Holder> work) {
        server.restart(() -> {
            Store store = TestServer.await(Store.open(server.vertx, Store.settings(server.config.database()), longAgo));
            work.accept(store, TestServer.await(store.keys().firstHolder(longAgo)));
            TestServer.await(store.close());
        });
    }

    private static TaskId add(Store store, KeyTable.Holder holder, String name, Instant at) {
        return TestServer.await(store.tasks().add(made(holder, name), at));
    }

    private static TaskTable.NewTask made(KeyTable.Holder holder, String name) {
        Task.Spec spec = new Task.Spec(
                null, null, null, null, null, null, null, null, List.of(), 0, 0, null, null, null, null, false, false,
                false, false, null);
        return new TaskTable.NewTask(holder.ownerId(), holder.accountId(), name, "p", spec, false);
    }

    /** The first so many lines of a live stream, without the comments that come where they have to be waited for. */
    private List<String> lines(String path, int count) throws IOException, InterruptedException {
        HttpResponse<InputStream> answer =
                server.http.send(server.request(path).build(), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream in = answer.body()) {
            return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .lines()
                    .dropWhile(line -> !line.startsWith("id: "))
                    .limit(count)
                    .toList();
        }
    }

    @Test
    void historyIsTrimmedAndWhoAsksForItIsTold() throws Exception {
        String old = server.post("/contracts", new JsonObject().put("name", "c"), 201)
                .getString("id");
        assertThat(server.get("/history?limit=200").containsKey("trimmed")).isFalse();
        AtomicReference<String> older = new AtomicReference<>();
        AtomicReference<UUID> gone = new AtomicReference<>();
        between((store, holder) -> {
            // As if all that is there had been long ago; the statements are the store's own.
            for (int i = 0; i < OLD_TASKS; i++) {
                add(store, holder, "old " + i, longAgo);
            }
            boolean more = true;
            while (more) {
                more = TestServer.await(store.history().noteTasks(longAgo));
            }
            ContractTable.NewContract contract = new ContractTable.NewContract(
                    holder.ownerId(),
                    holder.accountId(),
                    "older",
                    "",
                    "simple",
                    "plan",
                    false,
                    false,
                    null,
                    made(holder, "lead"));
            older.set(TestServer.await(store.contracts().add(contract, longAgo)).toString());
            gone.set(TestServer.await(store.contracts().add(contract, longAgo)));
            TestServer.await(store.contractEnds().delete(gone.get(), false, longAgo));
            TestServer.await(store.contractEnds().stopped(gone.get()));
        });
        TestServer.until(
                "all but what is new is gone",
                () -> server.get("/history?limit=200&kind=task_created").getJsonArray("history").stream()
                        .map(JsonObject.class::cast)
                        .noneMatch(event -> Instant.parse(event.getString("at")).equals(longAgo)));
        server.task("new");
        JsonObject page = server.get("/history?limit=200");
        assertThat(page.getBoolean("trimmed")).isTrue();
        assertThat(page.containsKey("nextCursor")).isFalse();
        assertThat(lines("/events?after=1", 4)).contains("event: trimmed");
        assertThat(lines("/events", 3)).noneMatch(line -> line.contains("trimmed"));
        assertThat(server.get("/contracts/" + old + "/history").containsKey("trimmed"))
                .as("its beginning is there")
                .isFalse();
        assertThat(lines("/contracts/" + old + "/events", 4)).doesNotContain("event: trimmed");
        assertThat(server.get("/contracts/" + older.get() + "/history").getBoolean("trimmed"))
                .isTrue();
        assertThat(lines("/contracts/" + older.get() + "/events", 4)).contains("event: trimmed");
        between((store, _) -> assertThat(TestServer.await(store.contractEnds().over(gone.get())))
                .as("deleted long ago")
                .isEmpty());
    }

    private List<Boolean> patches(String id) {
        return server.get("/mesh/tasks/" + id + "/checkpoints").getJsonArray("checkpoints").stream()
                .map(one -> ((JsonObject) one).getBoolean("hasPatch"))
                .toList();
    }

    @Test
    void patchesGoButForTheOneThatAnUnfinishedTaskWouldGoOnWith() {
        server.close();
        ServerConfig usual = TestServer.config(database, directory.resolve("brief"), 0, Duration.ofSeconds(30));
        ServerConfig brief = new ServerConfig(
                usual.http(),
                usual.database(),
                usual.tasks(),
                new ServerConfig.Checkpoints(Duration.ZERO),
                usual.history(),
                usual.limits(),
                usual.directives(),
                usual.home(),
                usual.logging());
        server = new TestServer(brief, TestServer.QUICK);
        String running;
        String done;
        try (ScriptedDaemon daemon = ScriptedDaemon.base(server, "m1", 2)) {
            running = server.task("running");
            daemon.take();
            done = server.task("done");
            daemon.take();
            for (int i = 0; i < 2; i++) {
                daemon.send(Checkpoints.withPatch(TaskId.of(running), "m"));
                daemon.send(Checkpoints.withPatch(TaskId.of(done), "m"));
            }
            TestServer.until(
                    "all are there",
                    () -> patches(running).size() == 2 && patches(done).size() == 2);
            assertThat(patches(running)).containsExactly(true, true);
            daemon.send(TaskComplete.success(TaskId.of(done)));
            server.taskWith(done, "done");
        }
        server.restart();
        TestServer.until("the older one is gone", () -> patches(running).equals(List.of(true, false)));
        TestServer.until("both are gone", () -> patches(done).equals(List.of(false, false)));
    }
}
