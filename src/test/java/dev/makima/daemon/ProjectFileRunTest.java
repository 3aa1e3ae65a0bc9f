package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a repository's project file does to its tasks. */
class ProjectFileRunTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path temp;

    private Vertx vertx;
    private BaseServer server;
    private HostileAgent agents;
    private TestRepository repository;
    private String taskId = UUID.randomUUID().toString();

    @BeforeEach
    void startServer() throws IOException {
        vertx = Vertx.vertx();
        server = BaseServer.start(vertx, DaemonHarness.KEY);
        agents = new HostileAgent(Files.createDirectory(temp.resolve("agents")));
        repository = TestRepository.create(temp.resolve("my repo"), 3);
    }

    @AfterEach
    void stopServer() {
        assertThat(server.mistakes()).isEmpty();
        Peers.awaitNothingLeft(temp.resolve("home"));
        server.close();
        vertx.close().await();
    }

    private DaemonHarness daemon(Path agent, String... trusted) {
        JsonArray repos = new JsonArray();
        for (String one : trusted) {
            repos.add(one);
        }
        DaemonHarness daemon = DaemonHarness.start(
                temp.resolve("home"),
                server.uri(),
                agent,
                new JsonObject().put("worktree", new JsonObject().put("trustedRepos", repos)));
        server.awaitHandshakes(1, PATIENCE);
        return daemon;
    }

    private void says(String text) {
        repository.commit(".makima/project.toml", text, "Say how to set up");
    }

    private void spawn(String completion) {
        server.send(BaseServer.spawnTask(taskId, "a task", "go")
                .put("repoUrl", repository.directory().toString())
                .put("completionAction", completion)
                .put("targetRepoPath", repository.directory().toString()));
    }

    private JsonObject end() {
        return server.await("taskComplete", taskId, PATIENCE);
    }

    private Path looking() {
        return agents.script("looks", """
                first_line
                init
                says "agent: $(cat made .env | tr '\\n' ' ') $(wc -l < made)"
                echo work > work
                result 'done'
                until_end_of_input
                """);
    }

    @Test
    void aTrustedRepositoryIsSetUpBeforeItsAgentStarts() {
        says("""
                [setup]
                run = [["sh", "-c", 'echo set up >> made; echo key=${MAKIMA_API_KEY-none} home=$HOME; ls "$MAKIMA_SOURCE/.env"']]
                [files]
                copy = [".env", "missing"]
                """);
        repository.write(".env", "A=1\n");
        try (DaemonHarness _ = daemon(looking(), repository.directory().toString())) {
            spawn("branch");
            JsonObject end = end();
            assertThat(end.getBoolean("success")).as(end.encode()).isTrue();
            assertThat(server.lines(taskId))
                    .anyMatch(line -> line.contains("agent: set up A=1  1"))
                    .anyMatch(line -> line.contains("key=none home=" + temp.resolve("home")))
                    .anyMatch(line -> line.contains("Could not bring along missing"))
                    .anyMatch(line -> line.contains(repository.directory() + "/.env"));
            String branch =
                    server.await("completionActionResult", taskId, PATIENCE).getString("branch");
            assertThat(repository.files(branch)).contains("work").doesNotContain(".env");

            // The same task again finds its worktree as it is.
            server.send(BaseServer.spawnTask(taskId, "a task", "go")
                    .put("repoUrl", repository.directory().toString()));
            server.await(frame -> frame.getString("output", "").contains("agent: set up A=1  1"), PATIENCE);
            Await.until(
                    PATIENCE,
                    "the second end",
                    () -> server.frames("taskComplete").size() == 2);
            assertThat(server.lines(taskId).stream().filter(line -> line.contains("Set-up: ")))
                    .hasSize(1);
        }
    }

    @Test
    void aWorktreeIsTornDownBeforeACommandRemovesIt() {
        Path log = temp.resolve("torn down");
        says("[setup]\nrun = [[\"true\"]]\n[teardown]\nrun = [[\"cp\", \"work\", \"" + log + "\"], [\"false\"]]\n");
        repository.write(".env", "A=1\n");
        try (DaemonHarness _ = daemon(looking(), repository.directory().toString())) {
            spawn("none");
            end();
            server.send(new JsonObject()
                    .put("type", "cleanupWorktree")
                    .put("taskId", taskId)
                    .put("deleteBranch", true));
            JsonObject cleaned = server.await("cleanupWorktreeResult", taskId, PATIENCE);
            assertThat(cleaned.getBoolean("success")).as(cleaned.encode()).isTrue();
            assertThat(log).hasContent("work");
            // What it prints and what it answers go different ways.
            server.await(frame -> frame.getString("output", "").contains("tear-down did not end well"), PATIENCE);
            assertThat(temp.resolve("home/worktrees")).isDirectoryNotContaining(Files::isDirectory);
        }
    }

    @Test
    void anUntrustedRepositoryRunsNothingAndIsToldHowToBeTrusted() {
        says("[setup]\nrun = [[\"touch\", \"" + temp.resolve("ran") + "\"]]\n[nonsense");
        try (DaemonHarness _ = daemon(agents.exitsAtOnce(0, ""), temp.resolve("other") + "/*", "https://x.test/*")) {
            spawn("none");
            end();
            assertThat(temp.resolve("ran")).doesNotExist();
            assertThat(server.lines(taskId))
                    .anyMatch(line -> line.contains(".makima/project.toml was not carried out")
                            && line.contains("worktree.trustedRepos")
                            && line.contains(repository.directory().toString()));
        }
    }

    @Test
    void aFailingSetUpFailsTheTaskWithItsLastWords() {
        says("[setup]\nrun = [[\"sh\", \"-c\", \"echo no such compiler; exit 9\"], [\"touch\", \"next\"]]\n");
        try (DaemonHarness _ = daemon(looking(), temp + "/*")) {
            spawn("none");
            JsonObject end = end();
            assertThat(end.getBoolean("success")).isFalse();
            assertThat(end.getString("error"))
                    .contains("set-up failed with exit code 9")
                    .contains("no such compiler");
            assertThat(server.lines(taskId)).noneMatch(line -> line.contains("agent:"));
        }
    }

    @Test
    void aSetUpThatTakesTooLongIsStopped() {
        says("[setup]\nrun = [[\"sh\", \"-c\", \"echo began; sleep 300\"]]\ntimeoutSecs = 3\n");
        try (DaemonHarness _ = daemon(looking(), temp + "/*")) {
            spawn("none");
            assertThat(end().getString("error")).contains("within 3 s").contains("began");
        }
    }

    @Test
    void aFileThatCannotBeUsedFailsTheTaskWithThePlaceOfTheMistake() {
        says("[setup]\nrun = [\"npm ci\"]\n");
        try (DaemonHarness _ = daemon(looking(), temp + "/*")) {
            spawn("none");
            assertThat(end().getString("error")).contains("setup.run").contains("no shell");
        }
    }

    @Test
    void anInterruptEndsTheSetUp() throws IOException {
        Path pid = temp.resolve("pid");
        says("[setup]\nrun = [[\"sh\", \"-c\", \"echo $$ > '" + pid + ".new'; mv '" + pid + ".new' '" + pid
                + "'; sleep 300\"]]\n");
        try (DaemonHarness _ = daemon(looking(), temp + "/*")) {
            spawn("none");
            long process =
                    Long.parseLong(Files.readString(Await.file(pid, PATIENCE)).strip());
            server.send(Peers.interrupt(taskId, true));
            server.await(frame -> "interrupted".equals(frame.getString("newStatus")), PATIENCE);
            Await.gone(process, PATIENCE);
            assertThat(server.frames("taskComplete")).isEmpty();
        }
    }

    @Test
    void aSparseWorktreeHoldsWhatTheFileNames() {
        repository.write("lib/a", "a\n").write("big/b", "b\n").commitAll("More");
        says("[worktree]\nsparse = [\"lib\"]\n");
        Path agent = agents.script("lists", """
                first_line
                init
                says "agent: $(ls | tr '\\n' ' ')"
                echo more > lib/more
                result 'done'
                until_end_of_input
                """);
        try (DaemonHarness _ = daemon(agent, temp + "/*")) {
            spawn("branch");
            JsonObject end = end();
            assertThat(end.getBoolean("success")).as(end.encode()).isTrue();
            assertThat(server.lines(taskId))
                    .anyMatch(line -> line.contains("agent:") && line.contains("lib") && !line.contains("big"));
            String branch =
                    server.await("completionActionResult", taskId, PATIENCE).getString("branch");
            assertThat(repository.files(branch)).contains("big/b", "lib/more");
        }
    }
}
