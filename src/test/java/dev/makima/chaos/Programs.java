package dev.makima.chaos;

import dev.makima.cli.local.NativeLibrary;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/**
 * How the product is started quickly and often: from the class path of this process, with an archive of the classes that
 * server and daemon load, and with SQLite's library unpacked. The JVM archives only classes from jars, so the product's
 * go into one. Thread-safe.
 */
final class Programs {
    private static final String LEASE_SERVER = LeaseServer.class.getName().replace('.', '/') + ".class";
    private static final String MAIN = "dev.makima.cli.Main";
    private static final Duration TRAINING = Duration.ofSeconds(80);

    private final Path archive;
    private final Path libraries;
    private final String classPath;

    private Programs(Path directory, String classPath) {
        this.archive = directory.resolve("classes.jsa");
        this.libraries = directory.resolve("native");
        this.classPath = classPath;
    }

    /** Those of this process, gone with it. The first who asks waits some seconds for the archive. */
    static Programs shared() {
        return Shared.PROGRAMS;
    }

    private static final class Shared {
        private static final Programs PROGRAMS = make();

        private static Programs make() {
            try {
                Path directory = Files.createTempDirectory("makima-programs-");
                Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
                return in(directory);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static Programs in(Path directory) throws IOException {
        Files.createDirectories(directory);
        List<String> parts = new ArrayList<>();
        for (String part : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(part).toAbsolutePath();
            if (Files.exists(path.resolve("dev/makima/cli/Main.class"))) {
                parts.add(jar(path, "", directory.resolve("product.jar")).toString());
            } else if (Files.exists(path.resolve(LEASE_SERVER))) {
                parts.add(jar(path, LEASE_SERVER, directory.resolve("kit.jar")).toString());
            } else if (Files.isRegularFile(path)) {
                parts.add(path.toString());
            }
        }
        Programs programs = new Programs(directory, String.join(File.pathSeparator, parts));
        NativeLibrary.keep(programs.libraries);
        programs.train(Files.createDirectory(directory.resolve("training")));
        return programs;
    }

    /** The demo has a server, a daemon and a task from its beginning to its end, and ends by itself. */
    private void train(Path home) throws IOException {
        List<String> command = command("-XX:ArchiveClassesAtExit=" + archive, home);
        command.addAll(List.of(MAIN, "demo"));
        int exit = Program.start("training", command, home, home, Map.of()).exit(TRAINING);
        if (exit != 0) {
            throw new IOException(
                    "the training run ended with " + exit + ": " + Files.readString(home.resolve("training.log")));
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException refused) {
            System.err.println("Programs: " + directory + " could not be removed: " + refused);
        }
    }

    private static Path jar(Path classes, String begins, Path jar) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest);
                Stream<Path> files = Files.walk(classes)) {
            out.setLevel(1);
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = classes.relativize(file).toString();
                if (name.startsWith(begins) && !name.equals("META-INF/MANIFEST.MF")) {
                    out.putNextEntry(new JarEntry(name));
                    Files.copy(file, out);
                }
            }
        }
        return jar;
    }

    /**
     * A program that can be started.
     *
     * @param name the name of its log
     * @param main the class that begins it
     * @param arguments what it always gets
     */
    record Kind(String name, String main, List<String> arguments) {
        static final Kind DAEMON = new Kind("daemon", MAIN, List.of("daemon"));
        static final Kind SERVER = new Kind("server", MAIN, List.of("server", "--port", "0"));
        /** A server whose leases are over soon. */
        static final Kind LEASE_SERVER = new Kind("lease-server", LeaseServer.class.getName(), List.of("2"));
        /** A server that soon offers tasks again to a daemon which was short of disk, with ordinary leases. */
        static final Kind EAGER_SERVER = new Kind("eager-server", LeaseServer.class.getName(), List.of("120"));
    }

    /**
     * Starts a program where it sees other disks.
     *
     * @param inside makes a command one that runs there
     * @param home as it is called there; its environment has this and little else
     * @param logs where its words go, of which it knows nothing
     * @param more arguments
     */
    Program start(
            Kind kind,
            UnaryOperator<List<String>> inside,
            Path home,
            Path logs,
            Map<String, String> variables,
            String... more)
            throws IOException {
        List<String> command = command("-XX:SharedArchiveFile=" + archive, logs);
        command.add(kind.main());
        command.addAll(kind.arguments());
        command.addAll(List.of(more));
        return Program.start(kind.name(), inside.apply(command), home, logs, variables);
    }

    private List<String> command(String archiving, Path temporary) {
        return new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                // Most live for some seconds: only what is really hot is worth compiling.
                "-XX:CompileThresholdScaling=4",
                "-Xmx256m",
                "-Xlog:all=off",
                archiving,
                "-Dorg.sqlite.lib.path=" + libraries,
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                classPath));
    }
}
