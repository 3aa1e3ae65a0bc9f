package dev.makima.chaos;

import dev.makima.testkit.Recording;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongPredicate;
import java.util.stream.Stream;

/** Runs seeds, some at a time. */
public final class Chaos {
    private static final String USAGE = "usage: scripts/chaos [--seeds N] [--seed S] [--minutes M] [--at-once N]";

    private Chaos() {}

    /** What is asked for. */
    private record Order(long first, long seeds, long minutes, int atOnce) {
        static Order read(String[] arguments) {
            Order order = new Order(1, 20, 0, 2);
            for (int i = 0; i < arguments.length; i += 2) {
                if (i + 1 == arguments.length) {
                    throw new IllegalArgumentException(arguments[i] + " needs a number");
                }
                long number = Long.parseLong(arguments[i + 1]);
                order = switch (arguments[i]) {
                    case "--seeds" -> new Order(order.first, number, order.minutes, order.atOnce);
                    case "--seed" ->
                        new Order(number, i + 2 == arguments.length ? 1 : order.seeds, order.minutes, order.atOnce);
                    case "--minutes" -> new Order(order.first, Long.MAX_VALUE, number, order.atOnce);
                    case "--at-once" -> new Order(order.first, order.seeds, order.minutes, (int) number);
                    default -> throw new IllegalArgumentException("unknown: " + arguments[i]);
                };
            }
            return order;
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
        List<String> findings = seeds(order.first, order.atOnce, scratch, seed -> {
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
     * @param more whether this seed is to be run too
     */
    static List<String> seeds(long first, int atOnce, Path scratch, LongPredicate more) throws Exception {
        Programs programs = Programs.in(scratch.resolve("programs"));
        ChaosRun.warmUp(programs, scratch.resolve("warm-up"));
        Recording<String> findings = new Recording<>("findings");
        AtomicLong next = new AtomicLong(first);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < atOnce; i++) {
            threads.add(Thread.ofPlatform().name("chaos-" + i).start(() -> {
                for (long seed = next.getAndIncrement(); more.test(seed); seed = next.getAndIncrement()) {
                    seed(seed, programs, scratch.resolve("seed-" + seed), findings);
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

    private static void seed(long seed, Programs programs, Path scratch, Recording<String> findings) {
        try {
            List<String> found =
                    run(seed, programs, Files.createDirectory(scratch)).all();
            for (String finding : found) {
                System.out.println(finding + "   (" + scratch + ")");
                findings.add(finding + "; again: scripts/chaos --seed " + seed);
            }
            if (found.isEmpty()) {
                delete(scratch);
            }
        } catch (Exception broken) {
            broken.printStackTrace(System.out);
            findings.add("seed " + seed + ": " + broken);
        }
    }

    /** Of five seeds three have one daemon, two have two; one of these gets an older database. */
    private static Findings run(long seed, Programs programs, Path scratch) throws Exception {
        long story = Math.floorMod(seed, 5L);
        return story == 2 || story == 4
                ? MeshRun.of(seed, programs, scratch, story == 4)
                : ChaosRun.of(seed, programs, scratch, ChaosRun.Size.SHORT);
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
