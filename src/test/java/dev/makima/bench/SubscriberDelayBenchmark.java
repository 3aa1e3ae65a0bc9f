package dev.makima.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long what an agent says takes to be seen. */
final class SubscriberDelayBenchmark implements Benchmark {
    private static final int TASKS = 4;
    private static final int LINES_PER_SECOND = 100;
    private static final int LINES = 1_000;
    private static final int WARM_UP = 200;
    private static final long PATIENCE_SECONDS = 60;
    /** Only in entries: the task's own events repeat the agent's last words as its progress. */
    private static final Pattern STAMP = Pattern.compile("\"content\":\"at (\\d+) line");

    @Override
    public String name() {
        return "subscriber-delay";
    }

    @Override
    public String description() {
        return "from an agent's write to the event at a subscriber of its task (SSE); 4 tasks say 100 lines/s together,"
                + " server and daemon in processes of their own";
    }

    @Override
    public List<Figures> run(Setting setting) throws Exception {
        Installation installation = Installation.of(setting);
        List<Double> medians = new ArrayList<>();
        List<Double> tails = new ArrayList<>();
        try (ServerAndDaemon both = ServerAndDaemon.start(installation, new BenchAgents(setting.scratch()).relay())) {
            for (int i = 0; i < setting.runs(); i++) {
                List<Double> delays = new Run(both, setting.scratch()).delays();
                medians.add(delays.get(delays.size() / 2));
                tails.add(delays.get(delays.size() * 99 / 100));
            }
        }
        return List.of(
                new Figures("median of 1,000 lines", "ms", medians),
                new Figures("99th percentile of 1,000 lines", "ms", tails));
    }

    /** Some tasks, each of which prints what is written into its FIFO. */
    private static final class Run {
        private final ServerAndDaemon both;
        private final Path scratch;
        private final List<Double> delays = Collections.synchronizedList(new ArrayList<>());
        private final CountDownLatch seen = new CountDownLatch(WARM_UP + LINES);

        Run(ServerAndDaemon both, Path scratch) {
            this.both = both;
            this.scratch = scratch;
        }

        /** All delays but the first ones, in milliseconds, the smallest first. */
        List<Double> delays() throws Exception {
            List<OutputStream> fifos = new ArrayList<>();
            List<String> tasks = new ArrayList<>();
            List<Thread> subscribers = new ArrayList<>();
            for (int i = 0; i < TASKS; i++) {
                Path fifo = Files.createTempDirectory(scratch, "fifo-").resolve("fifo");
                Timing.command(scratch, Map.of(), List.of("mkfifo", fifo.toString()));
                String task = both.client().start("FIFO:" + fifo + ":");
                tasks.add(task);
                subscribers.add(Thread.ofVirtual().start(() -> subscribe(task)));
                // Waits until the agent has opened its end.
                fifos.add(Files.newOutputStream(fifo));
            }
            write(fifos);
            if (!seen.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException(seen.getCount() + " lines were not seen");
            }
            for (int i = 0; i < TASKS; i++) {
                fifos.get(i).close();
                both.awaitDone(tasks.get(i), Duration.ofSeconds(PATIENCE_SECONDS));
                // The server ends the stream of a task that is over.
                subscribers.get(i).join();
            }
            return delays.stream().skip(WARM_UP).sorted().toList();
        }

        private static void write(List<OutputStream> fifos) throws IOException {
            long begin = System.nanoTime();
            for (int i = 0; i < WARM_UP + LINES; i++) {
                long due = begin + i * 1_000_000_000L / LINES_PER_SECOND;
                while (due - System.nanoTime() > 0) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
                String line = "{\"type\":\"assistant\",\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"at "
                        + System.nanoTime() + " line " + i + "\"}]}}\n";
                fifos.get(i % fifos.size()).write(line.getBytes(StandardCharsets.US_ASCII));
            }
        }

        private void subscribe(String task) {
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(both.client().events(task), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    Matcher stamp = STAMP.matcher(line);
                    if (stamp.find()) {
                        delays.add((System.nanoTime() - Long.parseLong(stamp.group(1))) / 1e6);
                        seen.countDown();
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
