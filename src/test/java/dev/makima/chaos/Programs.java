package dev.makima.chaos;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/**
 * How the product is started quickly and often: from the class path of this process, with archives of the classes that
 * server and daemon load. The JVM archives only classes from jars, so the product's go into one. Thread-safe.
 */
final class Programs {
    private final Path archives;
    private final String classPath;

    private Programs(Path archives, String classPath) {
        this.archives = archives;
        this.classPath = classPath;
    }

    /** Prepares an empty directory. */
    static Programs in(Path directory) throws IOException {
        Files.createDirectories(directory);
        List<String> parts = new ArrayList<>();
        for (String part : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(part).toAbsolutePath();
            if (Files.exists(path.resolve("dev/makima/cli/Main.class"))) {
                parts.add(jar(path, directory.resolve("product.jar")).toString());
            } else if (Files.isRegularFile(path)) {
                parts.add(path.toString());
            }
        }
        return new Programs(directory, String.join(File.pathSeparator, parts));
    }

    private static Path jar(Path classes, Path jar) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest);
                Stream<Path> files = Files.walk(classes)) {
            out.setLevel(1);
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = classes.relativize(file).toString();
                if (!name.equals("META-INF/MANIFEST.MF")) {
                    out.putNextEntry(new JarEntry(name));
                    Files.copy(file, out);
                }
            }
        }
        return jar;
    }

    /**
     * Starts a program of the product.
     *
     * @param kind the first argument, and the name of its archive, which the first one makes that ends in order
     * @param home it has an environment with this home and little else
     */
    Program start(String kind, Path home, Map<String, String> variables, String... arguments) throws IOException {
        return start(kind, UnaryOperator.identity(), home, home, variables, arguments);
    }

    /**
     * Starts a program of the product where it sees other disks.
     *
     * @param inside makes a command one that runs there
     * @param home as it is called there
     * @param logs where its words go, of which it knows nothing
     */
    Program start(
            String kind,
            UnaryOperator<List<String>> inside,
            Path home,
            Path logs,
            Map<String, String> variables,
            String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-Xlog:all=off",
                "-XX:+AutoCreateSharedArchive",
                "-XX:SharedArchiveFile=" + archives.resolve(kind + ".jsa"),
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + logs,
                "-cp",
                classPath,
                "dev.makima.cli.Main",
                kind));
        command.addAll(List.of(arguments));
        return Program.start(kind, inside.apply(command), home, logs, variables);
    }
}
