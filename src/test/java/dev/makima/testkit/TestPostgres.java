package dev.makima.testkit;

import dev.makima.base.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * A real PostgreSQL server, which tests start themselves: one per JVM, at a free port of the loopback address, with a
 * password of its own, gone with the JVM however that ends. {@code MAKIMA_TEST_POSTGRES} names the directory of its
 * programs; otherwise they are looked for where packages put them. Thread-safe.
 */
public final class TestPostgres {
    private static final String VARIABLE = "MAKIMA_TEST_POSTGRES";
    /** Ends the server when its own standard input ends, as it does with the JVM that has the other end. */
    private static final String WATCH =
            "\"$@\" </dev/null & server=$!; cat >/dev/null; kill -QUIT $server 2>/dev/null; wait $server";

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private static final class Shared {
        private static final Optional<TestPostgres> SERVER = start(false);
    }

    private static final class Durable {
        private static final Optional<TestPostgres> SERVER = start(true);
    }

    private final Path programs;
    private final Path directory;
    private final int port;
    private final String password = UUID.randomUUID().toString();
    private @Nullable Process server;
    private @Nullable Connection maker;

    /**
     * A database of its own for one test.
     *
     * @param port where the server is
     * @param name what it is called there
     */
    public record Fresh(int port, String name, Secret password) {
        /** Its URL for JDBC, with user and password. */
        public Secret jdbcUrl() {
            return new Secret(url(port).reveal() + "?user=makima&password=" + password.reveal());
        }

        /** Its URL for JDBC, by way of another port, such as that of a relay. */
        public Secret url(int otherPort) {
            return new Secret("jdbc:postgresql://127.0.0.1:" + otherPort + "/" + name);
        }

        /** Its URL as people write it, without password. */
        public String uri() {
            return "postgresql://makima@127.0.0.1:" + port + "/" + name;
        }

        /** Runs a statement as the owner of everything. */
        public void execute(String sql) {
            try (Connection connection = DriverManager.getConnection(jdbcUrl().reveal());
                    Statement statement = connection.createStatement()) {
                statement.execute(sql);
            } catch (SQLException e) {
                throw new AssertionError(sql, e);
            }
        }
    }

    private TestPostgres(Path programs, Path directory, int port) {
        this.programs = programs;
        this.directory = directory;
        this.port = port;
    }

    /**
     * A new, empty database. Without PostgreSQL the calling test is skipped with a loud reason, or fails where
     * {@code MAKIMA_TEST_STRICT=1} is set.
     */
    public static Fresh database() {
        return database("template template0 encoding 'UTF8'");
    }

    /** As {@link #database()}, made with these options. */
    public static Fresh database(String options) {
        if (Shared.SERVER.isEmpty()) {
            String reason =
                    "PostgreSQL is not installed: install the package postgresql, or name the directory of initdb"
                            + " and postgres by " + VARIABLE + ".";
            if (RealAgent.strict()) {
                Assertions.fail(reason + " MAKIMA_TEST_STRICT=1 forbids skipping.");
            }
            Assumptions.abort("SKIPPED. " + reason);
        }
        TestPostgres running = Shared.SERVER.orElseThrow();
        String name = "test_" + NUMBER.incrementAndGet();
        running.make("create database " + name + " " + options);
        return running.named(name);
    }

    /**
     * A new, empty database of a server that keeps what it has committed, as those in use do: for measurements, where the disk
     * counts. The others are as fast as they can be.
     *
     * @throws IllegalStateException where PostgreSQL is not installed
     */
    public static Fresh durable() {
        TestPostgres running =
                Durable.SERVER.orElseThrow(() -> new IllegalStateException("PostgreSQL is not installed"));
        String name = "test_" + NUMBER.incrementAndGet();
        running.named("postgres").execute("create database " + name + " template template0 encoding 'UTF8'");
        return running.named(name);
    }

    /** All databases by one connection: its password is checked by thousands of hashes. */
    private synchronized void make(String sql) {
        try {
            if (maker == null) {
                maker = DriverManager.getConnection(named("postgres").jdbcUrl().reveal());
            }
            try (Statement statement = maker.createStatement()) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    private Fresh named(String name) {
        return new Fresh(port, name, new Secret(password));
    }

    private static Optional<TestPostgres> start(boolean durable) {
        Optional<Path> programs = find();
        if (programs.isEmpty()) {
            System.err.println("TestPostgres: no PostgreSQL is installed: its tests will be SKIPPED");
            return Optional.empty();
        }
        try {
            Path directory = Files.createTempDirectory("makima-postgres");
            TestPostgres started = new TestPostgres(programs.get(), directory, FreePort.next());
            Runtime.getRuntime().addShutdownHook(new Thread(started::end));
            started.initialize();
            started.run(durable);
            return Optional.of(started);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Optional<Path> find() {
        String named = Objects.requireNonNullElse(System.getenv(VARIABLE), "");
        List<Path> places = new ArrayList<>();
        if (!named.isBlank()) {
            places.add(Path.of(named));
        } else {
            for (String place : System.getenv("PATH").split(":")) {
                places.add(Path.of(place.isEmpty() ? "." : place));
            }
            try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
                versions.map(version -> version.resolve("bin"))
                        .sorted(java.util.Comparator.reverseOrder())
                        .forEach(places::add);
            } catch (IOException e) {
                // No Debian, or not installed: PATH has it or nobody has.
            }
        }
        return places.stream()
                .filter(place ->
                        Files.isExecutable(place.resolve("initdb")) && Files.isExecutable(place.resolve("postgres")))
                .findFirst()
                .map(Path::toAbsolutePath);
    }

    private void initialize() throws IOException, InterruptedException {
        Path secret = Files.writeString(directory.resolve("password"), password);
        if (isRoot()) {
            var owner =
                    directory.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(user());
            Files.setOwner(secret, owner);
            Files.setOwner(directory, owner);
        }
        Process initdb = new ProcessBuilder(as(
                        programs.resolve("initdb").toString(),
                        "--pgdata=" + directory.resolve("data"),
                        "--username=makima",
                        "--pwfile=" + secret,
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        "--locale=C",
                        "--no-sync",
                        "--no-instructions"))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(initdb.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (initdb.waitFor() != 0) {
            throw new IllegalStateException("initdb failed: " + said);
        }
    }

    private void run(boolean durable) throws IOException, InterruptedException {
        String toggle = durable ? "on" : "off";
        List<String> watched = new ArrayList<>(List.of("sh", "-c", WATCH, "sh"));
        watched.addAll(List.of(
                programs.resolve("postgres").toString(),
                "-D",
                directory.resolve("data").toString(),
                "-h",
                "127.0.0.1",
                "-p",
                Integer.toString(port),
                "-k",
                "",
                "-c",
                "fsync=" + toggle,
                "-c",
                "full_page_writes=" + toggle,
                "-c",
                "max_connections=300",
                "-c",
                "shared_buffers=32MB",
                "-c",
                "jit=off"));
        if (!durable) {
            // Workers that look after hundreds of databases of some seconds each take the time of those that are
            // tested.
            watched.addAll(List.of("-c", "autovacuum=off", "-c", "synchronous_commit=off"));
        }
        Process started = new ProcessBuilder(as(watched.toArray(String[]::new)))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        server = started;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!answers()) {
            if (!started.isAlive() || System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "PostgreSQL did not start: " + Files.readString(directory.resolve("log")));
            }
            java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
        }
    }

    private boolean answers() {
        try (Connection connection =
                DriverManager.getConnection(named("postgres").jdbcUrl().reveal())) {
            return connection.isValid(5);
        } catch (SQLException e) {
            // Still starting; the deadline is the caller's.
            return false;
        }
    }

    private void end() {
        try {
            Process running = server;
            if (running != null) {
                running.getOutputStream().close();
                if (!running.waitFor(10, TimeUnit.SECONDS)) {
                    running.destroyForcibly();
                }
            }
            // Hundreds of databases of hundreds of files each: on a busy disk that is longer than a JVM has for its
            // end.
            new ProcessBuilder("rm", "-rf", directory.toString()).start();
        } catch (IOException e) {
            System.err.println("TestPostgres: " + directory + " could not be removed: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** PostgreSQL refuses to run as root. */
    private static List<String> as(String... command) {
        List<String> whole = new ArrayList<>();
        if (isRoot()) {
            whole.addAll(List.of("setpriv", "--reuid=" + user(), "--regid=" + user(), "--clear-groups", "--"));
        }
        whole.addAll(List.of(command));
        return whole;
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** The package makes this one. */
    private static String user() {
        return "postgres";
    }
}
