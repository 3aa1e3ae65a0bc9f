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
import java.util.UUID;
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
        return called(new TestSurroundings(directory), command);
    }

    private CompletableFuture<Ended> called(TestSurroundings world, String... command) {
        world.with("MAKIMA_API_URL", server.uri("").toString()).with("MAKIMA_API_KEY", server.key);
        return CompletableFuture.supplyAsync(
                () -> {
                    int code = world.run(command);
                    return new Ended(code, world.out(), world.err());
                },
                Thread::startVirtualThread);
    }

    private static Ended end(CompletableFuture<Ended> called) throws Exception {
        return called.get(20, TimeUnit.SECONDS);
    }

    /** A task has begun a login there, of which the server knows. */
    private UUID loginBegun() {
        UUID begun = UUID.randomUUID();
        daemon.send(new ReauthStatus(begun, ReauthState.URL_READY, "https://login.example", null, false));
        TestServer.until(
                "the login is known",
                () -> server.send(server.request("/mesh/daemons/" + daemon.id() + "/reauth"))
                                .statusCode()
                        == 200);
        return begun;
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
                        Then, with the code on its standard input: makima daemons login m1.example --code -
                        """, ""));
        CompletableFuture<Ended> coded = called("daemons", "login", HOST, "--code", "4/0Ab3f");
        assertThat(daemon.expect(SubmitAuthCode.class).code()).isEqualTo("4/0Ab3f");
        daemon.send(new ReauthStatus(asked.requestId(), ReauthState.COMPLETED, null, null, true));
        assertThat(end(coded)).isEqualTo(new Ended(0, "Logged in.\n", ""));
    }

    @Test
    void aLoginThatATaskHasBegunIsGoneOnWithAndItsCodeIsTypedIn() throws Exception {
        UUID begun = loginBegun();
        TestSurroundings before = new TestSurroundings(directory).terminal().input("4/0Ab3f#state\n");
        CompletableFuture<Ended> called = called(before, "daemons", "login", HOST);
        SubmitAuthCode code = daemon.expect(SubmitAuthCode.class);
        assertThat(code.requestId()).isEqualTo(begun);
        assertThat(code.code()).isEqualTo("4/0Ab3f#state");
        daemon.send(ReauthStatus.failure(begun, "it wasn't accepted"));
        assertThat(end(called).err()).contains("the login failed: it wasn't accepted");

        // That one is over: the next begins another.
        called = called(new TestSurroundings(directory).terminal().input("4/1#state"), "daemons", "login", HOST);
        UUID next = daemon.expect(TriggerReauth.class).requestId();
        daemon.send(new ReauthStatus(next, ReauthState.URL_READY, "https://login.example/2", null, false));
        assertThat(daemon.expect(SubmitAuthCode.class).requestId()).isEqualTo(next);
        daemon.send(new ReauthStatus(next, ReauthState.COMPLETED, null, null, true));
        assertThat(end(called)).isEqualTo(new Ended(0, """
                        Open this address, log in, and copy the code:
                          https://login.example/2
                        Code: Logged in.
                        """, ""));
    }

    @Test
    void aCodeIsReadFromStandardInputAndOneThatIsNotThereIsSaid() throws Exception {
        UUID begun = loginBegun();
        assertThat(end(called(new TestSurroundings(directory).terminal(), "daemons", "login", HOST))
                        .out())
                .endsWith(
                        "Code: Then, with the code on its standard input: makima daemons login m1.example --code -\n");
        assertThat(end(called("daemons", "login", HOST, "--code", "-")).code()).isNotZero();
        CompletableFuture<Ended> coded =
                called(new TestSurroundings(directory).input("4/0Ab3f\n"), "daemons", "login", HOST, "--code", "-");
        assertThat(daemon.expect(SubmitAuthCode.class).code()).isEqualTo("4/0Ab3f");
        daemon.send(new ReauthStatus(begun, ReauthState.COMPLETED, null, null, true));
        assertThat(end(coded).out()).isEqualTo("Logged in.\n");
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
