package dev.makima.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Work for the agent of {@link HostileAgent#seeded}: what it prints on both streams, how it dawdles, what it leaves
 * behind and how it ends, all from a seed, so that every byte is known without it.
 *
 * @param directory the work lies here; the plan of the task names it, see {@link #plan}
 * @param stdout all that it prints
 * @param stderr all that it complains of
 * @param exit its exit code; 128 + N where it kills itself with signal N; {@link #NONE} where it hangs
 */
public record SeededAgent(Path directory, byte[] stdout, byte[] stderr, int exit) {
    /** The exit code of an agent that does not end. */
    public static final int NONE = -1;

    /** Whether it comes to no end by itself. */
    public boolean hangs() {
        return exit == NONE;
    }

    /**
     * How wild it gets.
     *
     * @param pieces how many pieces it prints at most
     * @param longestLine the most bytes of one line
     * @param longestPause the longest time for which it does nothing, in milliseconds
     */
    public record Size(int pieces, int longestLine, int longestPause) {}

    /** Draws what an agent does, and writes it to a directory that must not exist yet. */
    public static SeededAgent drawn(Dice dice, Path directory, Size size) {
        return drawn(dice, directory, size, false);
    }

    /**
     * The same.
     *
     * @param hangs whether it comes to no end by itself: it prints all that it has, and stays
     */
    public static SeededAgent drawn(Dice dice, Path directory, Size size, boolean hangs) {
        try {
            Writer writer = new Writer(Files.createDirectories(directory), dice, size, hangs);
            int exit = writer.write();
            return new SeededAgent(directory, writer.stdout.toByteArray(), writer.stderr.toByteArray(), exit);
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    /** The plan of a task whose agent shall do this. */
    public String plan() {
        return "Do what lies there: WORK:" + directory + ":";
    }

    /** The process ids of all agents that were started with this work. */
    public List<String> launches() {
        Path launches = directory.resolve("launches");
        try {
            return Files.exists(launches) ? Files.readAllLines(launches) : List.of();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static final class Writer {
        private static final String SAYS =
                "{\"type\":\"assistant\",\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"";
        private static final String SAID = "\"}]},\"parent_tool_use_id\":null}\n";
        /** On a line of its own, whatever was printed before. */
        private static final String RESULT =
                "\n{\"type\":\"result\",\"subtype\":\"success\",\"is_error\":false,\"result\":\"done\","
                        + "\"num_turns\":1,\"total_cost_usd\":0.0001}\n";

        private final Path directory;
        private final Dice dice;
        private final Size size;
        private final boolean hangs;
        private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
        private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
        private final StringBuilder script = new StringBuilder();
        private int piece;
        private int line;

        private Writer(Path directory, Dice dice, Size size, boolean hangs) {
            this.hangs = hangs;
            this.directory = directory;
            this.dice = dice;
            this.size = size;
        }

        private int write() throws IOException {
            if (dice.chance(30)) {
                script.append("trap '' TERM INT HUP\n");
            }
            print(says("begins"), false);
            int pieces = dice.between(1, size.pieces());
            for (int i = 0; i < pieces; i++) {
                if (dice.chance(40)) {
                    pause();
                }
                if (dice.chance(15)) {
                    children();
                }
                print(piece(), dice.chance(20));
            }
            int exit = end();
            Files.writeString(directory.resolve("script"), script);
            return exit;
        }

        /** A way to end: with success, with a code after or without a result, or by a signal in the middle of a line. */
        private int end() throws IOException {
            if (dice.chance(30)) {
                children();
            }
            if (hangs) {
                // Longer than any seed takes; its child is what waits, as with an agent's tools.
                script.append("sleep 300\n:\n");
                return NONE;
            }
            if (dice.chance(55)) {
                print(text(RESULT), false);
                script.append("cat > /dev/null\nexit 0\n");
                return 0;
            }
            if (dice.chance(40)) {
                print(text(RESULT), false);
            } else if (dice.chance(50)) {
                print(text(SAYS + "torn"), false);
            }
            if (dice.chance(40)) {
                script.append("kill -9 $$\n");
                return 137;
            }
            int code = dice.pick(List.of(1, 2, 3, 42, 100, 125));
            script.append("exit ").append(code).append('\n');
            return code;
        }

        private byte[] piece() {
            return switch (dice.between(0, 7)) {
                case 0 -> burst();
                case 1 -> says("x".repeat(dice.sized(1000, size.longestLine())));
                case 2 -> dice.bytes(dice.sized(1, 20_000));
                case 3 -> text("no JSON at all\r\n\n   \n{\"type\":\"assistant\"\n[1,2]\nnull\n{}\n\0\n\u2028\n");
                case 4 -> text(SAYS + "two pieces, the first ends here: ");
                case 5 -> text("\ud83d\ude80 caf\u00e9 ".repeat(dice.sized(1, 3000)) + "\n");
                case 6 -> new byte[] {(byte) 0xe2, (byte) 0x98};
                default -> says("a line");
            };
        }

        private byte[] burst() {
            ByteArrayOutputStream lines = new ByteArrayOutputStream();
            int count = dice.sized(10, 2000);
            for (int i = 0; i < count; i++) {
                lines.writeBytes(says("b".repeat(dice.between(0, 80))));
            }
            return lines.toByteArray();
        }

        private byte[] says(String what) {
            return text(SAYS + "line " + line++ + " " + what + SAID);
        }

        private void pause() {
            int millis = dice.sized(1, size.longestPause());
            script.append("sleep %d.%03d\n".formatted(millis / 1000, millis % 1000));
        }

        private void children() {
            script.append(
                    switch (dice.between(0, 2)) {
                        case 0 -> "sleep 300 &\n";
                        case 1 -> "setsid sleep 300 &\n";
                        default -> "(trap '' TERM HUP; setsid sh -c 'trap \"\" TERM; sleep 300; :' &)\n";
                    });
        }

        /** Prints it, now and then by a child that the agent waits for. */
        private void print(byte[] bytes, boolean asError) throws IOException {
            Path file = directory.resolve("piece-" + piece++);
            Files.write(file, bytes);
            String cat = "cat '" + file + "'" + (asError ? " >&2" : "");
            script.append(dice.chance(10) ? "(sleep 0.01; " + cat + ") & wait $!\n" : cat + "\n");
            (asError ? stderr : stdout).writeBytes(bytes);
        }

        private static byte[] text(String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
    }
}
