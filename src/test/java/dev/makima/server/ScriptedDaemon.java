package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.RunId;
import dev.makima.base.StreamName;
import dev.makima.base.TaskId;
import dev.makima.protocol.AgentInfo;
import dev.makima.protocol.Authenticate;
import dev.makima.protocol.Authenticated;
import dev.makima.protocol.Capability;
import dev.makima.protocol.DaemonDirectories;
import dev.makima.protocol.DaemonFrame;
import dev.makima.protocol.FrameCodec;
import dev.makima.protocol.OutputAck;
import dev.makima.protocol.OutputPieceCodec;
import dev.makima.protocol.Resume;
import dev.makima.protocol.RunStanding;
import dev.makima.protocol.Runs;
import dev.makima.protocol.ServerFrame;
import dev.makima.protocol.SpawnTask;
import dev.makima.protocol.StreamAck;
import dev.makima.protocol.StreamLengths;
import dev.makima.protocol.TaskComplete;
import dev.makima.protocol.TaskState;
import dev.makima.protocol.TaskStatusChange;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A daemon that does what the test says, over a real WebSocket. */
final class ScriptedDaemon implements AutoCloseable {
    final WebSocket socket;
    final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    final CompletableFuture<Short> closed = new CompletableFuture<>();
    final String key;
    private final WebSocketClient client;
    private @Nullable UUID id;

    private ScriptedDaemon(TestServer server, String key) {
        this.key = key;
        this.client = server.vertx.createWebSocketClient(new WebSocketClientOptions()
                .setClosingTimeout(1)
                .setMaxFrameSize(64 << 20)
                .setMaxMessageSize(64 << 20));
        this.socket = TestServer.await(client.connect(new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(server.server.port())
                .setURI("/api/v1/mesh/daemons/connect")
                .addHeader("X-Makima-Api-Key", key)));
        socket.textMessageHandler(received::add);
        socket.exceptionHandler(failure -> {});
        socket.closeHandler(done -> closed.complete(socket.closeStatusCode()));
    }

    /** Connects and says nothing. */
    static ScriptedDaemon silent(TestServer server) {
        return new ScriptedDaemon(server, server.key);
    }

    /** A daemon that knows the base protocol only. */
    static ScriptedDaemon base(TestServer server, String machine, int room) {
        ScriptedDaemon daemon = silent(server);
        daemon.send(Authenticate.base(daemon.key, machine, machine + ".example", room));
        daemon.id = daemon.expect(Authenticated.class).daemonId();
        daemon.send(new DaemonDirectories("/work", "/home", "/trees"));
        return daemon;
    }

    /** A daemon with output streams that has no runs. */
    static ScriptedDaemon streaming(TestServer server, String machine, int room) {
        ScriptedDaemon daemon = streaming(server, machine, room, List.of());
        daemon.expect(Resume.class);
        return daemon;
    }

    static ScriptedDaemon streaming(TestServer server, String machine, int room, List<RunStanding> runs) {
        ScriptedDaemon daemon = streamingWithoutRuns(server, machine, room);
        daemon.send(new Runs(runs));
        return daemon;
    }

    /** A daemon with output streams that has not said yet what runs it has. */
    static ScriptedDaemon streamingWithoutRuns(TestServer server, String machine, int room) {
        return streamingWithoutRuns(server, machine, room, Capability.ALL);
    }

    /** A daemon with output streams that knows no leases. */
    static ScriptedDaemon leaseless(TestServer server, String machine, int room, List<RunStanding> runs) {
        List<String> capabilities = Capability.ALL.stream()
                .filter(name -> !name.equals(Capability.LEASE))
                .toList();
        ScriptedDaemon daemon = streamingWithoutRuns(server, machine, room, capabilities);
        daemon.send(new Runs(runs));
        return daemon;
    }

    private static ScriptedDaemon streamingWithoutRuns(
            TestServer server, String machine, int room, List<String> capabilities) {
        ScriptedDaemon daemon = silent(server);
        daemon.send(new Authenticate(
                daemon.key,
                machine,
                machine + ".example",
                room,
                2,
                capabilities,
                UUID.nameUUIDFromBytes(machine.getBytes(StandardCharsets.UTF_8)),
                List.of(new AgentInfo("claude", "2.0.0"))));
        daemon.id = daemon.expect(Authenticated.class).daemonId();
        daemon.send(new DaemonDirectories("/work", "/home", "/trees"));
        return daemon;
    }

    UUID id() {
        return java.util.Objects.requireNonNull(id);
    }

    void send(DaemonFrame frame) {
        sendText(FrameCodec.encode(frame));
    }

    void sendText(String text) {
        socket.writeTextMessage(text);
    }

    void output(TaskId task, RunId run, StreamName stream, long offset, byte[] bytes) {
        byte[] header = OutputPieceCodec.header(task, run, 0, stream, offset, bytes.length);
        socket.writeBinaryMessage(Buffer.buffer(header).appendBytes(bytes));
    }

    /** A piece of standard output by that hand-over. */
    void output(TaskId task, RunId run, long fence, long offset, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        byte[] header = OutputPieceCodec.header(task, run, fence, StreamName.STDOUT, offset, bytes.length);
        socket.writeBinaryMessage(Buffer.buffer(header).appendBytes(bytes));
    }

    void output(TaskId task, RunId run, StreamName stream, long offset, String text) {
        output(task, run, stream, offset, text.getBytes(StandardCharsets.UTF_8));
    }

    /** The next frame, which has to be of that kind; acknowledgements of output are passed over unless wanted. */
    <T extends ServerFrame> T expect(Class<T> kind) {
        while (true) {
            ServerFrame frame = next();
            if (kind.isInstance(frame)) {
                return kind.cast(frame);
            }
            assertThat(frame).as("instead of " + kind.getSimpleName()).isInstanceOf(OutputAck.class);
        }
    }

    /** The next frame that is not of the other kind; it has to be of that one. */
    <T extends ServerFrame> T expect(Class<T> kind, Class<? extends ServerFrame> passedOver) {
        ServerFrame frame = next();
        while (passedOver.isInstance(frame)) {
            frame = next();
        }
        return kind.cast(frame);
    }

    ServerFrame next() {
        try {
            String text = received.poll(60, TimeUnit.SECONDS);
            assertThat(text).as("no frame within 60 s").isNotNull();
            return FrameCodec.decodeServerFrame(java.util.Objects.requireNonNull(text));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits until that much of the stream is acknowledged. */
    void expectAck(RunId run, StreamName stream, long length) {
        long seen = -1;
        while (seen < length) {
            for (StreamAck ack : expect(OutputAck.class).acks()) {
                if (ack.runId().equals(run) && ack.stream() == stream) {
                    seen = ack.length();
                }
            }
        }
        assertThat(seen).isEqualTo(length);
    }

    /** Takes a task and says that it runs. */
    TaskId take() {
        TaskId task = expect(SpawnTask.class).taskId();
        runs(task);
        return task;
    }

    /** Takes a task, says that it runs, and waits until the server has heard it. */
    SpawnTask run(TestServer server) {
        return run(server, expect(SpawnTask.class));
    }

    /** As {@link #run(TestServer)}, for a task that was taken. */
    SpawnTask run(TestServer server, SpawnTask spawn) {
        runs(spawn.taskId());
        server.taskWith(spawn.taskId().toString(), "running");
        return spawn;
    }

    private void runs(TaskId task) {
        send(TaskStatusChange.of(task, TaskState.INITIALIZING, TaskState.STARTING));
        send(TaskStatusChange.of(task, TaskState.STARTING, TaskState.RUNNING));
    }

    void complete(TaskId task, RunId run, long stdout) {
        send(TaskComplete.success(task).withRun(run, new StreamLengths(stdout, 0, 0)));
    }

    short awaitClose() {
        try {
            return closed.get(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Closes it before its time; closing it again does nothing. */
    void goAway() {
        close();
    }

    @Override
    public void close() {
        TestServer.await(socket.close().otherwiseEmpty());
        TestServer.await(client.close());
    }
}
