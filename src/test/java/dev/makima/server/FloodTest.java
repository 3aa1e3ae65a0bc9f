package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.RunId;
import dev.makima.base.StreamName;
import dev.makima.base.TaskId;
import dev.makima.protocol.OutputAck;
import dev.makima.testkit.Await;
import dev.makima.testkit.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Much output: nothing is lost, and it does not take for ever. The bounds are far above what a quiet machine needs, so that
 * other tests may run meanwhile; how quick it is, benchmarks measure.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class FloodTest {
    private final TestDatabase database;

    FloodTest(TestDatabase database) {
        this.database = database;
    }

    private static final int WINDOW = 8 << 20;
    private static final int PIECE = 65_536;
    private static final int LINE = 300;
    private static final Duration BOUND = Duration.ofSeconds(80);

    /** What an agent prints, made piece by piece: the whole is as large as a fifth of these tests' heap. */
    private interface Output {
        byte[] piece(long from, long end);
    }

    @TempDir
    Path directory;

    @Test
    @Timeout(120)
    void twoHundredThousandLinesAreStoredAndReadable() {
        int lines = 200_000;
        long length = (long) lines * LINE;
        try (TestServer server = new TestServer(database, directory);
                ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 2)) {
            String id = server.task("flood");
            TaskId task = daemon.take();
            RunId run = new RunId(UUID.randomUUID());
            sendAll(daemon, task, run, FloodTest::lines, length);
            daemon.complete(task, run, length);
            assertThat(readable(server, id, lines)).isEqualTo(lines);
            JsonObject last = server.get("/mesh/tasks/" + id + "/output/" + lines);
            assertThat(last.getString("content")).startsWith("line " + (lines - 1) + " ");
            HttpResponse<String> tail =
                    server.send(server.request("/mesh/tasks/" + id + "/output?format=raw&offset=" + (length - 5)));
            assertThat(tail.body()).isEqualTo("\"}]}}\n".substring(1));
            assertThat(tail.headers().firstValue("X-Makima-Length")).contains(Long.toString(length));
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
            sendAll(daemon, task, run, (from, end) -> Arrays.copyOfRange(line, (int) from, (int) end), line.length);
            daemon.complete(task, run, line.length);
            readable(server, id, 1);
            JsonObject entry = server.entries(id, 1).getFirst();
            assertThat(entry.getBoolean("truncated")).isTrue();
            assertThat(entry.getInteger("fullLength")).isEqualTo(line.length - 1);
            assertThat(entry.getString("content").length()).isLessThanOrEqualTo(4096);
            String whole = server.send(server.request("/mesh/tasks/" + id + "/output/1"))
                    .body();
            assertThat(whole.length()).isGreaterThanOrEqualTo(line.length - 1);
        }
    }

    /** How many entries there are, once there are at least so many. */
    private static long readable(TestServer server, String id, long atLeast) {
        AtomicLong entries = new AtomicLong();
        Await.until(BOUND, atLeast + " entries", () -> {
            entries.set(server.get("/mesh/tasks/" + id).getLong("lastSeq"));
            return entries.get() >= atLeast;
        });
        return entries.get();
    }

    /** Part of an endless text of lines that are all of the same length. */
    private static byte[] lines(long from, long end) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        long first = from / LINE;
        for (long i = first; i * LINE < end; i++) {
            String head =
                    "{\"type\":\"assistant\",\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"line " + i + " ";
            String tail = "\"}]}}\n";
            text.writeBytes((head + "x".repeat(LINE - head.length() - tail.length()) + tail)
                    .getBytes(StandardCharsets.US_ASCII));
        }
        int skipped = Math.toIntExact(from - first * LINE);
        return Arrays.copyOfRange(text.toByteArray(), skipped, skipped + Math.toIntExact(end - from));
    }

    private static void sendAll(ScriptedDaemon daemon, TaskId task, RunId run, Output output, long length) {
        long acked = 0;
        long sent = 0;
        while (acked < length) {
            while (sent < length && sent - acked < WINDOW) {
                long end = Math.min(length, sent + PIECE);
                daemon.output(task, run, StreamName.STDOUT, sent, output.piece(sent, end));
                sent = end;
            }
            acked = daemon.expect(OutputAck.class).acks().getLast().length();
        }
    }
}
