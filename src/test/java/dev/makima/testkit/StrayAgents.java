package dev.makima.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ends what a failed test has left of its agents: they outlive their daemon by design, and would outlive the whole
 * build. In force for every test, by JUnit's detection of extensions. What is ended carries a run's number in its
 * environment and has its home in a temporary directory of that very test: nothing else, whatever else the machine does.
 */
public final class StrayAgents implements AfterEachCallback {
    /** Those of a run that was just begun may start another process before they end. */
    private static final int ROUNDS = 5;

    /** Called by JUnit, after the test's own clean-up and before its temporary directories go. */
    @Override
    public void afterEach(ExtensionContext context) {
        // One that passes has looked itself, wherever it matters, and a look at all processes is not free.
        if (context.getExecutionException().isEmpty()) {
            return;
        }
        for (Object instance : context.getRequiredTestInstances().getAllInstances()) {
            for (Path directory : directories(instance)) {
                List<Long> ended = end(directory);
                if (!ended.isEmpty()) {
                    context.publishReportEntry("ended after the failure", ended.toString());
                }
            }
        }
    }

    /** The temporary directories in the fields of a test. */
    static List<Path> directories(Object test) {
        List<Path> found = new ArrayList<>();
        for (Class<?> type = test.getClass(); type != null; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (field.isAnnotationPresent(TempDir.class)) {
                    field.setAccessible(true);
                    try {
                        if (field.get(test) instanceof Path directory) {
                            found.add(directory);
                        }
                    } catch (IllegalAccessException e) {
                        throw new AssertionError(e);
                    }
                }
            }
        }
        return found;
    }

    /** Kills all processes of runs whose home is this directory or below it; returns their numbers. */
    public static List<Long> end(Path directory) {
        List<Long> ended = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            List<Long> found = of(directory);
            if (found.isEmpty()) {
                break;
            }
            found.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
            ended.addAll(found);
        }
        return ended;
    }

    private static List<Long> of(Path directory) {
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            return all.map(entry -> entry.getFileName().toString())
                    .filter(name -> name.chars().allMatch(Character::isDigit))
                    .map(Long::valueOf)
                    .filter(pid -> Await.alive(pid) && isOf(pid, directory))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isOf(long pid, Path directory) {
        List<String> environment;
        try {
            environment = List.of(
                    Files.readString(Path.of("/proc", Long.toString(pid), "environ"), StandardCharsets.ISO_8859_1)
                            .split("\0"));
        } catch (IOException e) {
            // It ended between the two looks, or is another user's.
            return false;
        }
        return environment.stream().anyMatch(one -> one.startsWith("MAKIMA_RUN="))
                && environment.stream()
                        .filter(one -> one.startsWith("HOME=/"))
                        .anyMatch(
                                one -> Path.of(one.substring("HOME=".length())).startsWith(directory));
    }
}
