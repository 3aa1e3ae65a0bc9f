package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.Await;
import dev.makima.testkit.BaseServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tasks whose agent is not logged in: one login for all of them, after which they go on. */
class LoginTest extends RunBench {
    private static final String ADDRESS = "https://claude.com/cai/oauth/authorize?code=true&state=";
    private static final String REFUSED_LINE = """
            printf '%s\\n' '{"type":"assistant","message":{"content":[{"type":"text","text":"Not logged in"}]},\
            "parent_tool_use_id":null,"error":"authentication_failed"}'
            """;

    /** As the real one: its own login, and a failure that is told by its kind alone. */
    private static final String LOGIN = """
            state='STATE'
            if [ "$1 $2" = 'auth status' ]; then
                [ -e "$state/in" ]
                exit
            fi
            if [ "$1" = auth ]; then
                echo $$ >> "$state/logins"
                PRINTS_ADDRESS
                IFS= read -r code
                case "$code" in good*) touch "$state/in"; echo "Login successful."; exit 0 ;; esac
                echo "Couldn't log in: That code $code wasn't accepted." >&2
                exit 1
            fi
            echo "$*" >> "$state/launches"
            refused() {
                PRINTS_REFUSAL
                printf '%s\\n' '{"type":"result","subtype":"success","is_error":true,"result":"Not logged in","num_turns":1}'
            }
            """;

    private static final String SAYS_ADDRESS = "echo \"If the browser didn't open, visit: " + ADDRESS + "$$\"";

    private static final String ANSWERS_IF_IN = """
            while IFS= read -r line; do
                case "$line" in *'"end_session"'*) exit 1 ;; *control_request*) continue ;; esac
                printf '%s\\n' "$line" >> "$state/told"
                init
                if [ -e "$state/in" ]; then says 'at work'; result 'done'; else refused; fi
            done
            [ -e "$state/in" ] || exit 1
            """;

    private Path agent(String login, String work) {
        String head = LOGIN.replace("STATE", temp.toString())
                .replace("PRINTS_ADDRESS", login)
                .replace("PRINTS_REFUSAL", REFUSED_LINE.strip());
        return agents.script("logs-in", head + work);
    }

    private Path agent() {
        return agent(SAYS_ADDRESS, ANSWERS_IF_IN);
    }

    private void spawn(JsonObject more) {
        server.send(BaseServer.spawnTask(taskId, "a task", "the plan").mergeIn(more));
    }

    private List<JsonObject> told() {
        return server.frames("authenticationRequired");
    }

    private JsonObject awaitTold(int count) {
        Await.until(PATIENCE, count + " addresses", () -> told().size() >= count);
        return told().get(count - 1);
    }

    private List<String> lines(String file) throws IOException {
        return Files.exists(temp.resolve(file)) ? Files.readAllLines(temp.resolve(file)) : List.of();
    }

    private void code(String task, String code) {
        server.send(Peers.message(task, "AUTH_CODE:" + code));
    }

    @Test
    void oneLoginIsBegunForAllTasksAndTheyGoOnAfterIt() throws IOException {
        try (DaemonHarness _ = daemon(agent())) {
            String other = UUID.randomUUID().toString();
            spawn(new JsonObject());
            server.send(BaseServer.spawnTask(other, "another", "the other plan"));
            awaitTold(2);
            assertThat(told()).extracting(frame -> frame.getString("taskId")).containsExactlyInAnyOrder(taskId, other);
            assertThat(told()).allSatisfy(frame -> {
                assertThat(frame.getString("loginUrl")).startsWith(ADDRESS);
                assertThat(frame.getString("hostname")).isNotBlank();
            });
            awaitState("blocked");
            assertThat(lines("logins")).hasSize(1);
            code(other, "good-secret#rest-of-it");
            assertThat(end().getBoolean("success")).isTrue();
            assertThat(server.await("taskComplete", other, PATIENCE).getBoolean("success"))
                    .isTrue();
        }
        assertThat(lines("logins")).hasSize(1);
        assertThat(lines("launches")).hasSize(4);
        assertThat(lines("launches").stream().filter(line -> line.contains("--resume")))
                .hasSize(2);
        assertThat(lines("told").stream().filter(line -> line.contains("logged in again")))
                .hasSize(2);
        assertThat(server.frames().toString()).doesNotContain("good-secret", "rest-of-it");
        assertThat(holdsNowhere("good-secret")).isTrue();
        assertThat(holdsNowhere("the other plan")).isFalse();
    }

    /** In no file under the daemon's home: its database, spools and logs. */
    private boolean holdsNowhere(String secret) throws IOException {
        try (Stream<Path> files = Files.walk(home)) {
            return files.filter(Files::isRegularFile).noneMatch(file -> {
                try {
                    return Files.readString(file, StandardCharsets.ISO_8859_1).contains(secret);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    @Test
    void aCodeThatIsRefusedIsFollowedByAnotherLogin() throws IOException {
        try (DaemonHarness _ = daemon(agent())) {
            spawn(new JsonObject());
            String first = awaitTold(1).getString("loginUrl");
            code(UUID.randomUUID().toString(), "good#from-elsewhere");
            awaitLine("waits for no login");
            code(taskId, "wrong-code#wrong-state");
            awaitLine("did not take the code: Couldn't log in: That code *** wasn't accepted.");
            assertThat(awaitTold(2).getString("loginUrl")).isNotEqualTo(first);
            code(taskId, "good#code");
            assertThat(end().getBoolean("success")).isTrue();
        }
        assertThat(lines("logins")).hasSize(2);
        assertThat(server.frames().toString()).doesNotContain("wrong-code", "wrong-state");
    }

    @Test
    void aLoginThatAPersonBeginsIsToldToTheTasksAndLetsThemGoOn() {
        try (DaemonHarness _ = daemon(agent())) {
            spawn(new JsonObject());
            String first = awaitTold(1).getString("loginUrl");
            String id = UUID.randomUUID().toString();
            server.send(new JsonObject().put("type", "triggerReauth").put("requestId", id));
            assertThat(awaitTold(2).getString("loginUrl")).isNotEqualTo(first);
            server.send(new JsonObject()
                    .put("type", "submitAuthCode")
                    .put("requestId", id)
                    .put("code", "good#code"));
            assertThat(end().getBoolean("success")).isTrue();
        }
    }

    @Test
    void theLoginThatTasksBeganTakesACodeByItsNumber() {
        try (DaemonHarness _ = daemon(agent())) {
            spawn(new JsonObject());
            JsonObject open = server.await(frame -> "url_ready".equals(frame.getString("status")), PATIENCE);
            server.send(new JsonObject()
                    .put("type", "submitAuthCode")
                    .put("requestId", open.getString("requestId"))
                    .put("code", "good#code"));
            assertThat(end().getBoolean("success")).isTrue();
        }
    }

    @Test
    void whereThereIsNoAddressTheTaskTellsToLogInOnTheMachineAndGoesOnByAMessage() throws IOException {
        try (DaemonHarness _ = daemon(agent("echo 'no such service'; exit 1", ANSWERS_IF_IN))) {
            spawn(new JsonObject());
            awaitLine("no such service. Log in on ");
            awaitState("blocked");
            server.send(Peers.message(taskId, "try it"));
            // It is refused again, and nobody tries a login that has just failed.
            Await.until(
                    PATIENCE,
                    "another refusal",
                    () -> server.lines(taskId).stream()
                                    .filter(line -> line.contains("Log in on "))
                                    .count()
                            == 2);
            Files.createFile(temp.resolve("in"));
            server.send(Peers.message(taskId, "I have logged in"));
            assertThat(end().getBoolean("success")).isTrue();
        }
        assertThat(lines("logins")).hasSize(1);
        assertThat(lines("told").getLast()).contains("I have logged in");
        assertThat(told()).isEmpty();
    }

    @Test
    void aMessageThatComesWhileTheRefusedAgentEndsIsForTheNextOne() throws IOException {
        String endsSlowly = ANSWERS_IF_IN.replace("|| exit 1", """
                || {
                    touch "$state/ending"
                    n=0
                    while [ ! -e "$state/in" ] && [ $n -lt 600 ]; do sleep 0.05; n=$((n + 1)); done
                    exit 1
                }""");
        try (DaemonHarness _ = daemon(agent(SAYS_ADDRESS, endsSlowly))) {
            spawn(new JsonObject());
            Await.until(PATIENCE, "the agent's end", () -> Files.exists(temp.resolve("ending")));
            server.send(Peers.message(taskId, "I have logged in"));
            server.send(Peers.command("resumeTask", taskId));
            awaitLine("cannot be resumed");
            Files.createFile(temp.resolve("in"));
            assertThat(end().getBoolean("success")).isTrue();
        }
        assertThat(lines("told").getLast()).contains("I have logged in");
    }

    @Test
    void aLoginAtTheMachineItselfIsSeenAndTheTaskGoesOn() throws IOException {
        Path kept = Files.createDirectories(home.resolve(".claude")).resolve(".credentials.json");
        try (DaemonHarness _ = daemon(agent())) {
            spawn(new JsonObject());
            awaitTold(1);
            awaitState("blocked");
            // One that has changed and is no login, as an agent leaves it that was refused.
            Files.writeString(kept, "{}");
            Files.createFile(temp.resolve("in"));
            Files.writeString(kept, "{\"a\":\"login\"}");
            assertThat(end().getBoolean("success")).isTrue();
        }
        assertThat(lines("launches")).hasSize(2);
        assertThat(lines("told").getLast()).contains("logged in again");
    }

    @Test
    void theNextDaemonWaitsOn() throws IOException {
        Path agent = agent();
        try (DaemonHarness _ = daemon(agent)) {
            spawn(new JsonObject());
            awaitTold(1);
            awaitState("blocked");
        }
        try (DaemonHarness _ = daemon(agent)) {
            awaitTold(2);
            code(taskId, "good#code");
            assertThat(end().getBoolean("success")).isTrue();
        }
        assertThat(lines("launches")).hasSize(2);
    }

    @Test
    void aLoginThatIsOverIsSaidAndTheNextCodeBeginsAnother() throws IOException {
        try (DaemonHarness _ = daemon(agent())) {
            spawn(new JsonObject());
            awaitTold(1);
            long login = Long.parseLong(lines("logins").getFirst());
            ProcessHandle.of(login).orElseThrow().destroy();
            awaitLine("The login is over without success");
            code(taskId, " good#too-late");
            awaitLine("another one begins");
            assertThat(awaitTold(2).getString("loginUrl")).doesNotEndWith("=" + login);
            code(taskId, "good#code");
            assertThat(end().getBoolean("success")).isTrue();
        }
    }

    @Test
    void aTaskThatWaitsForALoginCanBeInterrupted() {
        try (DaemonHarness _ = daemon(agent())) {
            spawn(new JsonObject());
            awaitState("blocked");
            server.send(Peers.interrupt(taskId, true));
            awaitState("interrupted");
        }
    }

    @Test
    void aSupervisorGoesOnToo() throws IOException {
        try (DaemonHarness _ = daemon(agent())) {
            spawn(new JsonObject().put("isSupervisor", true));
            awaitTold(1);
            awaitState("blocked");
            code(taskId, "good#code");
            awaitLine("at work");
            server.send(Peers.interrupt(taskId, true));
            awaitState("interrupted");
        }
        assertThat(lines("launches")).hasSize(2);
    }

    private void goesOnAfterTheLogin(String work) {
        try (DaemonHarness _ = daemon(agent(SAYS_ADDRESS, work))) {
            spawn(new JsonObject());
            awaitTold(1);
            code(taskId, "good#code");
            assertThat(end().getBoolean("success")).isTrue();
        }
    }

    @Test
    void anAgentThatTriesOnIsNotEndedAndGoesOnByItself() throws IOException {
        String triesOn = """
                first_line
                init
                printf '%s\\n' '{"type":"system","subtype":"api_retry","attempt":1,"error":"authentication_failed","error_status":401}'
                n=0
                while [ ! -e "$state/in" ] && [ $n -lt 600 ]; do sleep 0.1; n=$((n + 1)); done
                says 'at work'
                result 'done'
                until_end_of_input
                """;
        goesOnAfterTheLogin(triesOn);
        assertThat(lines("launches")).hasSize(1);
    }

    @Test
    void anAgentThatEndsWithoutAWordOfOutputIsKnownByItsStandardError() {
        String endsAtOnce = """
                [ -e "$state/in" ] || { echo 'Invalid API key · Please run /login' >&2; exit 1; }
                first_line
                init
                says 'at work'
                result 'done'
                until_end_of_input
                """;
        goesOnAfterTheLogin(endsAtOnce);
    }

    @Test
    void whatTheModelSaysIsNoFailedLogin() throws IOException {
        String says = """
                first_line
                init
                says 'Not logged in · Please run /login: authentication_failed'
                printf '%s\\n' '{"type":"result","subtype":"success","is_error":true,"result":"Not logged in · Please run /login"}'
                until_end_of_input
                exit 1
                """;
        try (DaemonHarness _ = daemon(agent(SAYS_ADDRESS, says))) {
            spawn(new JsonObject());
            assertThat(end().getBoolean("success")).isFalse();
        }
        assertThat(lines("logins")).isEmpty();
    }

    @Test
    void aKeyThatTheAgentWasGivenIsReplacedByNoLogin() throws IOException {
        try (DaemonHarness _ = daemon(agent())) {
            spawn(new JsonObject().put("env", new JsonObject().put("ANTHROPIC_API_KEY", "sk-ant-bad")));
            assertThat(end().getString("error")).contains("Not logged in");
            awaitLine("refuses what the agent was given by ANTHROPIC_API_KEY (Not logged in)");
        }
        assertThat(lines("logins")).isEmpty();
    }
}
