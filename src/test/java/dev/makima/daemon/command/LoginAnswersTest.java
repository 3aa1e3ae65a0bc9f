package dev.makima.daemon.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.daemon.DaemonHarness;
import dev.makima.testkit.Await;
import dev.makima.testkit.Executable;
import dev.makima.testkit.RealAgent;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A login of the agent that somebody else asks for: its address goes out, its code comes in. */
class LoginAnswersTest extends PeerBench {
    /** As the real one speaks, measured. */
    private static final String AGENT = """
            #!/bin/sh
            [ "$1" = --version ] && { echo "VERSION (Claude Code)"; exit; }
            echo $$ >> "$HOME/logins"
            echo "Opening browser to sign in"
            echo "If the browser didn't open, visit: https://claude.com/cai/oauth/authorize?code=true&state=x"
            printf 'Paste code here if prompted > '
            IFS= read -r code
            case "$code" in
            *'#'*) ;;
            *) echo "That doesn't look like the full code."; IFS= read -r code ;;
            esac
            case "$code" in good*) echo "Login successful."; exit 0 ;; esac
            echo "Couldn't log in: That code $code wasn't accepted." >&2
            exit 1
            """;

    private DaemonHarness daemon(Path agent) {
        return peer.daemon(new JsonObject().put("process", new JsonObject().put("claudeCommand", agent.toString())));
    }

    private Path agent(String version) throws IOException {
        return Executable.write(temp.resolve("agent-" + version), AGENT.replace("VERSION", version));
    }

    private JsonObject ask(JsonObject frame) {
        int before = peer.server().frames("reauthStatus").size();
        peer.server().send(frame);
        Await.until(
                CommandPeer.PATIENCE,
                "an answer to " + frame.getString("type"),
                () -> peer.server().frames("reauthStatus").size() > before);
        JsonObject answer = peer.server().frames("reauthStatus").get(before);
        assertThat(answer.getString("requestId")).isEqualTo(frame.getString("requestId"));
        return answer;
    }

    private JsonObject begin(String id) {
        return ask(new JsonObject().put("type", "triggerReauth").put("requestId", id));
    }

    private JsonObject code(String id, String code) {
        return ask(new JsonObject()
                .put("type", "submitAuthCode")
                .put("requestId", id)
                .put("code", code));
    }

    private static String id() {
        return UUID.randomUUID().toString();
    }

    @Test
    void theAddressGoesOutAndTheCodeComesIn() throws IOException {
        try (DaemonHarness _ = daemon(agent("2.1.329"))) {
            String id = id();
            JsonObject begun = begin(id);
            assertThat(begun.getString("status")).as(begun.encode()).isEqualTo("url_ready");
            assertThat(begun.getString("loginUrl"))
                    .isEqualTo("https://claude.com/cai/oauth/authorize?code=true&state=x");
            assertThat(code(id, "half").getString("error")).contains("full code");
            JsonObject done = code(id, "good#x");
            assertThat(done.getString("status")).as(done.encode()).isEqualTo("completed");
            assertThat(done.getBoolean("tokenSaved")).isTrue();
            assertThat(code(id, "good#x").getString("error")).contains("no login waits");
        }
    }

    @Test
    void aCodeThatIsRefusedIsToldWithoutTheCode() throws IOException {
        try (DaemonHarness _ = daemon(agent("2.1.329"))) {
            String id = id();
            begin(id);
            assertThat(code(id, "two\nlines").getString("error")).contains("one line");
            assertThat(code(id(), "good#x").getString("error")).contains("no login waits");
            JsonObject refused = code(id, "wrong#code");
            assertThat(refused.getString("status")).isEqualTo("failed");
            assertThat(refused.getString("error")).contains("wasn't accepted").doesNotContain("wrong#code");
        }
    }

    @Test
    void theNextLoginAndTheDaemonsEndEndTheOneBefore() throws IOException {
        try (DaemonHarness _ = daemon(agent("2.1.329"))) {
            begin(id());
            begin(id());
            Await.until(CommandPeer.PATIENCE, "the first one's end", () -> !isAlive(0));
            assertThat(isAlive(1)).isTrue();
        }
        Await.until(CommandPeer.PATIENCE, "the second one's end", () -> !isAlive(1));
    }

    private boolean isAlive(int login) {
        try {
            List<String> pids = Files.readAllLines(peer.home().resolve("logins"));
            return ProcessHandle.of(Long.parseLong(pids.get(login)))
                    .filter(ProcessHandle::isAlive)
                    .isPresent();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anAgentThatKnowsNoSuchLoginIsNotStartedWithIt() throws IOException {
        try (DaemonHarness _ = daemon(agent("2.0.14"))) {
            assertThat(begin(id()).getString("error")).contains("2.0.14", "/login");
            assertThat(peer.home().resolve("logins")).doesNotExist();
        }
    }

    @Test
    void theRealAgentGivesItsAddressAndRefusesAMadeUpCode() {
        try (DaemonHarness _ = daemon(RealAgent.require())) {
            String id = id();
            JsonObject begun = begin(id);
            assertThat(begun.getString("status")).as(begun.encode()).isEqualTo("url_ready");
            assertThat(begun.getString("loginUrl"))
                    .startsWith("https://claude.")
                    .contains("state=");
            assertThat(code(id, "half").getString("error")).contains("full code");
            JsonObject refused = code(id, "made#up");
            assertThat(refused.getString("status")).as(refused.encode()).isEqualTo("failed");
            assertThat(refused.getString("error")).contains("log in");
        }
    }
}
