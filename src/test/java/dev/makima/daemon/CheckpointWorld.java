package dev.makima.daemon;

import dev.makima.config.DaemonConfig;
import dev.makima.testkit.Await;
import dev.makima.testkit.BaseServer;
import dev.makima.testkit.HostileAgent;
import dev.makima.testkit.TestRepository;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** A server, a repository and a daemon that makes checkpoints every few milliseconds. */
final class CheckpointWorld implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(20);
    static final Duration OFTEN = Duration.ofMillis(50);
    static final Duration SELDOM = Duration.ofHours(1);
    static final Duration NEVER = Duration.ZERO;

    final Vertx vertx = Vertx.vertx();
    final Path home;
    final HostileAgent agents;
    final TestRepository repository;
    final String taskId = UUID.randomUUID().toString();
    BaseServer server = BaseServer.start(vertx, DaemonHarness.KEY);

    CheckpointWorld(Path temp) throws IOException {
        home = temp.resolve("home");
        agents = new HostileAgent(Files.createDirectory(temp.resolve("agents")));
        repository = TestRepository.create(temp.resolve("repository"), 3);
    }

    /** An agent that does nothing for as long as it is let: the test does the work in its place. */
    Path idle() {
        return agents.script("idle", "init\nuntil_end_of_input");
    }

    DaemonHarness daemon(Path agent, Duration interval) {
        return daemon(agent, interval, new JsonObject());
    }

    DaemonHarness daemon(Path agent, Duration interval, JsonObject more) {
        return daemon(agent, interval, more, DaemonHarness.QUICK);
    }

    DaemonHarness daemon(Path agent, Duration interval, JsonObject more, DaemonTimers timers) {
        DaemonConfig config =
                DaemonHarness.withLink(DaemonHarness.config(home, server.uri(), agent, more), DaemonHarness::quick);
        int before = server.handshakes();
        DaemonHarness daemon =
                DaemonHarness.start(home, withInterval(config, interval), DaemonHarness.environment(home), timers);
        server.awaitHandshakes(before + 1, PATIENCE);
        return daemon;
    }

    private static DaemonConfig withInterval(DaemonConfig config, Duration interval) {
        DaemonConfig.ProcessSettings process = config.process();
        return new DaemonConfig(
                config.server(),
                config.worktree(),
                new DaemonConfig.ProcessSettings(
                        process.claudeCommand(),
                        process.claudeArgs(),
                        process.claudePreArgs(),
                        process.enablePermissions(),
                        process.disableVerbose(),
                        process.maxConcurrentTasks(),
                        process.maxTasksPerContract(),
                        process.defaultTimeout(),
                        process.envVars(),
                        process.envPass(),
                        interval,
                        process.checkpointPatches(),
                        process.bubblewrap()),
                config.localDb(),
                config.logging(),
                config.repos(),
                config.api(),
                config.home(),
                config.shutdown(),
                config.lease(),
                config.loop(),
                config.agent(),
                config.spool(),
                config.temp(),
                config.admission());
    }

    JsonObject spawn() {
        return BaseServer.spawnTask(taskId, "Some work", "go")
                .put("repoUrl", repository.directory().toString());
    }

    /** Starts the task and waits until its agent runs; answers its worktree. */
    TestRepository run() {
        return run(spawn());
    }

    TestRepository run(JsonObject spawn) {
        server.send(spawn);
        awaitState("running");
        return worktree();
    }

    TestRepository worktree() {
        try (Stream<Path> trees = Files.list(home.resolve("worktrees"))) {
            return TestRepository.at(
                    trees.filter(tree -> tree.getFileName().toString().startsWith(taskId.substring(0, 8)))
                            .findAny()
                            .orElseThrow());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes a file as a whole: no checkpoint sees a part of it. */
    void put(TestRepository tree, String name, String content) {
        try {
            Files.move(Files.writeString(home.resolve("new-file"), content), tree.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JsonObject awaitState(String state) {
        return server.await(
                frame -> state.equals(frame.getString("newStatus")) && taskId.equals(frame.getString("taskId")),
                PATIENCE);
    }

    /** The reports of checkpoints so far. */
    List<JsonObject> reports() {
        return server.frames("checkpointCreated");
    }

    /** Waits for the report of a checkpoint in which the file has this content. */
    JsonObject awaitReportOf(String file, String content) {
        return server.await(
                frame -> "checkpointCreated".equals(frame.getString("type"))
                        && holds(frame.getString("commitSha"), file, content),
                PATIENCE);
    }

    private boolean holds(String commit, String file, String content) {
        return repository.files(commit).contains(file)
                && repository.content(commit, file).equals(content);
    }

    /** What the last checkpoint's commit is, as far as the repository knows: empty for none. */
    String lastCheckpoint() {
        return repository
                .git("for-each-ref", "--format=%(objectname)", "refs/makima/checkpoints/" + taskId)
                .strip();
    }

    /** The files in which patches wait for the server. */
    List<Path> waitingPatches() {
        Path directory = home.resolve("outbox");
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void awaitWaitingPatches(int count) {
        Await.until(PATIENCE, count + " waiting patches", () -> waitingPatches().size() == count);
    }

    /** The server goes away, with all that it knows. */
    void serverGoes() {
        server.close();
    }

    /** One comes back at the same place. */
    void serverComesBack(int port) {
        server = BaseServer.start(vertx, DaemonHarness.KEY, BaseServer.Keep.EVERYTHING, port);
    }

    @Override
    public void close() {
        server.close();
        vertx.close().await();
    }
}
