package dev.makima.cli.demo;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.cli.core.Surroundings;
import dev.makima.daemon.agent.MakimaCommand;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The demonstration's own place: a home, a configuration that names the scripted agent, and a sample repository. */
final class DemoHome {
    private final Path root;
    private final SampleRepository repository;

    private DemoHome(Path root, SampleRepository repository) {
        this.root = root;
        this.repository = repository;
    }

    /** Makes it in the directory for temporary files. */
    static DemoHome create(Surroundings surroundings) {
        try {
            Path root = Files.createTempDirectory(
                            Path.of(surroundings.variable("TMPDIR", System.getProperty("java.io.tmpdir"))),
                            "makima-demo-")
                    .toRealPath();
            Files.createDirectory(root.resolve("home"));
            Path agent = Files.createFile(
                    root.resolve("home/agent"),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Files.writeString(agent, wrapper());
            Files.writeString(
                    root.resolve("home/demo.toml"),
                    "[process]\nclaudeCommand = '" + agent + "'\n[shutdown]\nagents = \"stop\"\n");
            return new DemoHome(root, SampleRepository.create(root.resolve("greeting")));
        } catch (IOException e) {
            throw new MakimaException(
                    ErrorCode.IO,
                    "cannot make a directory for the demonstration: " + e.getMessage(),
                    "Check the free space, or name another directory by the variable TMPDIR",
                    e);
        }
    }

    /** This very program as an agent. It answers --version itself: a JVM less. */
    private static String wrapper() {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String flags = System.getProperty("makima.jvm", "-XX:+UseSerialGC -XX:TieredStopAtLevel=1");
        StringBuilder classPath = new StringBuilder();
        for (String part : System.getProperty("java.class.path").split(File.pathSeparator)) {
            classPath
                    .append(classPath.isEmpty() ? "" : File.pathSeparator)
                    .append(Path.of(part).toAbsolutePath());
        }
        return "#!/bin/sh\n"
                + "[ \"$1\" = --version ] && { echo '" + DemoAgent.VERSION + "'; exit 0; }\n"
                + "exec " + quote(java) + " " + flags + " -cp " + quote(classPath.toString()) + " "
                + MakimaCommand.MAIN_CLASS + " demo-agent \"$@\"\n";
    }

    private static String quote(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    /** The world as the demonstration sees it: its own home, and nothing that configures another makima. */
    Surroundings surroundings(Surroundings outer) {
        Map<String, String> environment = new HashMap<>(outer.environment());
        environment.keySet().removeIf(name -> name.startsWith("MAKIMA_"));
        environment.put("MAKIMA_HOME", root.resolve("home").toString());
        return outer.withEnvironment(environment);
    }

    Path configuration() {
        return root.resolve("home/demo.toml");
    }

    Path root() {
        return root;
    }

    SampleRepository repository() {
        return repository;
    }

    /** Deletes all but the sample repository with its branches; that too where nobody is going to look at it. */
    void tidy(boolean everything) {
        if (everything) {
            delete(root);
            return;
        }
        delete(root.resolve("home"));
        repository.prune();
    }

    private static void delete(Path directory) {
        try (Stream<Path> tree = Files.walk(directory)) {
            List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            // What is left lies in a temporary directory that the user is told how to delete.
            System.getLogger(DemoHome.class.getName())
                    .log(System.Logger.Level.DEBUG, "not all of " + directory + " could be deleted", e);
        }
    }
}
