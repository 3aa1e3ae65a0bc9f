package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.RunId;
import dev.makima.base.StreamName;
import dev.makima.base.TaskId;
import dev.makima.protocol.OutputAck;
import dev.makima.testkit.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Much output: nothing is lost, and it does not take long. The bounds are far above what a quiet machine needs. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
@Isolated("it measures times")
class FloodTest {
    private final TestDatabase database;

    FloodTest(TestDatabase database) {
        this.database = database;
    }

    private static final int WINDOW = 8 << 20;
    private static final int PIECE = 65_536;

    @TempDir
    Path directory;

    @Test
    @Timeout(120)
    void twoHundredThousandLinesAreStoredAndReadable() {
        int lines = 200_000;
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (int i = 0; i < lines; i++) {
            String head =
                    "{\"type\":\"assistant\",\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"line " + i + " ";
            text.writeBytes((head + "x".repeat(294 - head.length()) + "\"}]}}\n").getBytes(StandardCharsets.UTF_8));
        }
        byte[] bytes = text.toByteArray();
        try (TestServer server = new TestServer(database, directory);
                ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 2)) {
            String id = server.task("flood");
            TaskId task = daemon.take();
            RunId run = new RunId(UUID.randomUUID());
            long start = System.nanoTime();
            sendAll(daemon, task, run, bytes);
            long stored = System.nanoTime();
            daemon.complete(task, run, bytes.length);
            JsonObject done = server.task(id, found -> found.getLong("lastSeq") >= lines);
            long readable = System.nanoTime();
            System.getLogger(FloodTest.class.getName())
                    .log(
                            System.Logger.Level.INFO,
                            "{0} MB stored in {1} ms, readable after {2} ms more",
                            bytes.length >> 20,
                            (stored - start) / 1_000_000,
                            (readable - stored) / 1_000_000);
            assertThat(done.getLong("lastSeq")).isEqualTo(lines);
            assertThat((readable - start) / 1_000_000_000).isLessThan(60);
            JsonObject last = server.get("/mesh/tasks/" + id + "/output/" + lines);
            assertThat(last.getString("content")).startsWith("line " + (lines - 1) + " ");
            HttpResponse<String> tail = server.send(
                    server.request("/mesh/tasks/" + id + "/output?format=raw&offset=" + (bytes.length - 5)));
            assertThat(tail.body()).isEqualTo("\"}]}}\n".substring(1));
            assertThat(tail.headers().firstValue("X-Makima-Length")).contains(Integer.toString(bytes.length));
        }
    }

    @Test
    @Timeout(120)
    void aLineOfTwentyMegabytesIsReadInLinearTime() {
        byte[] line = new byte[20 << 20];
        Arrays.fill(line, (byte) 'x');
        line[line.length - 1] = '\n';
        try (TestServer server = new TestServer(database, directory);
                ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 2)) {
            String id = server.task("long");
            TaskId task = daemon.take();
            RunId run = new RunId(UUID.randomUUID());
            long start = System.nanoTime();
            sendAll(daemon, task, run, line);
            daemon.complete(task, run, line.length);
            JsonObject entry = server.entries(id, 1).getFirst();
            assertThat((System.nanoTime() - start) / 1_000_000_000).isLessThan(30);
            assertThat(entry.getBoolean("truncated")).isTrue();
            assertThat(entry.getInteger("fullLength")).isEqualTo(line.length - 1);
            assertThat(entry.getString("content").length()).isLessThanOrEqualTo(4096);
            String whole = server.send(server.request("/mesh/tasks/" + id + "/output/1"))
                    .body();
            assertThat(whole.length()).isGreaterThanOrEqualTo(line.length - 1);
        }
    }

    private static void sendAll(ScriptedDaemon daemon, TaskId task, RunId run, byte[] bytes) {
        long acked = 0;
        int sent = 0;
        while (acked < bytes.length) {
            while (sent < bytes.length && sent - acked < WINDOW) {
                int end = Math.min(bytes.length, sent + PIECE);
                daemon.output(task, run, StreamName.STDOUT, sent, Arrays.copyOfRange(bytes, sent, end));
                sent = end;
            }
            acked = daemon.expect(OutputAck.class).acks().getLast().length();
        }
    }
}
