package dev.makima.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.makima.base.MakimaException;
import dev.makima.cli.api.Json;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.demo.AgentLines.Turn;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A scripted agent that speaks the real agent's language on stdin and stdout, for the demonstration: no model, no
 * network, no cost. What it writes and runs in its working directory is real.
 */
public final class DemoAgent {
    /** What {@code --version} answers: the form the real one has. */
    public static final String VERSION = "2.1.0 (makima demo agent)";

    private static final double COST_PER_STEP = 0.0012;
    private static final int OUTPUT_LIMIT = 20_000;

    private sealed interface Signal {
        record Message(String text) implements Signal {}

        record Interrupt(boolean end) implements Signal {}

        record End() implements Signal {}
    }

    private final Surroundings surroundings;
    private final Duration pause;
    private final AgentLines lines;
    private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>(1000);
    private int turns;
    private int steps;

    /**
     * An agent.
     *
     * @param pause how long it "thinks" before each step, so that a person can follow
     */
    public DemoAgent(Surroundings surroundings, List<String> arguments, Duration pause) {
        this.surroundings = surroundings;
        this.pause = pause;
        int at = Math.max(arguments.indexOf("--session-id"), arguments.indexOf("--resume"));
        this.lines = new AgentLines(
                at >= 0 && at + 1 < arguments.size()
                        ? arguments.get(at + 1)
                        : UUID.randomUUID().toString(),
                VERSION);
    }

    /** Works until its standard input ends; the result is the exit code, as the real one has it. Blocks. */
    public int run() throws InterruptedException {
        Thread.ofPlatform().daemon().name("makima-demo-input").start(this::read);
        int exit = 0;
        while (true) {
            switch (signals.take()) {
                case Signal.Message message -> {
                    Turn turn = turn(message.text());
                    print(lines.result(turn));
                    exit = turn.failed() && !turn.interrupted() ? 1 : 0;
                }
                case Signal.Interrupt interrupt -> {
                    if (interrupt.end()) {
                        return exit;
                    }
                }
                case Signal.End end -> {
                    return exit;
                }
            }
        }
    }

    private void read() {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(surroundings.in(), StandardCharsets.UTF_8))) {
            String line = in.readLine();
            while (line != null) {
                if (!line.isBlank()) {
                    heard(Json.read("a line", line));
                }
                line = in.readLine();
            }
        } catch (IOException | MakimaException e) {
            // As the real one: a bad line ends it, and so does a broken input.
            surroundings.err().println("Error parsing streaming input line: " + e.getMessage());
        }
        signals.add(new Signal.End());
    }

    private void heard(JsonNode line) {
        switch (line.path("type").asText()) {
            case "user" ->
                signals.add(new Signal.Message(textOf(line.path("message").path("content"))));
            case "control_request" -> {
                print(AgentLines.controlResponse(line.path("request_id").asText()));
                String what = line.path("request").path("subtype").asText();
                if (what.equals("interrupt") || what.equals("end_session")) {
                    signals.add(new Signal.Interrupt(what.equals("end_session")));
                }
            }
            default -> {
                // Unknown kinds are ignored by the real one too.
            }
        }
    }

    private static String textOf(JsonNode content) {
        if (content.isTextual()) {
            return content.asText();
        }
        StringBuilder text = new StringBuilder();
        content.forEach(block -> text.append(block.path("text").asText()).append('\n'));
        return text.toString();
    }

    private Turn turn(String message) throws InterruptedException {
        long started = System.nanoTime();
        print(lines.init(surroundings.directory().toString()));
        String last = "";
        boolean failed = false;
        for (Step step : Script.forMessage(message)) {
            if (interruptedWithin(pause)) {
                return ended(started, last, true, true);
            }
            steps++;
            switch (step) {
                case Step.Say say -> {
                    last = say.text();
                    print(lines.text(last));
                }
                case Step.GiveUp giveUp -> {
                    last = giveUp.reason();
                    failed = true;
                    print(lines.text(last));
                }
                case Step.Read read ->
                    tool("Read", Json.object().put("file_path", read.path()), () -> contentOf(read.path()));
                case Step.Write write ->
                    tool(
                            "Write",
                            Json.object().put("file_path", write.path()).put("content", write.content()),
                            () -> put(write));
                case Step.Run run ->
                    tool("Bash", Json.object().put("command", run.command()), () -> shell(run.command()));
            }
        }
        return ended(started, last, failed, false);
    }

    private Turn ended(long started, String text, boolean failed, boolean interrupted) {
        long millis = (System.nanoTime() - started) / 1_000_000;
        return new Turn(turns++, steps, millis, steps * COST_PER_STEP, text, failed, interrupted);
    }

    /** Waits as one who thinks; a message that comes meanwhile keeps its place in the queue. */
    private boolean interruptedWithin(Duration time) throws InterruptedException {
        long deadline = System.nanoTime() + time.toNanos();
        BlockingQueue<Signal> others = new LinkedBlockingQueue<>();
        boolean interrupted = false;
        long left = time.toNanos();
        while (!interrupted && left > 0) {
            Signal signal = signals.poll(left, TimeUnit.NANOSECONDS);
            interrupted = signal instanceof Signal.Interrupt;
            if (signal != null) {
                others.add(signal);
            }
            left = deadline - System.nanoTime();
        }
        signals.addAll(others);
        return interrupted;
    }

    private record Answer(String text, boolean failed) {}

    private interface Tool {
        Answer use() throws IOException, InterruptedException;
    }

    private void tool(String name, ObjectNode input, Tool tool) throws InterruptedException {
        String id = "toolu_demo_" + steps;
        print(lines.toolUse(id, name, input));
        Answer answer;
        try {
            answer = tool.use();
        } catch (IOException e) {
            answer = new Answer(String.valueOf(e.getMessage()), true);
        }
        print(lines.toolResult(id, answer.text(), answer.failed()));
    }

    private Path path(String relative) {
        return surroundings.directory().resolve(relative);
    }

    private Answer contentOf(String file) throws IOException {
        return new Answer(Files.readString(path(file)), false);
    }

    private Answer put(Step.Write write) throws IOException {
        Files.writeString(path(write.path()), write.content());
        return new Answer("File created successfully at: " + write.path(), false);
    }

    private Answer shell(String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sh", "-c", command)
                .directory(surroundings.directory().toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readNBytes(OUTPUT_LIMIT), StandardCharsets.UTF_8).strip();
        int exit = process.waitFor();
        return new Answer(exit == 0 ? text : "Exit code " + exit + "\n" + text, exit != 0);
    }

    private void print(JsonNode line) {
        // Two threads print: each line is one whole write.
        synchronized (lines) {
            surroundings.out().println(Json.line(line));
            surroundings.out().flush();
        }
    }
}
