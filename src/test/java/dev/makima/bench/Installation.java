package dev.makima.bench;

import dev.makima.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * makima as people have it: the packaged jar, started by {@code scripts/makima} with its flags and its start-up cache.
 * The jar's copy and the cache are kept in target/bench-lib over runs; each home is new.
 */
final class Installation {
    private static final Duration CACHE_PATIENCE = Duration.ofMinutes(3);
    private static final AtomicInteger HOMES = new AtomicInteger();

    private final Path project;
    private final Path scratch;
    private final Path lib;

    private Installation(Path project, Path scratch, Path lib) {
        this.project = project;
        this.scratch = scratch;
        this.lib = lib;
    }

    /** Installs the jar and waits until its start-up caches are made, which the first commands do in the background. */
    static Installation of(Benchmark.Setting setting) throws Exception {
        Installation installation = ofCommands(setting);
        installation.command("daemon", "--print-config", "--server-url", "http://127.0.0.1:1", "--api-key", "none");
        Await.until(
                CACHE_PATIENCE, "the daemon's cache in " + installation.lib, () -> installation.hasCache("daemon-"));
        return installation;
    }

    /** As {@link #of}, with the start-up cache of commands and server alone. */
    static Installation ofCommands(Benchmark.Setting setting) throws Exception {
        Installation installation = plain(setting);
        installation.command("--version");
        Await.until(CACHE_PATIENCE, "the start-up cache in " + installation.lib, () -> installation.hasCache("start-"));
        return installation;
    }

    /** The jar as it is: for what takes long, {@code MAKIMA_CACHE=no} keeps caches from being made meanwhile. */
    static Installation plain(Benchmark.Setting setting) throws Exception {
        Path launcher = setting.project().resolve("scripts/makima");
        if (!Files.isExecutable(launcher)) {
            throw new Benchmark.CannotMeasure("scripts/makima is not there");
        }
        Path lib = Files.createDirectories(setting.project().resolve("target/bench-lib"));
        return new Installation(setting.project(), setting.scratch(), lib);
    }

    /** A new, empty home. */
    Path home() throws IOException {
        Path home = Files.createDirectory(scratch.resolve("home-" + HOMES.incrementAndGet()));
        Files.createSymbolicLink(home.resolve("lib"), lib);
        return home;
    }

    /** Runs a command to its end in a home of its own; it must succeed. */
    void command(String... arguments) throws Exception {
        command(home(), Map.of(), arguments);
    }

    /** Runs a command to its end, with more variables in its environment; it must succeed. */
    void command(Path home, Map<String, String> variables, String... arguments) throws Exception {
        Timing.command(project, environment(home, variables), commandLine(arguments));
    }

    /**
     * Starts a command that stays.
     *
     * @param variables for its environment; MAKIMA_JVM_FLAGS adds flags of the JVM
     */
    Program start(Path home, Map<String, String> variables, String... arguments) throws IOException {
        return Program.start(project, environment(home, variables), commandLine(arguments), home.resolve("log"));
    }

    private List<String> commandLine(String... arguments) {
        List<String> command =
                new ArrayList<>(List.of(project.resolve("scripts/makima").toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    private static Map<String, String> environment(Path home, Map<String, String> more) {
        Map<String, String> variables = new HashMap<>(Map.of(
                "MAKIMA_HOME",
                home.toString(),
                "MAKIMA_BUILD",
                "no",
                "HOME",
                home.toString(),
                "GIT_CONFIG_NOSYSTEM",
                "1"));
        variables.putAll(more);
        return variables;
    }

    private boolean hasCache(String kind) {
        try {
            String sha = Files.readAllLines(lib.resolve("stamp")).get(2);
            try (Stream<Path> files = Files.list(lib.resolve(sha))) {
                return files.map(file -> file.getFileName().toString())
                        .anyMatch(name -> name.startsWith(kind) && name.endsWith(".aot"));
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
