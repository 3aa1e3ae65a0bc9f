package dev.makima.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.Await;
import dev.makima.testkit.FaultProxy;
import dev.makima.testkit.HostileAgent;
import dev.makima.testkit.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Two servers on one PostgreSQL and a daemon or two, all of them processes; one server is killed for good. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class KilledServerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern URL = Pattern.compile("server is at http://127\\.0\\.0\\.1:(\\d+)");
    private static final Pattern KEY = Pattern.compile("key, shown this once: (\\S+)");

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path scratch;

    private final Api api = new Api();
    private final List<Program> servers = new ArrayList<>();
    private final List<Worker> daemons = new ArrayList<>();

    /** Says where it is, and what it has heard when its file is there. */
    private Path agent() throws IOException {
        return new HostileAgent(Files.createDirectories(scratch.resolve("work")))
                .script("waits", """
                IFS= read -r line
                name=${line#*NAME:}
                name=${name%%:*}
                init
                echo $$ >> "WORK/$name.agents"
                says "$name begins"
                until [ -e "WORK/$name.go" ]; do sleep 0.05; done
                says "$name goes on"
                result 'ok'
                until_end_of_input
                """.replace("WORK", scratch.resolve("work").toString()));
    }

    @AfterEach
    void end() {
        daemons.stream().filter(Worker::isAlive).forEach(Worker::kill);
        servers.stream().filter(Program::isAlive).forEach(Program::kill);
        daemons.forEach(daemon -> daemon.proxy().close());
        api.close();
        Leftovers.look(scratch, new Findings(0));
    }

    @Test
    void itsDaemonsGoOnAtTheOtherAndWhatNobodyBringsBackIsHandedOver() throws Exception {
        Programs programs = Programs.shared();
        Map<String, String> database = new HashMap<>(TestDatabase.POSTGRESQL.variables());
        // Long enough for a daemon to come to the other server on a busy machine.
        database.put("MAKIMA_TASKS_LEASESECS", "10");
        Program dies = server(programs, "dies", database);
        String key = dies.printed(KEY);
        int first = Integer.parseInt(dies.printed(URL));
        api.at(first, key);
        Program stays = server(programs, "stays", database);
        Path agent = agent();

        Worker comes = daemon(programs, "comes", agent, first, key);
        String brought = api.start("brought", "NAME:brought:");
        begun(brought, "brought", 1);
        // Each has room for one: the next task is the other's.
        Worker late = daemon(programs, "late", agent, first, key);
        String handed = api.start("handed", "NAME:handed:");
        begun(handed, "handed", 1);
        assertThat(MeshComparison.launches(List.of(late), handed)).hasSize(1);

        late.proxy().target(0);
        dies.kill();
        int second = Integer.parseInt(stays.printed(URL));
        api.at(second, key);
        comes.proxy().target(second);
        Files.createFile(scratch.resolve("work/brought.go"));
        ended(brought);
        begun(handed, "handed", 2);
        // What it has to say of its task is refused now, and its agent has to end.
        late.proxy().target(second);
        Await.gone(Long.parseLong(agents("handed").getFirst()), PATIENCE);
        Files.createFile(scratch.resolve("work/handed.go"));
        ended(handed);

        assertThat(raw(brought)).containsOnlyOnce("brought begins").containsOnlyOnce("brought goes on");
        assertThat(raw(handed)).containsOnlyOnce("handed begins").containsOnlyOnce("handed goes on");
        assertThat(agents("brought")).hasSize(1);
        assertThat(agents("handed")).hasSize(2);
        assertThat(MeshComparison.launches(List.of(comes), handed)).hasSize(1);
        await("both daemons", () -> connected() == 2);
    }

    private Program server(Programs programs, String name, Map<String, String> database) throws IOException {
        Homes.Home home = Homes.home(scratch, name, false);
        Program server = programs.start(Programs.Kind.LEASE_SERVER, home::inside, home.path(), home.logs(), database);
        servers.add(server);
        return server;
    }

    private Worker daemon(Programs programs, String name, Path agent, int server, String key) throws IOException {
        FaultProxy proxy = FaultProxy.start(1, 0);
        proxy.target(server);
        Worker daemon = new Worker(
                programs,
                Homes.home(scratch, name, false),
                proxy,
                agent,
                Map.of("MAKIMA_DAEMON_PROCESS_MAXCONCURRENTTASKS", "1"));
        daemons.add(daemon);
        daemon.start(key);
        return daemon;
    }

    private void begun(String task, String name, int agents) {
        await(
                agents + " agents of " + name,
                () -> agents(name).size() == agents && raw(task).contains("begins"));
    }

    private void ended(String task) {
        await(
                "the end of task " + task,
                () -> api.task(task).getString("status").equals("done"));
    }

    private String raw(String task) throws IOException, InterruptedException {
        return new String(api.raw(task, "stdout"), StandardCharsets.UTF_8);
    }

    /** The processes that were agents of the task, in the order of their beginnings. */
    private List<String> agents(String name) throws IOException {
        Path file = scratch.resolve("work/" + name + ".agents");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    private long connected() throws IOException, InterruptedException {
        return new JsonObject(api.daemons())
                .getJsonArray("daemons").stream()
                        .filter(daemon ->
                                ((JsonObject) daemon).getString("status").equals("connected"))
                        .count();
    }

    private interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    private static void await(String what, Condition condition) {
        Await.until(PATIENCE, what, () -> {
            try {
                return condition.holds();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", e);
            }
        });
    }
}
