package dev.makima.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.Secret;
import dev.makima.cli.TestSurroundings;
import dev.makima.cli.api.ServerUrl;
import dev.makima.cli.local.ConfiguredServer;
import dev.makima.config.ConfigLoader;
import dev.makima.config.DaemonConfig;
import dev.makima.config.Flags;
import dev.makima.config.ServerConfig;
import dev.makima.daemon.DaemonHarness;
import dev.makima.daemon.control.ControlClient;
import dev.makima.server.MakimaServer;
import dev.makima.testkit.Await;
import dev.makima.testkit.BaseServer;
import dev.makima.testkit.Executable;
import dev.makima.testkit.HostileAgent;
import dev.makima.testkit.StreamServer;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks that need something that runs: a server, a daemon, an agent that hangs, a port in use. */
class ChecksTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path temp;

    private Vertx vertx;
    private HostileAgent agents;
    private Path home;

    @BeforeEach
    void make() throws IOException {
        vertx = Vertx.vertx();
        agents = new HostileAgent(Files.createDirectory(temp.resolve("agents")));
        home = temp.resolve("home");
    }

    @AfterEach
    void close() {
        vertx.close().await();
    }

    private static ServerConfig serverConfig(Path directory, int port) {
        JsonObject tree =
                new JsonObject().put("home", directory.toString()).put("http", new JsonObject().put("port", port));
        return ConfigLoader.serverFromTree(tree, Flags.none(), DaemonHarness.environment(directory), directory)
                .config();
    }

    private Patient patient(DaemonConfig daemon, int port) {
        return new Patient(
                new TestSurroundings(temp).make(),
                DaemonHarness.environment(home),
                daemon,
                serverConfig(temp.resolve("server"), port));
    }

    private DaemonConfig daemonConfig(Path agent) {
        return DaemonHarness.config(home, java.net.URI.create("http://127.0.0.1:1"), agent, new JsonObject());
    }

    private static String levels(List<Finding> found) {
        return String.join(
                " ",
                found.stream()
                        .map(one -> one.subject() + "=" + one.getClass().getSimpleName())
                        .toList());
    }

    @Test
    void aServerIsAskedForItsHealthItsTimeAndWhetherItTakesTheKey() throws InterruptedException {
        MakimaServer server = Await.value(MakimaServer.start(vertx, serverConfig(temp.resolve("server"), 0)), PATIENCE);
        try {
            String url = "http://127.0.0.1:" + server.port();
            Secret key = server.firstKey().orElseThrow().secret();
            List<Finding> good = new ServerCheck(new ConfiguredServer(new ServerUrl(url), key, "a test")).look();
            assertThat(levels(good)).matches("server=(Fine|Warning) time=Fine key=Fine");
            assertThat(good.getFirst().found()).contains("database up", "daemons 0 connected");
            List<Finding> bad =
                    new ServerCheck(new ConfiguredServer(new ServerUrl(url), new Secret("mk_no"), "a test")).look();
            assertThat(bad.getLast()).isInstanceOf(Finding.Wrong.class);
            assertThat(bad.getLast().found()).contains("refused");
            assertThat(new PortCheck(patient(daemonConfig(agents.silent()), server.port()))
                            .look()
                            .getFirst()
                            .found())
                    .contains("is used by a makima server");
        } finally {
            Await.value(server.close(), PATIENCE);
        }
    }

    @Test
    void anotherProgramsPortIsAWarningAndOneThatHangsIsNotWaitedForForEver() throws Exception {
        try (ServerSocket mute = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Patient patient = patient(daemonConfig(agents.silent()), mute.getLocalPort());
            assertThat(new PortCheck(patient).look())
                    .singleElement()
                    .isInstanceOfSatisfying(
                            Finding.Warning.class,
                            one -> assertThat(one.found()).contains("used by another program"));
        }
    }

    @Test
    void anAgentThatHangsIsWrongAndEnded() throws Exception {
        Path pid = temp.resolve("pid");
        Path agent = Executable.write(
                temp.resolve("hangs"),
                "#!/bin/sh\necho $$ >" + pid + ".new; mv " + pid + ".new " + pid + "\nsleep 600\n");
        List<Finding> found = new AgentCheck(patient(daemonConfig(agent), 0), Duration.ofMillis(700)).look();
        assertThat(found)
                .singleElement()
                .isInstanceOfSatisfying(
                        Finding.Wrong.class, one -> assertThat(one.found()).contains("does not answer --version"));
        if (Files.exists(pid)) {
            long process = Long.parseLong(Files.readString(pid).strip());
            Await.until(PATIENCE, "its end", () -> !Await.alive(process));
        }
    }

    @Test
    void aRunningDaemonTellsOfItsPartsAndOfSilentAgents() {
        BaseServer server = BaseServer.start(vertx, DaemonHarness.KEY);
        JsonObject quick = new JsonObject().put("agent", new JsonObject().put("silenceWarnSecs", 1));
        DaemonConfig config = DaemonHarness.config(home, server.uri(), agents.silent(), quick);
        DaemonCheck check = new DaemonCheck(patient(config, 0));
        try (DaemonHarness daemon = DaemonHarness.start(home, config, DaemonHarness.environment(home))) {
            server.awaitHandshakes(1, PATIENCE);
            Await.until(PATIENCE, "a connection", () -> levels(check.look()).contains("link=Fine"));
            List<Finding> idle = check.look();
            assertThat(levels(idle)).isEqualTo("daemon=Fine link=Fine outbox=Fine");
            assertThat(idle.getFirst().found())
                    .contains("process " + ProcessHandle.current().pid(), "0 of 10 tasks");
            String task = UUID.randomUUID().toString();
            server.send(BaseServer.spawnTask(task, "a quiet one", "go"));
            Await.until(
                    PATIENCE,
                    "silence",
                    () -> check.look().stream()
                            .anyMatch(one -> one instanceof Finding.Warning
                                    && one.found().contains("printed nothing")));
            assertThat(check.look().getLast().found()).contains(task, "a quiet one");
            server.send(new JsonObject()
                    .put("type", "interruptTask")
                    .put("taskId", task)
                    .put("graceful", false));
            server.await(frame -> "interrupted".equals(frame.getString("newStatus")), PATIENCE);
            assertThat(daemon.home()).isEqualTo(home);
        } finally {
            server.close();
        }
        assertThat(levels(check.look())).isEqualTo("daemon=Fine");
    }

    @Test
    void aTaskThatNoServerKnowsAndEventsThatWereRefusedAreNamedWithTheirCure() {
        StreamServer server = StreamServer.start(vertx);
        server.can("outputStream", "eventAck", "lease");
        server.acknowledgeEvents(false);
        DaemonConfig config = DaemonHarness.config(home, server.uri(), agents.silent(), new JsonObject());
        DaemonCheck check = new DaemonCheck(patient(config, 0));
        String task = UUID.randomUUID().toString();
        try (DaemonHarness _ = DaemonHarness.start(home, config, DaemonHarness.environment(home))) {
            server.await(1, "runs", PATIENCE);
            server.send(BaseServer.spawnTask(task, "a stranger", "go")
                    .put("fence", 1)
                    .put("leaseSecs", 600));
            JsonObject event = server.await(frame -> "running".equals(frame.getString("newStatus")), PATIENCE);
            server.send(new JsonObject()
                    .put("type", "eventReject")
                    .put("eventId", event.getString("eventId"))
                    .put("code", "CONFLICT")
                    .put("message", "no such task"));
            JsonObject beat = server.await(
                    frame -> "heartbeat".equals(frame.getString("type"))
                            && !frame.getJsonArray("runs", new JsonArray()).isEmpty(),
                    PATIENCE);
            JsonObject run = beat.getJsonArray("runs").getJsonObject(0);
            server.send(new JsonObject()
                    .put("type", "heartbeatAck")
                    .put("seq", beat.getLong("seq"))
                    .put("leaseSecs", 600)
                    .put("verdicts", new JsonArray().add(run.copy().put("verdict", "unknown"))));
            Await.until(
                    PATIENCE,
                    "both are named",
                    () -> levels(check.look()).equals("daemon=Fine link=Fine outbox=Fine task=Wrong outbox=Warning"));
            List<Finding> found = check.look();
            Finding.Wrong stranger = (Finding.Wrong) found.get(3);
            assertThat(stranger.found()).contains(task, "a stranger", "the server does not know it");
            assertThat(stranger.cure()).contains("makima daemon --stop-task " + task);
            assertThat(found.get(4).found()).contains("1 event", "taskStatusChange of task " + task, "no such task");
            JsonObject aside = status().getJsonObject("store")
                    .getJsonArray("newestSetAside")
                    .getJsonObject(0);
            assertThat(aside.getString("taskId")).isEqualTo(task);
            assertThat(aside.getString("type")).isEqualTo("taskStatusChange");
            assertThat(aside.getString("reason")).contains("CONFLICT", "no such task");
            assertThat(aside.getInstant("at")).isBeforeOrEqualTo(Instant.now());
            TestSurroundings stop = new TestSurroundings(temp);
            assertThat(stop.run("daemon", "--stop-task", task.substring(0, 8))).isZero();
            assertThat(stop.out()).contains("task " + task + " has ended on this machine");
            TestSurroundings again = new TestSurroundings(temp);
            assertThat(again.run("daemon", "--stop-task", task)).isNotZero();
            assertThat(again.err()).contains("nothing of task " + task + " works on this machine");
        } finally {
            server.close();
        }
        TestSurroundings none = new TestSurroundings(temp);
        assertThat(none.run("daemon", "--stop-task", task)).isNotZero();
        assertThat(none.err()).contains("no daemon runs on " + home);
    }

    private JsonObject status() {
        try (ControlClient client = ControlClient.connect(home).orElseThrow()) {
            return client.ask(new JsonObject().put("verb", "status"), PATIENCE);
        }
    }

    @Test
    void tasksThatAreSaidToRunWhereNoDaemonDoesAreNamedAndTheNextDaemonEndsThem() {
        BaseServer server = BaseServer.start(vertx, DaemonHarness.KEY);
        DaemonConfig config = DaemonHarness.config(home, server.uri(), agents.silent(), new JsonObject());
        DaemonCheck check = new DaemonCheck(patient(config, 0));
        String task = UUID.randomUUID().toString();
        try {
            try (DaemonHarness _ = DaemonHarness.start(home, config, DaemonHarness.environment(home))) {
                server.awaitHandshakes(1, PATIENCE);
                server.send(BaseServer.spawnTask(task, "an orphan", "go"));
                server.await(frame -> "running".equals(frame.getString("newStatus")), PATIENCE);
            }
            // Its agent and whatever holds it die while nobody looks, as in a crash of the machine.
            killRun();
            List<Finding> found = check.look();
            assertThat(levels(found)).isEqualTo("daemon=Fine tasks=Warning");
            assertThat(found.getLast().found()).contains(task + " running");
            try (DaemonHarness _ = DaemonHarness.start(home, config, DaemonHarness.environment(home))) {
                // Told in the transaction that ends it; a daemon that runs is not asked for its tasks' states.
                server.await(frame -> "taskRecoveryDetected".equals(frame.getString("type")), PATIENCE);
            }
            assertThat(levels(check.look())).isEqualTo("daemon=Fine");
        } finally {
            server.close();
        }
    }

    @Test
    void theCommandHasARunningDaemonCleanUpAndExaminesItsMachine() throws IOException {
        BaseServer server = BaseServer.start(vertx, DaemonHarness.KEY);
        DaemonConfig config = DaemonHarness.config(home, server.uri(), agents.silent(), new JsonObject());
        try (DaemonHarness _ = DaemonHarness.start(home, config, DaemonHarness.environment(home))) {
            server.awaitHandshakes(1, PATIENCE);
            Path going = Files.createDirectories(home.resolve("temp/.going-" + UUID.randomUUID()));
            Path mine = Files.createDirectories(home.resolve("worktrees/mine"));
            TestSurroundings look = new TestSurroundings(temp).with("MAKIMA_HTTP_PORT", "0");
            look.run("doctor");
            assertThat(look.out())
                    .contains("warning   leftover: directory " + going)
                    .contains("→ Can go: makima doctor --clean")
                    .contains("worktree " + mine)
                    .contains("ok        link: connected to");
            Path second = Files.createDirectories(home.resolve("temp/.going-" + UUID.randomUUID()));
            TestSurroundings summed = new TestSurroundings(temp).with("MAKIMA_HTTP_PORT", "0");
            summed.run("doctor");
            assertThat(summed.out())
                    .contains("warning   leftovers: 2 directories, such as ", "the oldest from ")
                    .containsOnlyOnce("/temp/.going-");
            TestSurroundings each = new TestSurroundings(temp).with("MAKIMA_HTTP_PORT", "0");
            each.run("doctor", "--verbose");
            assertThat(each.out()).contains("leftover: directory " + going, "leftover: directory " + second);
            TestSurroundings dry = new TestSurroundings(temp);
            assertThat(dry.run("doctor", "--clean", "--dry-run")).isZero();
            assertThat(dry.out()).contains("would go  temporary " + going, "kept  worktree " + mine);
            assertThat(going).exists();
            TestSurroundings clean = new TestSurroundings(temp);
            assertThat(clean.run("doctor", "--clean")).isZero();
            assertThat(clean.out()).contains("removed  temporary " + going);
            assertThat(going).doesNotExist();
            assertThat(mine).exists();
        } finally {
            server.close();
        }
    }

    private void killRun() {
        String mark = "HOME=" + home + "\0";
        ProcessHandle.allProcesses()
                .filter(process -> environment(process.pid()).contains(mark)
                        && environment(process.pid()).contains("MAKIMA_RUN="))
                .forEach(ProcessHandle::destroyForcibly);
        Await.until(
                PATIENCE,
                "their end",
                () -> ProcessHandle.allProcesses()
                        .noneMatch(process -> Await.alive(process.pid())
                                && environment(process.pid()).contains(mark)
                                && environment(process.pid()).contains("MAKIMA_RUN=")));
    }

    private static String environment(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/environ"), java.nio.charset.StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
