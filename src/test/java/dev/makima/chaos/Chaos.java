package dev.makima.chaos;

import dev.makima.testkit.Recording;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongPredicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Runs seeds, some at a time. */
public final class Chaos {
    private static final String USAGE = "usage: scripts/chaos [--seeds N] [--seed S] [--minutes M] [--at-once N]"
            + " [--story one-daemon|hand-over|restored]";

    private Chaos() {}

    /** What happens to whom. */
    enum Story {
        /** Everything that may befall a server and its only daemon. */
        ONE_DAEMON,
        /** Tasks go from one daemon to another. */
        HAND_OVER,
        /** They do, and the server's database is set back. */
        RESTORED;

        /** Of seven seeds one has the second, and one the third. */
        static Story of(long seed) {
            long number = Math.floorMod(seed, 7L);
            return number == 2 ? HAND_OVER : number == 5 ? RESTORED : ONE_DAEMON;
        }

        static Story named(String name) {
            return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
        }
    }

    /**
     * What is asked for.
     *
     * @param story the only one, or null for that of each seed
     */
    private record Order(
            long first,
            long seeds,
            long minutes,
            int atOnce,
            @Nullable Story story) {
        static Order read(String[] arguments) {
            Order order = new Order(1, 20, 0, 2, null);
            boolean counted = false;
            boolean begun = false;
            for (int i = 0; i < arguments.length; i += 2) {
                if (i + 1 == arguments.length) {
                    throw new IllegalArgumentException(arguments[i] + " needs a value");
                }
                String value = arguments[i + 1];
                counted |= arguments[i].equals("--seeds") || arguments[i].equals("--minutes");
                begun |= arguments[i].equals("--seed");
                order = switch (arguments[i]) {
                    case "--seeds" ->
                        new Order(order.first, Long.parseLong(value), order.minutes, order.atOnce, order.story);
                    case "--seed" ->
                        new Order(Long.parseLong(value), order.seeds, order.minutes, order.atOnce, order.story);
                    case "--minutes" ->
                        new Order(order.first, Long.MAX_VALUE, Long.parseLong(value), order.atOnce, order.story);
                    case "--at-once" ->
                        new Order(order.first, order.seeds, order.minutes, Integer.parseInt(value), order.story);
                    case "--story" ->
                        new Order(order.first, order.seeds, order.minutes, order.atOnce, Story.named(value));
                    default -> throw new IllegalArgumentException("unknown: " + arguments[i]);
                };
            }
            return begun && !counted ? new Order(order.first, 1, 0, 1, order.story) : order;
        }
    }

    /** Runs what the arguments ask for; exits with 1 where something was found. */
    public static void main(String[] arguments) throws Exception {
        Order order;
        try {
            order = Order.read(arguments);
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage() + "\n" + USAGE);
            System.exit(2);
            return;
        }
        Path scratch = Files.createTempDirectory("makima-chaos-");
        long end = System.nanoTime() + order.minutes * 60_000_000_000L;
        long begun = System.nanoTime();
        LongPredicate more =
                order.minutes > 0 ? ignored -> System.nanoTime() - end < 0 : number -> number < order.seeds;
        AtomicLong run = new AtomicLong();
        List<String> findings = seeds(order.first, order.atOnce, scratch, order.story, seed -> {
            run.incrementAndGet();
            return more.test(seed - order.first);
        });
        long seconds = (System.nanoTime() - begun) / 1_000_000_000;
        System.out.println((run.get() - order.atOnce) + " seeds from " + order.first + " on in " + seconds + " s: "
                + (findings.isEmpty() ? "nothing lost, nothing twice" : findings.size() + " findings"));
        System.exit(findings.isEmpty() ? 0 : 1);
    }

    /**
     * Runs seeds from a first one on.
     *
     * @param atOnce how many at the same time
     * @param scratch a directory; what is left in it belongs to seeds that have found something
     * @param story of all of them, or null for that of each seed
     * @param more whether this seed is to be run too
     */
    static List<String> seeds(long first, int atOnce, Path scratch, @Nullable Story story, LongPredicate more)
            throws Exception {
        Files.createDirectories(scratch);
        Programs programs = Programs.shared();
        Recording<String> findings = new Recording<>("findings");
        AtomicLong next = new AtomicLong(first);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < atOnce; i++) {
            threads.add(Thread.ofPlatform().name("chaos-" + i).start(() -> {
                for (long seed = next.getAndIncrement(); more.test(seed); seed = next.getAndIncrement()) {
                    seed(seed, story, programs, scratch.resolve("seed-" + seed), findings);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        if (findings.size() == 0) {
            delete(scratch);
        }
        return findings.entries();
    }

    private static void seed(
            long seed, @Nullable Story only, Programs programs, Path scratch, Recording<String> findings) {
        Story story = only == null ? Story.of(seed) : only;
        String again = "; again: scripts/chaos --seed " + seed
                + (only == null
                        ? ""
                        : " --story " + story.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        try {
            Files.createDirectory(scratch);
            Findings all = switch (story) {
                case ONE_DAEMON -> ChaosRun.of(seed, programs, scratch, ChaosRun.Size.SHORT);
                case HAND_OVER -> MeshRun.of(seed, programs, scratch, false);
                case RESTORED -> MeshRun.of(seed, programs, scratch, true);
            };
            List<String> found = all.all();
            for (String finding : found) {
                System.out.println(finding + "   (" + scratch + ")");
                findings.add(finding + again);
            }
            if (found.isEmpty()) {
                delete(scratch);
            }
        } catch (Exception broken) {
            broken.printStackTrace(System.out);
            findings.add("seed " + seed + ": " + broken + again);
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> inside = Files.walk(directory)) {
            for (Path path : inside.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }
}
