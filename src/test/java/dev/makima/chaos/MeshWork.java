package dev.makima.chaos;

import dev.makima.testkit.Dice;
import dev.makima.testkit.SeededAgent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A task that may go from one daemon to another, and what its agents have written down of themselves.
 *
 * @param inCopy whether the copy of the server's database has it, where there is one
 */
record MeshWork(String taskId, SeededAgent agent, boolean inCopy) {
    private static final SeededAgent.Size SIZE = new SeededAgent.Size(12, 1 << 18, 2500);

    /** When an agent was seen at work, in seconds since the machine's start. */
    record Shift(String pid, List<Double> beats) {
        double first() {
            return beats.getFirst();
        }
    }

    /** Draws the work of an agent that takes some seconds. */
    static SeededAgent drawn(Dice dice, Path directory) throws IOException {
        SeededAgent agent = SeededAgent.drawn(dice, directory, SIZE);
        Path script = directory.resolve("script");
        List<String> lines = new ArrayList<>(Files.readAllLines(script));
        // Some work for long enough to be at it still when another daemon begins.
        int millis = dice.chance(60) ? dice.between(1000, 5000) : dice.between(6000, 10000);
        // After its first words.
        int first = 0;
        while (!lines.get(first).contains("piece-0")) {
            first++;
        }
        lines.add(first + 1, "sleep %d.%03d".formatted(millis / 1000, millis % 1000));
        Files.write(script, lines);
        return agent;
    }

    MeshWork asCopied() {
        return new MeshWork(taskId, agent, true);
    }

    /** The agents in the order of their beginnings. */
    List<Shift> shifts() throws IOException {
        Path file = agent.directory().resolve("beats");
        Map<String, List<Double>> beats = new LinkedHashMap<>();
        for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
            String[] parts = line.split(" ");
            beats.computeIfAbsent(parts[0], _ -> new ArrayList<>()).add(Double.valueOf(parts[1]));
        }
        return beats.entrySet().stream()
                .map(entry -> new Shift(entry.getKey(), entry.getValue()))
                .toList();
    }

    /** The first line of its input. */
    String plan(Shift shift) throws IOException {
        return Files.readString(agent.directory().resolve("plan-" + shift.pid()));
    }

    /** What was there of earlier agents' progress when it began. */
    List<String> found(Shift shift) throws IOException {
        return Files.readAllLines(agent.directory().resolve("found-" + shift.pid()));
    }

    /** Where it worked. */
    Path place(Shift shift) throws IOException {
        return Path.of(Files.readString(agent.directory().resolve("place-" + shift.pid()))
                .strip());
    }
}
