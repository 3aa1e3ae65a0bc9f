package dev.makima.chaos;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
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
    private static final String LEASE_SERVER = LeaseServer.class.getName().replace('.', '/') + ".class";

    private final Path archives;
    private final String classPath;

    private Programs(Path archives, String classPath) {
        this.archives = archives;
        this.classPath = classPath;
    }

    /** Those of this process, gone with it: who starts programs has the archives that others' programs have made. */
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
        return new Programs(directory, String.join(File.pathSeparator, parts));
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(directory);
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
     * @param name the name of its archive, which the first one makes that ends in order, and of its log
     * @param main the class that begins it
     * @param arguments what it always gets
     */
    record Kind(String name, String main, List<String> arguments) {
        private static final String MAIN = "dev.makima.cli.Main";

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
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-Xlog:all=off",
                "-XX:+AutoCreateSharedArchive",
                "-XX:SharedArchiveFile=" + archives.resolve(kind.name() + ".jsa"),
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + logs,
                "-cp",
                classPath,
                kind.main()));
        command.addAll(kind.arguments());
        command.addAll(List.of(more));
        return Program.start(kind.name(), inside.apply(command), home, logs, variables);
    }
}
