package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.testkit.Await;
import dev.makima.testkit.BaseServer;
import dev.makima.testkit.HostileAgent;
import dev.makima.testkit.TestRepository;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a daemon does for its machine beside tasks, and what it refuses to do. */
class UpkeepTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path temp;

    private Vertx vertx;
    private BaseServer server;
    private HostileAgent agents;
    private TestRepository repository;
    private Path home;

    @BeforeEach
    void startServer() throws IOException {
        vertx = Vertx.vertx();
        server = BaseServer.start(vertx, DaemonHarness.KEY);
        agents = new HostileAgent(Files.createDirectory(temp.resolve("agents")));
        repository = TestRepository.create(temp.resolve("repo"), 3);
        home = temp.resolve("home");
    }

    @AfterEach
    void stopServer() {
        server.close();
        vertx.close().await();
    }

    private DaemonHarness daemon(Path agent, JsonObject more) {
        int before = server.handshakes();
        DaemonHarness daemon = DaemonHarness.start(home, server.uri(), agent, more);
        server.awaitHandshakes(before + 1, PATIENCE);
        return daemon;
    }

    private String spawn() {
        String taskId = UUID.randomUUID().toString();
        server.send(BaseServer.spawnTask(taskId, "a task", "go")
                .put("repoUrl", repository.directory().toString()));
        return taskId;
    }

    private Path agent(String work) {
        return agents.script("works", "first_line\ninit\n" + work + "\nresult 'done'\nuntil_end_of_input\n");
    }

    private Path worktree(String taskId) {
        return home.resolve("worktrees").resolve(taskId.substring(0, 8) + "-a-task");
    }

    private static JsonObject section(String name, JsonObject values) {
        return new JsonObject().put(name, values);
    }

    @Test
    void repositoriesAreClonedInTheBackgroundAndOnesThatAreThereAreLeft() throws IOException {
        String url = "file://" + repository.directory();
        repository.branch("dev");
        Files.createDirectories(home.resolve("home/there"));
        JsonArray wanted = new JsonArray()
                .add("file://" + temp.resolve("missing"))
                .add(new JsonObject().put("url", url).put("name", "there"))
                .add(new JsonObject()
                        .put("url", url)
                        .put("name", "deep/one")
                        .put("branch", "dev")
                        .put("shallow", true))
                .add(url);
        try (DaemonHarness _ = daemon(agents.silent(), section("repos", new JsonObject().put("autoClone", wanted)))) {
            Await.file(home.resolve("home/repo/.git/HEAD"), PATIENCE);
            TestRepository one = TestRepository.at(home.resolve("home/deep/one"));
            assertThat(one.git("rev-parse", "--abbrev-ref", "HEAD").strip()).isEqualTo("dev");
            assertThat(one.git("rev-parse", "--is-shallow-repository").strip()).isEqualTo("true");
            assertThat(home.resolve("home/there")).isEmptyDirectory();
            assertThat(home.resolve("home/missing")).doesNotExist();
        }
    }

    @Test
    void worktreesOfFinishedTasksGoAtTheStartUnlessThereIsUnsavedWork() {
        List<String> tasks;
        try (DaemonHarness _ = daemon(agent("git commit -q --allow-empty -m x"), new JsonObject())) {
            tasks = Stream.of(spawn(), spawn()).toList();
            tasks.forEach(task -> server.await("taskComplete", task, PATIENCE));
        }
        String clean = tasks.getFirst();
        String dirty = tasks.getLast();
        TestRepository.at(worktree(dirty)).write("unsaved", "work\n");
        JsonObject cleaning = section("worktree", new JsonObject().put("cleanupOnStart", true));
        try (DaemonHarness _ = daemon(agents.silent(), cleaning)) {
            Await.until(PATIENCE, "the clean one is gone", () -> Files.notExists(worktree(clean)));
            String live = spawn();
            server.await(
                    frame -> "running".equals(frame.getString("newStatus")) && live.equals(frame.getString("taskId")),
                    PATIENCE);
        }
        assertThat(worktree(dirty).resolve("unsaved")).exists();
        assertThat(repository.branches()).anyMatch(branch -> branch.contains(clean.substring(0, 8)));
        // The live one's agent went on when its daemon stopped: the next start leaves its worktree.
        String live = liveTask();
        try (DaemonHarness _ = daemon(agents.silent(), cleaning)) {
            server.pingAndAwaitPong(PATIENCE);
            assertThat(worktree(live)).exists();
            server.send(Peers.interrupt(live, false));
            server.await(frame -> "interrupted".equals(frame.getString("newStatus")), PATIENCE);
        }
        assertThat(worktree(live)).exists();
    }

    private String liveTask() {
        return server.frames("taskStatusChange").stream()
                .filter(frame -> "running".equals(frame.getString("newStatus")))
                .map(frame -> frame.getString("taskId"))
                .reduce((_, last) -> last)
                .orElseThrow();
    }

    @Test
    void withoutTheSettingWorktreesStay() {
        String task;
        try (DaemonHarness _ = daemon(agent(":"), new JsonObject())) {
            task = spawn();
            server.await("taskComplete", task, PATIENCE);
        }
        try (DaemonHarness _ = daemon(agent(":"), new JsonObject())) {
            String next = spawn();
            server.await("taskComplete", next, PATIENCE);
            assertThat(worktree(task)).exists();
        }
    }

    @Test
    void spoolsThatTheServerHasAreDeletedAfterTheirTimeAndLiveOnesStay() {
        JsonObject quick = section("spool", new JsonObject().put("retentionHours", 0));
        try (DaemonHarness _ = daemon(agent("[ -e wait ] || : ; says 'x'"), quick)) {
            String done = spawn();
            server.await("taskComplete", done, PATIENCE);
            Await.until(PATIENCE, "its spool is gone", () -> Files.notExists(spool(done)));
        }
        try (DaemonHarness _ = daemon(agents.silent(), quick)) {
            String live = spawn();
            server.await(
                    frame -> "running".equals(frame.getString("newStatus")) && live.equals(frame.getString("taskId")),
                    PATIENCE);
            server.pingAndAwaitPong(PATIENCE);
            assertThat(spool(live)).exists();
            server.send(Peers.interrupt(live, false));
            server.await(frame -> "interrupted".equals(frame.getString("newStatus")), PATIENCE);
        }
    }

    @Test
    void overTheQuotaSpoolsGoBeforeTheirTime() {
        JsonObject small = section("spool", new JsonObject().put("quotaBytes", 1));
        try (DaemonHarness _ = daemon(agent("says 'x'"), small)) {
            String done = spawn();
            server.await("taskComplete", done, PATIENCE);
            Await.until(PATIENCE, "its spool is gone", () -> Files.notExists(spool(done)));
        }
    }

    @Test
    void withinTimeAndQuotaSpoolsStay() {
        try (DaemonHarness _ = daemon(agent("says 'x'"), new JsonObject())) {
            String done = spawn();
            server.await("taskComplete", done, PATIENCE);
            String next = spawn();
            server.await("taskComplete", next, PATIENCE);
            assertThat(spool(done)).exists();
        }
    }

    private Path spool(String taskId) {
        return home.resolve("spool").resolve(taskId);
    }

    @Test
    void aTaskWhoseWorktreeVanishesIsGivenBackAndItsAgentStopped() {
        try (DaemonHarness _ = daemon(agents.silent(), new JsonObject())) {
            String task = spawn();
            server.await(frame -> "running".equals(frame.getString("newStatus")), PATIENCE);
            Await.until(PATIENCE, "it is active", () -> lastBeat().contains(task));
            repository.git("worktree", "remove", "--force", worktree(task).toString());

            JsonObject told = server.await("taskRecoveryDetected", task, PATIENCE);
            assertThat(told.getString("previousState")).isEqualTo("running");
            assertThat(told.getBoolean("worktreeIntact")).isFalse();
            assertThat(told.getBoolean("needsPatch")).isTrue();
            Peers.awaitNothingLeft(home);
            assertThat(server.lines(task)).anyMatch(line -> line.contains("has vanished"));
            Await.until(PATIENCE, "it is active no more", () -> lastBeat().isEmpty());
            assertThat(server.frames("taskComplete")).isEmpty();

            // The branch is there: the same task begins again with it.
            server.send(BaseServer.spawnTask(task, "a task", "go")
                    .put("repoUrl", repository.directory().toString()));
            Await.file(worktree(task).resolve(".git"), PATIENCE);
            server.send(Peers.interrupt(task, false));
            server.await(frame -> "interrupted".equals(frame.getString("newStatus")), PATIENCE);
        }
    }

    private List<String> lastBeat() {
        return BaseServer.activeTasks(server.frames("heartbeat").getLast());
    }

    @Test
    void whoWantsASandboxGetsNoAgentWithoutOne() {
        JsonObject sandbox =
                section("process", new JsonObject().put("bubblewrap", new JsonObject().put("enabled", true)));
        assertThatThrownBy(() -> DaemonHarness.start(home, server.uri(), agent(":"), sandbox))
                .hasStackTraceContaining("cannot run agents in a sandbox yet");
        assertThat(server.handshakes()).isZero();
    }

    @Test
    void sixteenTasksAtOnceOnOneRepositoryAllGetTheirWorktrees() {
        JsonObject many = section(
                "process", new JsonObject().put("maxConcurrentTasks", 20).put("heartbeatCommitIntervalSecs", 0));
        TestRepository origin = TestRepository.create(temp.resolve("origin"), 20);
        try (DaemonHarness _ = daemon(agent("git commit -q --allow-empty -m \"$PWD\""), many)) {
            List<String> tasks = Stream.generate(() -> UUID.randomUUID().toString())
                    .limit(16)
                    .toList();
            for (int i = 0; i < tasks.size(); i++) {
                String repo = i % 2 == 0 ? repository.directory().toString() : "file://" + origin.directory();
                server.send(BaseServer.spawnTask(tasks.get(i), "a task", "go").put("repoUrl", repo));
            }
            for (String task : tasks) {
                assertThat(server.await("taskComplete", task, Duration.ofSeconds(60))
                                .getBoolean("success"))
                        .isTrue();
                assertThat(server.lines(task)).noneMatch(line -> line.matches("(?is).*(\\.lock|could not|failed).*"));
                assertThat(worktree(task)).exists();
            }
        }
    }
}
