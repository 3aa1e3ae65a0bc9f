package dev.makima.daemon.agent;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.PrivateFiles;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The {@code makima} that this daemon's agents find on their PATH: a script that starts the very program which runs, by
 * the same JVM, and never builds anything. It lies in a directory of its own, so that nothing else gets on their PATH.
 */
public final class MakimaCommand {
    /** The program's main class, by its name: it knows the daemon, not the daemon it. */
    public static final String MAIN_CLASS = "dev.makima.cli.Main";

    private static final String USUAL_PATH = "/usr/local/bin:/usr/bin:/bin";

    /** Short to start and small: agents call it often, and each time for a moment. */
    private static final List<String> FLAGS = List.of(
            "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders",
            "-Xss512k",
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-Xlog:aot=off",
            "-Xlog:aot*=off",
            "-Xlog:cds=off",
            "-Xlog:cds*=off",
            "--enable-native-access=ALL-UNNAMED",
            "-Dmakima.terminal=no");

    private final Path directory;

    private MakimaCommand(Path directory) {
        this.directory = directory;
    }

    /** The command of the daemon with that home. */
    public static MakimaCommand in(Path home) {
        return new MakimaCommand(home.resolve("bin"));
    }

    /** The script. */
    Path file() {
        return directory.resolve("makima");
    }

    /**
     * Writes the script for the program that runs now, as a whole or not at all: agents of an earlier daemon may be
     * about to start it.
     *
     * @throws MakimaException IO where that is not possible
     */
    public void write() {
        write(program());
    }

    /** As {@link #write()}, for a program that is started by these arguments of the JVM. */
    void write(List<String> program) {
        String script = script(program);
        PrivateFiles.directory(directory);
        try {
            if (isThere(script)) {
                // A disk that is full needs no room for it, and one that can't be written shows that soon enough.
                return;
            }
            Path fresh = Files.createTempFile(directory, ".makima.", ".tmp");
            Files.writeString(fresh, script);
            // Set, not asked for at its creation: the umask of this process would take part in that.
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.move(fresh, file(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new MakimaException(
                    ErrorCode.IO,
                    "cannot write the script " + file() + ": " + e,
                    "Check the permissions of " + directory + " and the free space",
                    e);
        }
    }

    private boolean isThere(String script) throws IOException {
        return Files.isExecutable(file())
                && Arrays.equals(Files.readAllBytes(file()), script.getBytes(StandardCharsets.UTF_8));
    }

    /** Puts the script before every other program of that name. */
    void putFirst(Map<String, String> environment) {
        environment.merge(
                "PATH",
                directory + File.pathSeparator + USUAL_PATH,
                (path, _) -> directory + File.pathSeparator + path);
    }

    /**
     * How the program that runs is started again: the arguments behind the JVM's own. By the class path, and not by where a
     * class says that it comes from: one that is loaded from a start-up cache may not know.
     */
    private static List<String> program() {
        String classPath = System.getProperty("java.class.path");
        return classPath.endsWith(".jar") && Files.isRegularFile(Path.of(classPath))
                ? List.of("-jar", Path.of(classPath).toAbsolutePath().toString())
                : List.of("-cp", classPath, MAIN_CLASS);
    }

    private static String script(List<String> program) {
        List<String> java = new ArrayList<>();
        java.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        java.addAll(FLAGS);
        return """
                #!/bin/sh
                # makima, as the agents of this machine's daemon call it. Written anew at each start of the daemon.
                # In the locale C, Java has no Unicode in arguments.
                case ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} in
                    "" | C | POSIX) LC_ALL=C.UTF-8; export LC_ALL ;;
                esac
                # A cache that was made with another JVM is passed over by the JVM itself.
                cache=
                for found in %s/start-*.aot; do
                    [ -f "$found" ] && cache=$found
                done
                exec %s ${cache:+"-XX:AOTCache=$cache"} %s "$@"
                """.formatted(quoted(cacheDirectory(program)), quoted(java), quoted(program));
    }

    /** Caches lie beside the jar they were made of. */
    private static List<String> cacheDirectory(List<String> program) {
        @Nullable Path beside = Path.of(program.getLast()).getParent();
        return List.of(beside == null ? "/nonexistent" : beside.toString());
    }

    private static String quoted(List<String> words) {
        return words.stream()
                .map(word -> "'" + word.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
    }
}
