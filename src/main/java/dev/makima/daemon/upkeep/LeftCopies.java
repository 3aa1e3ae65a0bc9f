package dev.makima.daemon.upkeep;

import dev.makima.base.MakimaException;
import dev.makima.daemon.upkeep.Leftover.Done;
import dev.makima.daemon.upkeep.Leftover.Kind;
import dev.makima.process.GroupCommand;
import dev.makima.process.LaunchSpec;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Copies of the program under {@code lib}, with their start-up caches, which nobody has started for a week and no process
 * holds: the launcher has every process hold a lock on its copy, by flock(2), which Java's own locks do not see. Blocking;
 * thread-safe.
 */
final class LeftCopies {
    private static final Duration UNUSED = Duration.ofDays(7);
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Path lib;
    private final Map<String, String> environment;
    private final Clock clock;

    LeftCopies(Path lib, Map<String, String> environment, Clock clock) {
        this.lib = lib;
        this.environment = Map.of("PATH", environment.getOrDefault("PATH", "/usr/bin:/bin"));
        this.clock = clock;
    }

    List<Leftover> find() throws InterruptedException {
        List<Leftover> found = new ArrayList<>();
        for (Path used : marks()) {
            Path copy = used.resolveSibling("").normalize();
            if (isOld(used) && flock(used, "true")) {
                found.add(Leftover.going(
                        Kind.COPY,
                        copy,
                        "not started for a week, and no process holds it",
                        () -> new Done(
                                flock(used, "rm", "-rf", copy.toString()), "deleted, unless somebody starts it")));
            }
        }
        return found;
    }

    private List<Path> marks() {
        List<Path> found = new ArrayList<>();
        if (!Files.isDirectory(lib)) {
            return found;
        }
        try (DirectoryStream<Path> copies = Files.newDirectoryStream(lib, Files::isDirectory)) {
            for (Path copy : copies) {
                if (Files.isRegularFile(copy.resolve("used")) && Files.exists(copy.resolve("makima.jar"))) {
                    found.add(copy.resolve("used"));
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            System.getLogger(LeftCopies.class.getName()).log(System.Logger.Level.DEBUG, "cannot read all of " + lib, e);
        }
        return found;
    }

    private boolean isOld(Path used) {
        try {
            Instant before = clock.instant().minus(UNUSED);
            return Files.getLastModifiedTime(used).toInstant().isBefore(before);
        } catch (IOException e) {
            // Gone meanwhile.
            return false;
        }
    }

    /** Runs a program while holding the copy's lock; false where somebody else has it, or there is no flock. */
    private boolean flock(Path used, String... command) throws InterruptedException {
        List<String> words = new ArrayList<>(List.of("flock", "-n", "-x", used.toString()));
        words.addAll(List.of(command));
        try {
            GroupCommand.End end = GroupCommand.run(new LaunchSpec(words, lib, environment), LIMIT, _ -> {});
            return end.inTime() && end.exitCode() == 0;
        } catch (MakimaException e) {
            System.getLogger(LeftCopies.class.getName()).log(System.Logger.Level.DEBUG, e.what());
            return false;
        }
    }
}
