package dev.makima.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.makima.testkit.Await;
import dev.makima.testkit.HostileAgent;
import dev.makima.testkit.SmallDisk;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Real programs on a real file system that is full for a while, or can only be read. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class FullDiskTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern URL = Pattern.compile("server is at http://127\\.0\\.0\\.1:(\\d+)");
    private static final Pattern KEY = Pattern.compile("key, shown this once: (\\S+)");
    private static final String FULL = "the disk is full";
    private static final String ROOM = "there is room on the disk again";

    private final Programs programs = Programs.shared();

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path scratch;

    private final Api api = new Api();
    private SmallDisk disk;
    private @Nullable Program server;
    private @Nullable Program daemon;
    private String key = "mk_none";
    private int port;

    @BeforeEach
    void mount() throws IOException {
        for (String directory : List.of("small", "normal", "logs", "work")) {
            Files.createDirectory(scratch.resolve(directory));
        }
        Optional<SmallDisk> mounted = SmallDisk.mount(scratch.resolve("small"), 24 * 1024);
        assumeTrue(mounted.isPresent(), "nobody may mount a file system here");
        disk = mounted.orElseThrow();
    }

    @AfterEach
    void end() {
        Stream.of(Optional.ofNullable(daemon), Optional.ofNullable(server))
                .flatMap(Optional::stream)
                .filter(Program::isAlive)
                .forEach(Program::kill);
        api.close();
        if (disk != null) {
            Findings left = new Findings(0);
            Leftovers.look(scratch, left);
            disk.close();
        }
    }

    @Test
    void aDaemonGoesOnByItselfOnceItsDiskHasRoomAgain() throws Exception {
        startServer(Programs.Kind.EAGER_SERVER, false);
        startDaemon(true);
        String waits = api.start("waits", "WAIT");
        String floods = api.start("floods", "FLOOD");
        begun(waits);
        begun(floods);

        disk.fill();
        Files.createFile(scratch.resolve("work/flood"));
        awaitLog("daemon", "database .*daemon.db: " + FULL);
        awaitLog("daemon", "task " + floods + ": " + FULL);
        String more = api.start("more", "SAY");
        // Signs of life come all the while.
        String seen = lastSeen();
        Await.until(PATIENCE, "a heartbeat", () -> !lastSeen().equals(seen));
        String again = lastSeen();
        Await.until(PATIENCE, "another heartbeat", () -> !lastSeen().equals(again));
        assertThat(status(more)).isIn("pending", "starting");
        assertThat(status(waits)).isEqualTo("running");

        disk.free();
        awaitLog("daemon", "database .*daemon.db: " + ROOM);
        Files.createFile(scratch.resolve("work/go"));
        ended(waits, "done");
        ended(more, "done");
        ended(floods, "failed");
        assertThat(task(floods).getString("errorMessage"))
                .contains("exit code 7")
                .contains("the disk with its output was full while it ran")
                .contains("free some space");
        Path spool = disk.outside().resolve(".makima/spool");
        assertThat(api.raw(waits, "stdout")).isEqualTo(only(spool.resolve(waits), "out"));
        assertThat(new String(api.raw(waits, "stdout"), StandardCharsets.UTF_8)).contains("it begins", "it goes on");
        Await.until(
                PATIENCE, "all that there is", () -> Arrays.equals(raw(floods), only(spool.resolve(floods), "out")));
        assertThat(daemon).matches(Program::isAlive);
        quiet("daemon", "daemon.db");
    }

    @Test
    void aServerGoesOnByItselfOnceItsDiskHasRoomAgain() throws Exception {
        startServer(Programs.Kind.SERVER, true);
        startDaemon(false);
        String waits = api.start("waits", "WAIT");
        begun(waits);

        disk.fill();
        // What SQLite has of its log already may take some more.
        Await.until(PATIENCE, "the refusal of a task", () -> tryToStart() == 507);
        assertThat(new JsonObject(api.lastAnswer()).getString("code")).isEqualTo("DISK_FULL");
        assertThat(new JsonObject(api.lastAnswer()).getString("message"))
                .contains(FULL)
                .contains("Make room");
        assertThat(status(waits)).isEqualTo("running");
        Files.createFile(scratch.resolve("work/go"));
        awaitLog("server", "database .*: " + FULL);

        disk.free();
        awaitLog("server", "database .*: " + ROOM);
        ended(waits, "done");
        ended(api.start("more", "SAY"), "done");
        Path spool = scratch.resolve("normal/.makima/spool");
        assertThat(api.raw(waits, "stdout")).isEqualTo(only(spool.resolve(waits), "out"));
        assertThat(server).matches(Program::isAlive);
        quiet("server", ".db");
    }

    @Test
    void neitherStartsOnAFullOrReadOnlyDiskAndBothDoAfterwards() throws Exception {
        startServer(Programs.Kind.SERVER, true);
        startDaemon(true);
        String task = api.start("before", "SAY");
        ended(task, "done");
        required(daemon).end(PATIENCE);
        required(server).end(PATIENCE);

        disk.fill();
        refuses("full", FULL);
        disk.free();
        Map<Path, byte[]> before = databases();
        disk.readOnly(true);
        refuses("read-only", "Read-only file system");
        // The same file for a server whose home is elsewhere: here it is the database itself that cannot be written.
        Path servers = before.keySet().stream()
                .filter(file -> file.endsWith("server.db"))
                .findFirst()
                .orElseThrow();
        Path there = scratch.resolve("small").resolve(disk.outside().relativize(servers));
        Path logs = Files.createDirectory(scratch.resolve("logs/elsewhere"));
        Program elsewhere = programs.start(
                Programs.Kind.SERVER,
                disk::inside,
                scratch.resolve("normal"),
                logs,
                Map.of(),
                "--database-url",
                there.toString());
        assertThat(elsewhere.exit(PATIENCE)).isEqualTo(1);
        assertThat(Files.readString(logs.resolve("server.log")))
                .contains("database " + there + ": it can't be written");
        disk.readOnly(false);
        assertThat(databases()).allSatisfy((file, bytes) -> assertThat(bytes).isEqualTo(before.get(file)));

        startServer(Programs.Kind.SERVER, true);
        startDaemon(true);
        assertThat(status(task)).isEqualTo("done");
        ended(api.start("after", "SAY"), "done");
    }

    private void refuses(String why, String told) throws IOException {
        for (Programs.Kind kind : List.of(Programs.Kind.SERVER, Programs.Kind.DAEMON)) {
            Path logs = Files.createDirectories(scratch.resolve("logs/" + why));
            Program program = start(kind, true, logs);
            assertThat(program.exit(PATIENCE)).isEqualTo(1);
            String said = Files.readString(logs.resolve(kind.name() + ".log"));
            assertThat(said)
                    .contains(told)
                    .contains(scratch.resolve("small").toString())
                    .doesNotContain("\tat ");
        }
    }

    private Map<Path, byte[]> databases() throws IOException {
        Map<Path, byte[]> found = new HashMap<>();
        try (Stream<Path> files = Files.walk(disk.outside())) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".db")).toList()) {
                found.put(file, Files.readAllBytes(file));
            }
        }
        assertThat(found).hasSizeGreaterThanOrEqualTo(2);
        return found;
    }

    private void startServer(Programs.Kind kind, boolean small) throws IOException {
        server = start(kind, small, scratch.resolve("logs"));
        if (key.equals("mk_none")) {
            key = server.printed(KEY);
        }
        port = Integer.parseInt(server.printed(URL));
        api.at(port, key);
    }

    private void startDaemon(boolean small) throws IOException {
        daemon = start(Programs.Kind.DAEMON, small, scratch.resolve("logs"));
    }

    private Program start(Programs.Kind kind, boolean small, Path logs) throws IOException {
        Path home = scratch.resolve(small ? "small" : "normal");
        UnaryOperator<List<String>> inside = small ? disk::inside : UnaryOperator.identity();
        if (!kind.equals(Programs.Kind.DAEMON)) {
            return programs.start(kind, inside, home, logs, Map.of());
        }
        Map<String, String> variables = Map.of(
                "MAKIMA_API_KEY",
                key,
                "MAKIMA_DAEMON_SERVER_URL",
                "http://127.0.0.1:" + port,
                "MAKIMA_DAEMON_SERVER_RECONNECTINTERVALSECS",
                "1",
                "MAKIMA_DAEMON_SERVER_HEARTBEATINTERVALSECS",
                "1",
                "MAKIMA_DAEMON_ADMISSION_MINFREEDISKBYTES",
                "0",
                "MAKIMA_DAEMON_PROCESS_CLAUDECOMMAND",
                agent().toString());
        return programs.start(Programs.Kind.DAEMON, inside, home, logs, variables);
    }

    private Path agent() {
        return new HostileAgent(scratch.resolve("work"))
                .script("three", """
                IFS= read -r line
                init
                says 'it begins'
                case "$line" in
                *FLOOD*)
                    until [ -e 'WORK/flood' ]; do sleep 0.05; done
                    head -c 30000000 /dev/zero | tr '\\0' 'x' || exit 7
                    ;;
                *WAIT*)
                    until [ -e 'WORK/go' ]; do sleep 0.05; done
                    says 'it goes on'
                    ;;
                esac
                result 'ok'
                until_end_of_input
                """.replace("WORK", scratch.resolve("work").toString()));
    }

    private void begun(String task) {
        Await.until(
                PATIENCE,
                "the first words of " + task,
                () -> raw(task).length > 0 && status(task).equals("running"));
    }

    private void ended(String task, String how) {
        Await.until(PATIENCE, task + " to be " + how, () -> {
            String status = status(task);
            if (!status.equals(how) && List.of("done", "failed", "interrupted").contains(status)) {
                throw new AssertionError(
                        status + " in place of " + how + ": " + task(task).getString("errorMessage"));
            }
            return status.equals(how);
        });
    }

    private void awaitLog(String kind, String pattern) {
        Pattern wanted = Pattern.compile(pattern);
        Await.until(PATIENCE, pattern, () -> wanted.matcher(log(kind)).find());
    }

    /** It was said once that the disk is full and once that it is not, and nothing else had to be said of it. */
    private void quiet(String kind, String database) {
        Pattern full = Pattern.compile("database [^ ]*" + Pattern.quote(database) + ": " + FULL + "\\. What is");
        Pattern room = Pattern.compile("database [^ ]*" + Pattern.quote(database) + ": " + ROOM);
        assertThat(full.matcher(log(kind)).results()).hasSize(1);
        assertThat(room.matcher(log(kind)).results()).hasSize(1);
        assertThat(log(kind)).doesNotContain("\tat ");
    }

    private String log(String kind) {
        try {
            Path file = scratch.resolve("logs/" + kind + ".log");
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private int tryToStart() {
        return asked(() -> api.tryToStart("too much", "SAY " + "x".repeat(100_000)));
    }

    private String lastSeen() {
        return asked(() -> new io.vertx.core.json.JsonObject(api.daemons())
                .getJsonArray("daemons")
                .getJsonObject(0)
                .getString("lastSeenAt"));
    }

    private String status(String task) {
        return task(task).getString("status");
    }

    private JsonObject task(String task) {
        return asked(() -> api.task(task));
    }

    private byte[] raw(String task) {
        return asked(() -> api.raw(task, "stdout"));
    }

    private static byte[] only(Path runs, String name) {
        return asked(() -> {
            try (Stream<Path> all = Files.list(runs)) {
                return Files.readAllBytes(all.findFirst().orElseThrow().resolve(name));
            }
        });
    }

    private static Program required(@Nullable Program program) {
        return Optional.ofNullable(program).orElseThrow();
    }

    private interface Question<T> {
        T ask() throws IOException, InterruptedException;
    }

    private static <T> T asked(Question<T> question) {
        try {
            return question.ask();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
