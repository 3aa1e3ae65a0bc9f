package dev.makima.daemon.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.RunId;
import dev.makima.base.TaskId;
import dev.makima.process.RunSpool;
import dev.makima.process.Tailer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentWatchTest {
    @TempDir
    private Path root;

    /** The kinds of lines that an agent prints, of which each can change what the others mean. */
    private static String line(Random random, int number) {
        return switch (random.nextInt(14)) {
            case 0 -> said("before " + gate(random.nextBoolean(), number));
            case 1 -> said("<COMPLETION_GATE>\\nready: true\\n");
            case 2 -> said("reason: \\\"late " + number + "\\\"\\n</COMPLETION_GATE>");
            case 3 -> said("a tag begins <COMPLETION_");
            case 4 -> said("GATE>\\nready: false\\n</COMPLETION_GATE> is its end " + number);
            case 5 -> said("\\u003cCOMPLETION_GATE>\\nready: true\\n\\u003c/COMPLETION_GATE>");
            case 6 ->
                "{\"type\":\"assistant\",\"message\":{\"content\":[{\"type\":\"tool_use\",\"name\":\"Bash\","
                        + "\"input\":{\"text\":\"text\"}}]}}";
            case 7 -> said("of a delegate").replace("\"message\"", "\"parent_tool_use_id\":\"x\",\"message\"");
            case 8 ->
                said("no login " + number).replace("\"message\"", "\"error\":\"authentication_failed\",\"message\"");
            case 9 -> "{\"type\":\"result\",\"result\":\"turn " + number + "\"}";
            case 10 -> said("torn").substring(0, 30 + random.nextInt(30));
            case 11 -> "plain text with \"assistant\" in it";
            default -> said("words " + number);
        };
    }

    private static String gate(boolean ready, int number) {
        return "<COMPLETION_GATE>\\nready: %s\\nreason: \\\"%s\\\"\\n</COMPLETION_GATE>".formatted(ready, number);
    }

    private static String said(String text) {
        return "{\"type\":\"assistant\",\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"" + text + "\"}]}}";
    }

    @Test
    void itKnowsTheSameHoweverTheOutputComes() {
        Random random = new Random(11);
        try (Tailer tailer = new Tailer()) {
            for (int round = 0; round < 100; round++) {
                List<String> lines = new ArrayList<>();
                for (int i = random.nextInt(12); i >= 0; i--) {
                    lines.add(line(random, i) + "\n");
                }
                byte[] all = String.join("", lines).getBytes(StandardCharsets.UTF_8);
                try (AgentWatch byLine = watch(tailer);
                        AgentWatch byPiece = watch(tailer)) {
                    int at = 0;
                    for (String line : lines) {
                        at = feed(byLine, all, at, line.getBytes(StandardCharsets.UTF_8).length);
                    }
                    at = 0;
                    while (at < all.length) {
                        at = feed(byPiece, all, at, Math.min(all.length - at, 1 + random.nextInt(1500)));
                    }
                    assertThat(known(byPiece)).as("%s", lines).isEqualTo(known(byLine));
                }
            }
        }
    }

    @Test
    void theLastWordsOfAPieceAreKnown() {
        try (Tailer tailer = new Tailer();
                AgentWatch watch = watch(tailer)) {
            byte[] piece = String.join("\n", said("first"), said("second"), "{\"type\":\"assistant\"}", "")
                    .getBytes(StandardCharsets.UTF_8);
            feed(watch, piece, 0, piece.length);
            assertThat(watch.lastWords()).contains("second");
        }
    }

    @Test
    void theLastWordsAreKnownOfLinesThatComeInSeveralPieces() {
        try (Tailer tailer = new Tailer();
                AgentWatch watch = watch(tailer)) {
            int longest = LastWords.MOST_KEPT / 8;
            int at = 0;
            for (int i = 0; i < 20; i++) {
                at = feedInPieces(watch, said("w".repeat(random(i, longest)) + i) + "\n", at);
                if (i % 7 == 0) {
                    assertThat(watch.lastWords().orElse("")).endsWith("w" + i);
                }
            }
            at = feedInPieces(watch, "{\"type\":\"assistant\",\"message\":\"" + "x".repeat(longest) + "\"}\n", at);
            at = feedInPieces(watch, "{\"type\":\"user\",\"message\":\"" + "x".repeat(longest) + "\"}\n", at);
            assertThat(watch.lastWords().orElse("")).endsWith("w19");
            // What comes after them in the same piece counts, whatever it was asked before.
            String both = said("x".repeat(3000)) + "\n" + said("short") + "\n";
            at = feedInPieces(watch, both, at);
            assertThat(watch.lastWords()).contains("short");
            feedInPieces(watch, said("y".repeat(3000)) + "\n", at);
            assertThat(watch.lastWords()).contains("y".repeat(3000));
        }
    }

    private static int random(int seed, int longest) {
        return 3000 + new Random(seed).nextInt(longest - 3000);
    }

    private static int feedInPieces(AgentWatch watch, String text, int from) {
        byte[] all = text.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < all.length; ) {
            int count = Math.min(2048, all.length - at);
            byte[] array = new byte[2048];
            System.arraycopy(all, at, array, 0, count);
            watch.accept(from + at, ByteBuffer.wrap(array, 0, count));
            Arrays.fill(array, (byte) '?');
            at += count;
        }
        return from + all.length;
    }

    private AgentWatch watch(Tailer tailer) {
        RunSpool spool = RunSpool.create(root, new TaskId(UUID.randomUUID()), new RunId(UUID.randomUUID()));
        return new AgentWatch(tailer, spool, 0, Clock.systemUTC(), text -> text, () -> {});
    }

    /** As the tailer does: always the same array, which holds something else in the next call. */
    private static int feed(AgentWatch watch, byte[] all, int from, int count) {
        byte[] array = new byte[2048];
        System.arraycopy(all, from, array, 0, count);
        watch.accept(from, ByteBuffer.wrap(array, 0, count));
        Arrays.fill(array, (byte) '?');
        return from + count;
    }

    private static List<Object> known(AgentWatch watch) {
        return List.of(watch.lastWords(), watch.gate(), watch.loginFailure(), watch.lastTurn(), watch.idle(0));
    }
}
