package dev.makima.daemon.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.RunId;
import dev.makima.base.StreamName;
import dev.makima.base.TaskId;
import dev.makima.process.RunSpool;
import dev.makima.process.Tailer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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
    private static final int ARRAY = 16 * 1024;

    @TempDir
    private Path root;

    /** What the watch that was made last reads again. */
    private Path file = Path.of("none");

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
    void itKnowsTheSameHoweverTheOutputComes() throws IOException {
        Random random = new Random(11);
        for (int round = 0; round < 100; round++) {
            List<String> lines = new ArrayList<>();
            for (int i = random.nextInt(12); i >= 0; i--) {
                lines.add(line(random, i) + "\n");
            }
            byte[] all = String.join("", lines).getBytes(StandardCharsets.UTF_8);
            try (AgentWatch byLine = watch(all);
                    AgentWatch byPiece = watch(all)) {
                int at = 0;
                for (String line : lines) {
                    at = feed(byLine, all, at, line.getBytes(StandardCharsets.UTF_8).length);
                    assertThat(byLine.lastWords()).isNotNull();
                }
                at = 0;
                while (at < all.length) {
                    at = feed(byPiece, all, at, Math.min(all.length - at, 1 + random.nextInt(1500)));
                }
                assertThat(known(byPiece)).as("%s", lines).isEqualTo(known(byLine));
            }
        }
    }

    @Test
    void theLastWordsAreKnownHoweverLongAndManyTheLinesAre() throws IOException {
        int length = (int) LastWords.MOST_BYTES / 5;
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            lines.add(said("w".repeat(length) + i));
        }
        assertThat(lastWords(lines)).isEqualTo("w".repeat(length) + 11);
        // A tool that is used says nothing, and neither does a user's message, however much of them follows.
        for (int i = 0; i < 1500; i++) {
            lines.add("{\"type\":\"assistant\",\"message\":{\"content\":[{\"type\":\"tool_use\"}]}}");
        }
        lines.add("{\"type\":\"user\",\"message\":\"" + "x".repeat(length) + "\"}");
        assertThat(lastWords(lines)).isEqualTo("w".repeat(length) + 11);
        lines.add(said("one text\"},{\"type\":\"text\",\"text\":\"and another"));
        assertThat(lastWords(lines)).isEqualTo("and another");
    }

    @Test
    void aFailedLoginIsTakenBackByWhatTheModelAnswers() throws IOException {
        String refused = "{\"type\":\"system\",\"subtype\":\"api_retry\",\"error\":\"authentication_failed\"}";
        String tool = "{\"type\":\"assistant\",\"message\":{\"content\":[{\"type\":\"tool_use\",\"name\":\"Bash\"}]}}";
        for (String answer : List.of(said("words"), tool, "{\"type\":\"result\",\"result\":\"done\"}")) {
            byte[] all = (refused + "\n" + answer + "\n" + refused + "\n").getBytes(StandardCharsets.UTF_8);
            try (AgentWatch watch = watch(all)) {
                int at = feed(watch, all, 0, refused.length() + 1);
                assertThat(watch.loginFailure()).as(answer).isPresent();
                at = feed(watch, all, at, answer.length() + 1);
                assertThat(watch.loginFailure()).as(answer).isEmpty();
                feed(watch, all, at, refused.length() + 1);
                assertThat(watch.loginFailure()).as(answer).isPresent();
            }
        }
    }

    @Test
    void whatCannotBeReadAgainIsAsIfItHadNotBeenSaid() throws IOException {
        byte[] all = (said("first") + "\n" + said("second") + "\n").getBytes(StandardCharsets.UTF_8);
        try (AgentWatch watch = watch(all)) {
            int at = feed(watch, all, 0, said("first").length() + 1);
            assertThat(watch.lastWords()).contains("first");
            feed(watch, all, at, all.length - at);
            Files.delete(file);
            assertThat(watch.lastWords()).contains("first");
        }
    }

    private String lastWords(List<String> lines) throws IOException {
        byte[] all = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
        try (AgentWatch watch = watch(all)) {
            for (int at = 0; at < all.length; ) {
                at = feed(watch, all, at, Math.min(ARRAY, all.length - at));
            }
            return watch.lastWords().orElse("");
        }
    }

    /** Of an output that is in its file, and that nobody but the test hands over. */
    private AgentWatch watch(byte[] all) throws IOException {
        RunSpool spool = RunSpool.create(root, new TaskId(UUID.randomUUID()), new RunId(UUID.randomUUID()));
        file = spool.file(StreamName.STDOUT);
        AgentWatch watch;
        try (Tailer tailer = new Tailer()) {
            watch = new AgentWatch(tailer, spool, 0, Clock.systemUTC(), text -> text, () -> {});
        }
        Files.write(file, all);
        return watch;
    }

    /** As the tailer does: always the same array, which holds something else in the next call. */
    private static int feed(AgentWatch watch, byte[] all, int from, int count) {
        byte[] array = new byte[ARRAY];
        System.arraycopy(all, from, array, 0, count);
        watch.accept(from, ByteBuffer.wrap(array, 0, count));
        Arrays.fill(array, (byte) '?');
        return from + count;
    }

    private static List<Object> known(AgentWatch watch) {
        return List.of(watch.lastWords(), watch.gate(), watch.loginFailure(), watch.lastTurn(), watch.idle(0));
    }
}
