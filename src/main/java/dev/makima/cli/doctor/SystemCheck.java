package dev.makima.cli.doctor;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The system that this runs on, the JDK, and whether the JVM has a start-up cache. */
record SystemCheck(Patient patient) implements Check {
    @Override
    public String subject() {
        return "system";
    }

    @Override
    public List<Finding> look() {
        String name = patient.environment().osName();
        String system = name + " " + System.getProperty("os.version", "") + " " + System.getProperty("os.arch", "");
        Finding machine = name.toLowerCase(Locale.ROOT).contains("linux")
                ? new Finding.Fine("system", system)
                : new Finding.Wrong(
                        "system", system, "The daemon runs on Linux only; server and command line work here");
        return List.of(machine, java());
    }

    private static Finding java() {
        String found = "JDK " + Runtime.version() + " in " + System.getProperty("java.home", "?");
        String how = System.getProperty("makima.jvm", "");
        if (how.contains("-XX:AOTCache=")) {
            return new Finding.Fine("java", found + ", with a start-up cache");
        }
        if (how.isEmpty()) {
            return new Finding.Fine("java", found + ", not started by scripts/makima: without a start-up cache");
        }
        return hasCache()
                ? new Finding.Fine("java", found + ", a start-up cache is there")
                : new Finding.Fine("java", found + ", no start-up cache yet: one is made after the first start");
    }

    private static boolean hasCache() {
        Path jar = Path.of(System.getProperty("java.class.path", "")).toAbsolutePath();
        Path directory = jar.resolveSibling("").normalize();
        if (!Files.isDirectory(directory)) {
            return false;
        }
        try (DirectoryStream<Path> caches = Files.newDirectoryStream(directory, "*.aot")) {
            return caches.iterator().hasNext();
        } catch (IOException | DirectoryIteratorException e) {
            // Not readable: then the JVM cannot use it either.
            return false;
        }
    }
}
