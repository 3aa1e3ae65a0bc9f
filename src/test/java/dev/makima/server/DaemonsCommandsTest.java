package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.cli.TestSurroundings;
import dev.makima.protocol.ReauthState;
import dev.makima.protocol.ReauthStatus;
import dev.makima.protocol.RestartDaemon;
import dev.makima.protocol.SubmitAuthCode;
import dev.makima.protocol.TriggerReauth;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people ask of a daemon from the command line: to begin anew, to log its agent in. */
class DaemonsCommandsTest {
    private static final String HOST = "m1.example";

    @TempDir
    private Path directory;

    private TestServer server;
    private ScriptedDaemon daemon;

    @BeforeEach
    void begin() {
        server = new TestServer(directory.resolve("server"));
        daemon = ScriptedDaemon.streaming(server, "m1", 1);
    }

    @AfterEach
    void end() {
        daemon.close();
        server.close();
    }

    /** What a command ended with. */
    private record Ended(int code, String out, String err) {}

    /** The command, which waits for what the daemon says. */
    private CompletableFuture<Ended> called(String... command) {
        TestSurroundings world = new TestSurroundings(directory)
                .with("MAKIMA_API_URL", server.uri("").toString())
                .with("MAKIMA_API_KEY", server.key);
        return CompletableFuture.supplyAsync(() -> {
            int code = world.run(command);
            return new Ended(code, world.out(), world.err());
        });
    }

    private static Ended end(CompletableFuture<Ended> called) throws Exception {
        return called.get(20, TimeUnit.SECONDS);
    }

    @Test
    void aDaemonIsToldToRestartByTheNameOfItsMachine() throws Exception {
        CompletableFuture<Ended> called = called("daemons", "restart", HOST);
        daemon.expect(RestartDaemon.class);
        assertThat(end(called))
                .isEqualTo(new Ended(
                        0,
                        "The daemon on m1.example was told to restart. See whether it is back: makima daemons list\n",
                        ""));
        Ended json = end(called("daemons", "restart", daemon.id().toString(), "--json"));
        assertThat(new JsonObject(json.out()).getString("hostname")).isEqualTo(HOST);
        daemon.close();
        TestServer.until(
                "it is away",
                () -> server.get("/mesh/daemons/" + daemon.id())
                        .getString("status")
                        .equals("disconnected"));
        Ended away = end(called("daemons", "restart", HOST));
        assertThat(away.code()).isEqualTo(1);
        assertThat(away.err()).contains("not connected");
    }

    @Test
    void anAgentIsLoggedInWithTheAddressAndTheCode() throws Exception {
        CompletableFuture<Ended> begun = called("daemons", "login", HOST);
        TriggerReauth asked = daemon.expect(TriggerReauth.class);
        daemon.send(new ReauthStatus(asked.requestId(), ReauthState.URL_READY, "https://login.example", null, false));
        assertThat(end(begun)).isEqualTo(new Ended(0, """
                        Open this address, log in, and copy the code:
                          https://login.example
                        Then: makima daemons login m1.example --code CODE
                        """, ""));
        CompletableFuture<Ended> coded = called("daemons", "login", HOST, "--code", "4/0Ab3f");
        assertThat(daemon.expect(SubmitAuthCode.class).code()).isEqualTo("4/0Ab3f");
        daemon.send(new ReauthStatus(asked.requestId(), ReauthState.COMPLETED, null, null, true));
        assertThat(end(coded)).isEqualTo(new Ended(0, "Logged in.\n", ""));
    }

    @Test
    void aLoginThatFailsSaysWhyAndAProgramGetsItInTheAnswer() throws Exception {
        CompletableFuture<Ended> person = called("daemons", "login", HOST);
        daemon.send(ReauthStatus.failure(daemon.expect(TriggerReauth.class).requestId(), "no agent here"));
        assertThat(end(person)).isEqualTo(new Ended(1, "", """
                        makima: the login failed: no agent here
                        Begin again: makima daemons login m1.example
                        """));
        CompletableFuture<Ended> program = called("daemons", "login", HOST, "--json");
        daemon.send(ReauthStatus.failure(daemon.expect(TriggerReauth.class).requestId(), "no agent here"));
        Ended told = end(program);
        assertThat(told.code()).isEqualTo(1);
        assertThat(new JsonObject(told.out()).getString("error")).isEqualTo("no agent here");
        assertThat(told.err()).isEmpty();
    }
}
