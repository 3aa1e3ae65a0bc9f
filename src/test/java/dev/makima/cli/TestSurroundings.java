package dev.makima.cli;

import dev.makima.cli.core.Surroundings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A world for one command: what it prints is kept. */
public final class TestSurroundings {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Map<String, String> environment = new HashMap<>();
    private final Path directory;
    private String input = "";
    private boolean seen;
    private boolean terminal;

    public TestSurroundings(Path directory) {
        this.directory = directory;
        environment.put("HOME", directory.resolve("user").toString());
        environment.put("MAKIMA_HOME", directory.resolve("home").toString());
        environment.put("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
    }

    public TestSurroundings with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    public TestSurroundings input(String text) {
        input = text;
        return this;
    }

    /** Somebody looks at standard error. */
    public TestSurroundings seen() {
        seen = true;
        return this;
    }

    /** Somebody sits before it. */
    public TestSurroundings terminal() {
        terminal = true;
        return this;
    }

    public Surroundings make() {
        return new Surroundings(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                Map.copyOf(environment),
                directory,
                terminal,
                seen);
    }

    public int run(String... arguments) {
        return CommandLineRunner.run(arguments, make());
    }

    public String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    public String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
