package dev.makima.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.makima.cli.TestSurroundings;
import dev.makima.cli.api.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What commands end with, and what they say, by what the server answers: agents and scripts go by it. */
class ExitCodesTest {
    private static final String TASK = "550e8400-e29b-41d4-a716-446655440000";

    @TempDir
    private Path directory;

    private HttpServer server;
    private int status = 200;
    private String body = "{}";

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private TestSurroundings world() {
        return new TestSurroundings(directory)
                .with(
                        "MAKIMA_API_URL",
                        "http://127.0.0.1:" + server.getAddress().getPort())
                .with("MAKIMA_API_KEY", "mk_x")
                .with("MAKIMA_TASK_ID", TASK)
                .with("MAKIMA_CONTRACT_ID", TASK);
    }

    @ParameterizedTest
    @CsvSource({
        "400, 2", "401, 4", "403, 4", "404, 3", "409, 1", "413, 2", "429, 1", "500, 1", "502, 1", "503, 1", "504, 5"
    })
    void theServersAnswerDecides(int answered, int expected) {
        status = answered;
        body = "{\"code\":\"X\",\"message\":\"what it was. What to do\"}";
        for (List<String> command : List.of(
                List.of("tasks", "show", TASK),
                List.of("tasks", "diff", TASK, "--json"),
                List.of("supervisor", "task", TASK),
                List.of("contract", "status"),
                List.of("keys", "list"))) {
            TestSurroundings world = world();
            assertThat(world.run(command.toArray(String[]::new)))
                    .as("%s at %d", command, answered)
                    .isEqualTo(expected);
            assertThat(world.out()).as("nothing but what was asked for").isEmpty();
            if (command.contains("--json") || List.of("supervisor", "contract").contains(command.getFirst())) {
                assertThat(world.err().lines()).as("one object").hasSize(1);
                JsonNode told = Json.read("the error", world.err());
                assertThat(told.path("code").asText()).isNotEmpty();
                assertThat(told.path("message").asText()).startsWith("what it was. What to do");
            } else {
                assertThat(world.err()).startsWith("makima: what it was. What to do\n");
            }
        }
    }

    @Test
    void aMergeThatConflictsIsNoSuccessAndIsToldInFull() {
        body = "{\"success\":false,\"message\":\"it conflicts\",\"conflicts\":[\"a.txt\"]}";
        TestSurroundings agent = world();
        assertThat(agent.run("supervisor", "merge", TASK)).isEqualTo(1);
        assertThat(agent.out()).isEqualTo(body + "\n");
        assertThat(agent.err()).as("it is all in the answer").isEmpty();
        TestSurroundings person = world();
        assertThat(person.run("tasks", "merge", TASK)).isEqualTo(1);
        assertThat(person.out()).isEqualTo("it conflicts\n  a.txt\n");
    }

    @Test
    void whatBeginsTheSameIsListedToChooseFrom() {
        body = "{\"tasks\":[{\"id\":\"550e8400-e29b-41d4-a716-446655440000\",\"name\":\"parser\",\"status\":\"done\"},"
                + "{\"id\":\"550e8400-e29b-41d4-a716-446655440001\",\"name\":\"cli\",\"status\":\"running\"}]}";
        TestSurroundings world = world();
        assertThat(world.run("tasks", "stop", "550E8400")).isEqualTo(2);
        assertThat(world.err()).isEqualTo("""
                makima: 2 tasks begin with 550e8400:
                  550e8400-e29b-41d4-a716-446655440000  done parser
                  550e8400-e29b-41d4-a716-446655440001  running cli
                Give more digits
                """);
        TestSurroundings none = world();
        assertThat(none.run("tasks", "stop", "aaaa")).isEqualTo(3);
        assertThat(none.err()).isEqualTo("makima: no task begins with aaaa\nSee: makima tasks list\n");
    }

    @Test
    void aWholeIdIsNoBeginning() {
        body = "{\"daemons\":[]}";
        TestSurroundings world = world();
        assertThat(world.run("daemons", "show", TASK)).isEqualTo(3);
        assertThat(world.err()).isEqualTo("makima: there is no daemon " + TASK + "\nSee: makima daemons list\n");
    }

    @Test
    void aKeyIsRevokedByItsFirstDigits() {
        List<String> asked = new CopyOnWriteArrayList<>();
        server.createContext("/api/v1/keys", exchange -> {
            asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            byte[] bytes = ("{\"keys\":[{\"id\":\"" + TASK + "\",\"name\":\"laptop\",\"user\":\"anna\"}]}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        assertThat(world().run("keys", "revoke", "550e8400")).isZero();
        assertThat(asked).last().isEqualTo("DELETE /api/v1/keys/" + TASK);
        TestSurroundings name = world();
        assertThat(name.run("keys", "revoke", "laptop")).isEqualTo(2);
        assertThat(name.err()).startsWith("makima: not a key's id: laptop\n").contains("makima keys list");
    }

    @Test
    void aKeyOfAnotherOwnerIsNotSaidToBeRevokedByThisOne() {
        body = "{\"id\":\"" + TASK + "\",\"key\":\"mk_y\"}";
        TestSurroundings mine = world();
        mine.run("keys", "create", "laptop");
        assertThat(mine.err()).contains("Revoke it with: makima keys revoke " + TASK);
        TestSurroundings theirs = world();
        theirs.run("keys", "create", "first", "--owner", "team-b");
        assertThat(theirs.err()).contains("Revoke it with a key of that owner: makima keys revoke " + TASK);
    }

    @Test
    void aCodeThatWasNotWholeMayBeGivenAgain() {
        body = "{\"daemons\":[{\"id\":\"" + TASK + "\",\"hostname\":\"vm\"}],\"id\":\"" + TASK
                + "\",\"status\":\"failed\",\"error\":\"it is not whole\"}";
        TestSurroundings world = world();
        assertThat(world.run("daemons", "login", "vm", "--code", "x")).isEqualTo(1);
        assertThat(world.err())
                .isEqualTo("makima: the login failed: it is not whole\nBegin again, and give the code as it is shown,"
                        + " all of it: makima daemons login vm\n");
    }

    @Test
    void aDocumentWithoutAFileIsReadFromNone() {
        body = "{\"files\":[{\"id\":\"" + TASK + "\",\"name\":\"Notes\"}]}";
        TestSurroundings world = world();
        assertThat(world.run("contracts", "sync", TASK, "Notes")).isEqualTo(2);
        assertThat(world.err()).isEqualTo("""
                makima: the document Notes stands for no file of the repository
                Name one, such as: --path docs/plan.md
                """);
    }

    @Test
    void sumsOfTasksHaveTheirNamesInAColumnThatGivesWay() {
        body = "{\"rows\":[{\"taskId\":\"" + TASK + "\",\"name\":\"parser\",\"tasks\":1,\"costUsd\":0.5}],"
                + "\"total\":{\"tasks\":1,\"costUsd\":0.5}}";
        TestSurroundings tasks = world();
        tasks.run("usage", "--by", "task");
        assertThat(tasks.out()).startsWith("""
                TASK      NAME    TASKS  COST   TOKENS IN  OUT  TIME
                550e8400  parser  1      $0.50  0          0    0 s
                in all            1      $0.50  0          0    0 s
                """);
        TestSurroundings days = world();
        days.run("usage");
        assertThat(days.out()).startsWith("DAY     TASKS  COST ");
    }

    @Test
    void daemonsOfOneNameAreListedToChooseFrom() {
        String old = ",\"hostname\":\"build\",\"status\":\"disconnected\",\"lastSeenAt\":\"long ago\"}";
        body = "{\"daemons\":[{\"id\":\"" + TASK + "\"" + old
                + ",{\"id\":\"660e8400-e29b-41d4-a716-446655440001\",\"hostname\":\"build\",\"status\":\"connected\","
                + "\"lastSeenAt\":\"just now\"}]}";
        TestSurroundings world = world();
        assertThat(world.run("daemons", "show", "build")).isEqualTo(2);
        assertThat(world.err()).isEqualTo("""
                makima: 2 daemons are on machines named build:
                  550e8400-e29b-41d4-a716-446655440000  disconnected build, seen long ago
                  660e8400-e29b-41d4-a716-446655440001  connected build, seen just now
                Give the first digits of its id
                """);
        TestSurroundings none = world();
        assertThat(none.run("daemons", "restart", "bulid")).isEqualTo(3);
        assertThat(none.err()).isEqualTo("makima: no daemon is on a machine named bulid\nSee: makima daemons list\n");
    }

    @Test
    void aContractIsFoundByItsFirstDigitsOnAnyPage() {
        server.createContext("/api/v1/contracts", exchange -> {
            boolean second = String.valueOf(exchange.getRequestURI().getQuery()).contains("cursor=2");
            boolean whole = exchange.getRequestURI().getPath().endsWith(TASK);
            byte[] bytes = (whole
                            ? "{\"id\":\"" + TASK + "\",\"name\":\"old\"}"
                            : second
                                    ? "{\"contracts\":[{\"id\":\"" + TASK + "\",\"name\":\"old\"}]}"
                                    : "{\"contracts\":[{\"id\":\"aaaaaaaa\"}],\"nextCursor\":\"2\"}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        TestSurroundings world = world();
        assertThat(world.run("contracts", "show", "550e8400", "--json"))
                .as(world.err())
                .isZero();
        assertThat(world.out()).contains(TASK);
    }

    @Test
    void anOrchestratorIsNotDoneWhileASubtaskIsAtWork() {
        body = "{\"tasks\":[{\"id\":\"550e8400-e29b-41d4-a716-446655440001\",\"name\":\"cli\",\"status\":\"running\","
                + "\"parentTaskId\":\"" + TASK + "\"}]}";
        TestSurroundings world = world();
        assertThat(world.run("orchestrator", "done", "All of it")).isEqualTo(1);
        assertThat(world.err())
                .contains("subtask 550e8400 (cli) is running still", "makima orchestrator stop 550e8400");
        assertThat(world.out()).isEmpty();
    }
}
