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
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tasks that say what they are told to, each with a subscriber to its events (SSE). Their agent is
 * {@link BenchAgents#relay}.
 */
final class FifoTasks {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    /** Only in entries: the task's own events repeat the agent's last words as its progress. */
    private static final Pattern STAMP = Pattern.compile("\"content\":\"at (\\d+) line");

    private final ServerAndDaemon both;
    private final Heard heard;
    private final List<OutputStream> fifos = new ArrayList<>();
    private final List<String> tasks = new ArrayList<>();
    private final List<Thread> subscribers = new ArrayList<>();

    /** Is told of each line that a subscriber gets. */
    interface Heard {
        /**
         * A line came. Called by many threads.
         *
         * @param task whose, from 0
         * @param saidAt when the agent was told to say it, by {@link System#nanoTime()}
         */
        void line(int task, long saidAt);
    }

    /** Starts so many, and returns once every agent listens. */
    FifoTasks(ServerAndDaemon both, Path scratch, int count, Heard heard) throws Exception {
        this.both = both;
        this.heard = heard;
        for (int i = 0; i < count; i++) {
            int number = i;
            Path fifo = Files.createTempDirectory(scratch, "fifo-").resolve("fifo");
            Timing.command(scratch, Map.of(), List.of("mkfifo", fifo.toString()));
            String task = both.client().start("FIFO:" + fifo + ":");
            tasks.add(task);
            subscribers.add(Thread.ofVirtual().start(() -> subscribe(number, task)));
            // Waits until the agent has opened its end.
            fifos.add(Files.newOutputStream(fifo));
        }
    }

    /** Has the agent of a task say a line now. */
    void say(int task) throws IOException {
        String line = "{\"type\":\"assistant\",\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"at "
                + System.nanoTime() + " line\"}]}}\n";
        fifos.get(task).write(line.getBytes(StandardCharsets.US_ASCII));
    }

    /** Has all agents end, and waits until the tasks are done. */
    void end() throws Exception {
        for (OutputStream fifo : fifos) {
            fifo.close();
        }
        for (int i = 0; i < tasks.size(); i++) {
            both.awaitDone(tasks.get(i), PATIENCE);
            // The server ends the stream of a task that is over.
            subscribers.get(i).join();
        }
    }

    private void subscribe(int number, String task) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(both.client().events(task), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Matcher stamp = STAMP.matcher(line);
                if (stamp.find()) {
                    heard.line(number, Long.parseLong(stamp.group(1)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
