package dev.makima.bench;

import dev.makima.testkit.Await;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.http.WebSocketFrame;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;

/** The two programs of {@link PlainRelay}. What they print is read by it. */
public final class PlainRelayProgram {
    private static final int LONGEST = 256 * 1024;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    /** Lines that may wait for the socket. */
    private static final int WAITING = 1_000;

    /** Held because Vert.x ends the connections of a client that nobody holds. */
    @SuppressWarnings("UnusedVariable")
    private final WebSocketClient client;

    private final WebSocket socket;
    private final Semaphore room = new Semaphore(WAITING);

    private PlainRelayProgram(WebSocketClient client, WebSocket socket) {
        this.client = client;
        this.socket = socket;
    }

    /** With "peer", or with "relay", the peer's port and the agent. Runs until its input ends. */
    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("peer")) {
            peer();
        } else {
            relay(Integer.parseInt(arguments[1]), arguments[2]);
        }
    }

    private static void peer() throws IOException {
        Vertx vertx = Vertx.vertx();
        HttpServerOptions options = new HttpServerOptions()
                .setHost("127.0.0.1")
                .setPort(0)
                .setTcpNoDelay(true)
                .setHttp2ClearTextEnabled(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setMaxWebSocketFrameSize(LONGEST)
                .setMaxWebSocketMessageSize(LONGEST);
        vertx.createHttpServer(options)
                .requestHandler(request -> request.toWebSocket()
                        .onSuccess(connected -> connected.frameHandler(new Count()::take))
                        .onFailure(Throwable::printStackTrace))
                .listen()
                .onSuccess(server -> System.out.println("peer is at " + server.actualPort()))
                .onFailure(Throwable::printStackTrace);
        // Whoever started it may be gone without having ended it.
        while (System.in.read() >= 0) {
            // Nothing is said to it.
        }
        System.exit(0);
    }

    /** Counts the frames of one load after the other; the first frame of each says how many there are. */
    private static final class Count {
        private int loads;
        private long left;

        void take(WebSocketFrame frame) {
            if (!frame.isText()) {
                return;
            }
            if (left == 0) {
                left = Long.parseLong(frame.textData());
                loads++;
                return;
            }
            left--;
            if (left == 0) {
                System.out.println("load " + loads + " was counted");
            }
        }
    }

    private static void relay(int port, String agent) throws Exception {
        Vertx vertx = Vertx.vertx();
        WebSocketClientOptions options = new WebSocketClientOptions()
                .setTcpNoDelay(true)
                .setMaxFrameSize(LONGEST)
                .setMaxMessageSize(LONGEST);
        WebSocketConnectOptions peer =
                new WebSocketConnectOptions().setHost("127.0.0.1").setPort(port).setURI("/");
        WebSocketClient client = vertx.createWebSocketClient(options);
        PlainRelayProgram relay = new PlainRelayProgram(client, Await.value(client.connect(peer), PATIENCE));
        System.out.println("relay is connected");
        try (BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            int loads = 0;
            for (String order = orders.readLine(); order != null; order = orders.readLine()) {
                String[] numbers = order.split(" ", 2);
                relay.load(agent, Integer.parseInt(numbers[0]), Long.parseLong(numbers[1]));
                loads++;
                System.out.println("load " + loads + " is done");
            }
        }
        System.exit(0);
    }

    private void load(String agent, int tasks, long linesOfEach) throws Exception {
        send(Long.toString(tasks * linesOfEach));
        List<Thread> readers = new ArrayList<>();
        for (int i = 0; i < tasks; i++) {
            Process process = new ProcessBuilder(agent)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            readers.add(Thread.ofPlatform().start(() -> read(process)));
        }
        for (Thread reader : readers) {
            reader.join();
        }
    }

    private void read(Process agent) {
        try (BufferedReader output = agent.inputReader(StandardCharsets.UTF_8)) {
            try (Writer input = agent.outputWriter(StandardCharsets.UTF_8)) {
                input.write("go\n");
            }
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                send(line);
            }
            agent.waitFor();
        } catch (IOException | InterruptedException failed) {
            // Nobody waits for what does not come any more.
            failed.printStackTrace();
            System.exit(1);
        }
    }

    private void send(String line) throws InterruptedException {
        room.acquire();
        socket.writeTextMessage(line).onComplete(_ -> room.release());
    }
}
